"""Whole roads through the product in a real Chromium, as people go them."""
