"""Writes. One public function is one transaction: a change of state, its history, its messages.

Lock order everywhere: order, then the dealer's balance.
"""
