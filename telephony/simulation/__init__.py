"""The simulated provider: what it does with its phones, apart from the product."""
