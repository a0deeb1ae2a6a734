"""The interface for dealers' own programs: offers, orders, prices and stock. See docs/api.md."""
