"""Promotions: the manufacturer creates them, dealers join, prices and the storefront show it."""
