"""Whether everything that happens by itself does happen: for the manufacturer's staff."""
