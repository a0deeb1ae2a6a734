"""Reason codes of decisions: why a stage did or did not show an order to a dealer.

``Decision.facts`` holds the numbers behind a code:

================  =================================================================================
code              facts
================  =================================================================================
offered,          by strategy. fix: ``row`` (from 1), ``region``, ``category`` (ids or None).
already_sees      base_plus: ``unit``, ``limit``, ``period``, ``received``, ``distributed``,
                  ``allowed`` (orders the dealer may have received, with this one). rating:
                  ``points``, ``min_points``. speed: ``median_minutes``, ``accepted``,
                  ``max_minutes``, ``min_orders``. best: ``score``, ``rank`` (from 1), ``terms``
                  and ``weights`` (by distance, price, rating, speed), ``distance_km``, ``total``,
                  ``stars`` (customers' damped average, of ``ratings`` of them; missing where the
                  rating was made of points), ``points``, ``median_minutes``; what is unknown is
                  None.
too_few_points    as rating
limit_reached     as base_plus
too_slow,         as speed
too_few_orders
lower_score       as best
not_first         ``row``: a row above took the order
not_in_stock      ``products``: ids
no_service        ``services``: codes
above_promise     ``total``, ``price_max``: rubles
================  =================================================================================

The others have none. ``sees`` true is added wherever the stage did not choose a dealer that sees
the order from an earlier one.
"""

from enum import StrEnum


class Code(StrEnum):
    """The decision of one stage on one dealer."""

    # The stage shows the order, or showed it again to a dealer that already saw it.
    OFFERED = "offered"
    ALREADY_SEES = "already_sees"
    # Eligible, but not a candidate of this stage.
    NOT_FIRST = "not_first"
    NOT_PRIORITY = "not_priority"
    LIMIT_REACHED = "limit_reached"
    TOO_FEW_POINTS = "too_few_points"
    POINTS_OFF = "points_off"
    TOO_SLOW = "too_slow"
    TOO_FEW_ORDERS = "too_few_orders"
    LOWER_SCORE = "lower_score"
    # Not eligible: the same words as orders.eligibility.Ineligible.
    INACTIVE = "inactive"
    NO_SITE_ORDERS = "no_site_orders"
    NOT_AUTHORISED = "not_authorised"
    OTHER_TERRITORY = "other_territory"
    GIVEN_UP = "given_up"
    DECLINED = "declined"
    NOT_IN_STOCK = "not_in_stock"
    NO_SERVICE = "no_service"
    ABOVE_PROMISE = "above_promise"


# Codes with which a stage counts the dealer among those it shows the order to.
CHOSEN_CODES = frozenset({Code.OFFERED, Code.ALREADY_SEES})
