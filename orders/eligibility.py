"""May a dealer have an order at all? Plain facts in, a reason or None out.

Used twice: for the price promise before an order is placed, and by distribution afterwards.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalog.pricing import DealerTerms, missing_products, missing_services, quote
from orders.discounts import after


class Ineligible(StrEnum):
    """Why a dealer cannot have an order; the first that applies, in this order."""

    INACTIVE = "inactive"
    NO_SITE_ORDERS = "no_site_orders"
    NOT_AUTHORISED = "not_authorised"
    OTHER_TERRITORY = "other_territory"
    GIVEN_UP = "given_up"
    DECLINED = "declined"
    NOT_IN_STOCK = "not_in_stock"
    NO_SERVICE = "no_service"
    ABOVE_PROMISE = "above_promise"


@dataclass(frozen=True)
class DealerFacts:
    """What counts for eligibility. ``serves``: the territory covers the order's place."""

    dealer_id: int
    is_active: bool
    takes_site_orders: bool
    is_authorised: bool
    serves: bool
    terms: DealerTerms
    declined: bool = False
    given_up: bool = False


@dataclass(frozen=True)
class Verdict:
    """The reason, or None for an eligible dealer, and the numbers behind it."""

    reason: Ineligible | None
    facts: dict

    @property
    def is_eligible(self):
        return self.reason is None


def judge(facts, items, services, *, price_max=None, recorded_total=None, cut=None, final_max=None):
    """The verdict on a dealer for these items and services.

    ``price_max`` is the upper end of the promise: a dealer without a recorded quote
    (``recorded_total`` None) may not exceed it; a recorded quote lies within by construction. With
    a promo code (``cut``) the same goes for what is left after it, ``final_max`` at most.
    """
    for reason, applies in (
        (Ineligible.INACTIVE, not facts.is_active),
        (Ineligible.NO_SITE_ORDERS, not facts.takes_site_orders),
        (Ineligible.NOT_AUTHORISED, not facts.is_authorised),
        (Ineligible.OTHER_TERRITORY, not facts.serves),
        (Ineligible.GIVEN_UP, facts.given_up),
        (Ineligible.DECLINED, facts.declined),
    ):
        if applies:
            return Verdict(reason, {})
    products = missing_products(facts.terms, items)
    if products:
        return Verdict(Ineligible.NOT_IN_STOCK, {"products": products})
    lacking = missing_services(facts.terms, services)
    if lacking:
        return Verdict(Ineligible.NO_SERVICE, {"services": [str(service) for service in lacking]})
    if price_max is not None and recorded_total is None:
        offer = quote(facts.terms, items, services)
        limits = [(offer.total, price_max)]
        if cut is not None:
            limits.append((after(cut, offer.goods_total, offer.total), final_max))
        for total, most in limits:
            if total > Decimal(most):
                return Verdict(
                    Ineligible.ABOVE_PROMISE, {"total": str(total), "price_max": str(most)}
                )
    return Verdict(None, {})


def check(facts, items, services, price_max=None, recorded_total=None):
    """The reason why the dealer is not eligible, or None."""
    return judge(facts, items, services, price_max=price_max, recorded_total=recorded_total).reason
