"""The score of Best dealer: four terms from 0 (worst) to 1 (best), weighted.

The formulas are absolute, so that a dealer's term for distance, rating or speed does not change
with who else competes; only the price is compared with the cheapest quote of the same order.

- distance: ``1 / (1 + km / 50)``; one half at 50 km from the nearest outlet, 0 where unknown;
- price: ``cheapest / price``;
- rating: ``(stars - 1) / 4`` of the customers' damped average (dealers.ratings), so 0.75 for a
  dealer that nobody has rated;
- speed: ``1 / (1 + minutes / 30)``; one half at a median of 30 minutes to accept, 0 where unknown.
"""

from dealers.ratings import BEST, WORST

HALF_DISTANCE_KM = 50
HALF_MINUTES = 30
TERMS = ("distance", "price", "rating", "speed")
PLACES = 4


def distance_term(km):
    """``km`` to the nearest outlet, or None."""
    return 0.0 if km is None else 1 / (1 + km / HALF_DISTANCE_KM)


def price_term(total, cheapest):
    """``total`` and the cheapest total among the eligible, in rubles."""
    if total is None or cheapest is None:
        return 0.0
    return 1.0 if total <= 0 else float(cheapest / total)


def rating_term(stars):
    """The customers' damped average, 1 to 5 stars."""
    return (float(stars) - WORST) / (BEST - WORST)


def speed_term(minutes):
    """Median minutes to accept, or None."""
    return 0.0 if minutes is None else 1 / (1 + minutes / HALF_MINUTES)


def score(terms, weights):
    """The weighted mean of terms, 0 where every weight is 0; only proportions of weights matter."""
    whole = sum(weights[name] for name in TERMS)
    if not whole:
        return 0.0
    return round(sum(terms[name] * weights[name] for name in TERMS) / whole, PLACES)
