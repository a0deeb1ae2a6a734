"""Reading of price files. Imports no Django: it runs in a process of its own (see process.py)."""
