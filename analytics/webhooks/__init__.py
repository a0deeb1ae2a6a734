"""Webhooks: dealers' own systems are told what happens to the orders that they may see."""
