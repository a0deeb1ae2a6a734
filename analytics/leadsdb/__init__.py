"""LeadsDB: the manufacturer's system that keeps every order with its present state."""
