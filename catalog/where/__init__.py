"""Where to buy: the map and list of outlets, and each dealer's page."""
