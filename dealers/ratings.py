"""Customers' ratings of a dealer: one honest average of stars.

A few ratings say little, so every dealer begins with PRIOR_WEIGHT ratings of PRIOR_MEAN stars that
nobody gave: ``(weight × mean + sum) / (weight + count)``. One five-star rating thus makes 4.17 and
not 5, and the more customers have spoken, the less these weigh.
"""

from decimal import Decimal

PRIOR_WEIGHT = 5
PRIOR_MEAN = 4
# Fewer ratings than these are shown as few.
FEW = 5
WORST, BEST = 1, 5
PLACES = Decimal("0.01")


def damped(total, count):
    """The average of ``count`` ratings with ``total`` stars together, damped; two places."""
    return (Decimal(PRIOR_WEIGHT * PRIOR_MEAN + total) / Decimal(PRIOR_WEIGHT + count)).quantize(
        PLACES
    )
