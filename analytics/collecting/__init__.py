"""Counting visits of the shop: with consent, one insert a page, folded into visits by a tick."""
