"""Writes. One public function is one transaction, one change of state with its history and messages.

Lock order everywhere: order, then the dealer's balance.
"""
