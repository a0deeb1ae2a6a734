"""What those who run the product look at: whether it lives, whether it is ready, its figures."""
