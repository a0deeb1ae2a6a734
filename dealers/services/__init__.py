"""What changes dealers: one function, one change, one named actor."""
