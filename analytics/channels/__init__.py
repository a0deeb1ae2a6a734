"""Channels: which rules put a visit into which, and the page where they are edited."""
