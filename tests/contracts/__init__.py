"""What we ask of others, checked against their own descriptions."""
