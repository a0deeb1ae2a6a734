"""The workspace's pages of orders."""
