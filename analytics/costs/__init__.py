"""What advertising cost: uploads, editing by hand, and whose cost it is."""
