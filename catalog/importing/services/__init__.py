"""Changes of price list uploads, one transaction a function."""
