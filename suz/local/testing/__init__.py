"""Parts of the root conftest.py, one subject a module."""
