"""Screens of distribution: chains of strategies, the attention list, assigning by hand."""
