"""Reports by mail: when they are due, what they say, and sending them once."""
