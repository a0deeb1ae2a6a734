"""What changes assortments and prices: one function, one change, one named actor."""
