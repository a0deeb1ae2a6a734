"""Screens about dealers, points, people and settings."""
