"""Screens about the catalogue, assortments and prices in the workspace."""
