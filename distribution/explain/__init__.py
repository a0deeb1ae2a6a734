"""Why the system decided as it did and what a chain does, in plain sentences."""
