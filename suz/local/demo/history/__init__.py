"""A year of orders, played through in memory by the rules of the product and written at once."""
