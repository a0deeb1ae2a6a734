"""Tests that start the product's real processes and break things under them."""
