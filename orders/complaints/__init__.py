"""Complaints: what customers are not content with, and what is done about it."""
