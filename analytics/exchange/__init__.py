"""Files that other programs read and write: YML feeds, CommerceML of 1C. See docs/exchange.md."""
