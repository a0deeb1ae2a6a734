"""A database of any size to measure with: `manage.py seed_load`.

People, dealers and the catalogue are the demo's; a year of orders with all that hangs on them is
written by the database itself, statement by statement, from hashed numbers: the same seed and
moment give the same rows.
"""
