"""Pages of telephony: callbacks of the provider, the call of a card, recordings, the simulator."""
