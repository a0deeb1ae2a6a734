"""`make bench-lists`: every list of the workspace at 100,000 and at 1,000,000 orders.

Each size has a database that is filled once and kept, and a process of its own. The processes take
turns, view by view, and each view takes turns with the floor, so that a slow moment hits all.
"""
