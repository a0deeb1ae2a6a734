"""Writes of telephony, one transaction each."""
