"""Every figure of the reports, defined once: its name, what it means and how it is counted."""

# A figure a line reads as the table that it is.
# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Aggregate, Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.reports.times import Percentile
from orders.models import OfferState, OrderSource, Party
from orders.statuses import Status
from suz.common.lengths import Seconds


class Unit(Enum):
    """What a figure is counted in."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    SECONDS = "seconds"
    STARS = "stars"


class Base(Enum):
    """What a figure is counted over."""

    ORDERS = "orders"
    VISITS = "visits"
    LINES = "lines"
    OFFERS = "offers"
    POINTS = "points"
    COSTS = "costs"
    NETWORK = "network"
    OTHERS = "others"


class Orders:
    """Different orders among their lines: those of a category or product where it is split so."""


@dataclass(frozen=True)
class Figure:
    """A figure of a report. ``aggregate`` counts it over its base, ``of`` out of other figures.

    ``rises`` says whether more of it is better; None: neither.
    """

    code: str
    name: str
    definition: str
    unit: Unit
    base: Base
    aggregate: Aggregate | Percentile | Orders | None = None
    of: Callable | None = None
    needs: tuple[str, ...] = ()
    rises: bool | None = True


def _share(part, whole):
    return lambda values: 100 * values[part] / values[whole] if values.get(whole) else None


def _each(sum_, count):
    return lambda values: values[sum_] / values[count] if values.get(count) else None


def _return(values):
    cost = values.get("cost")
    return 100 * (values["revenue"] - cost) / cost if cost else None


def _drawn(code, name, definition, of, needs, unit=Unit.PERCENT, rises=True):
    return Figure(code, name, definition, unit, Base.OTHERS, of=of, needs=needs, rises=rises)


def _orders(code, name, definition, aggregate, unit=Unit.COUNT, rises=True):
    return Figure(code, name, definition, unit, Base.ORDERS, aggregate, rises=rises)


def _visits(code, name, definition, aggregate):
    return Figure(code, name, definition, Unit.COUNT, Base.VISITS, aggregate)


def _lines(code, name, definition, aggregate, unit=Unit.COUNT, rises=True):
    return Figure(code, name, definition, unit, Base.LINES, aggregate, rises=rises)


def _offers(code, name, definition, aggregate, unit=Unit.COUNT, rises=True):
    return Figure(code, name, definition, unit, Base.OFFERS, aggregate, rises=rises)


ACCEPTED = Q(accepted_at__isnull=False)
CONTACTED = Q(contacted_at__isnull=False)
COMPLETED = Q(status=Status.COMPLETED)
CANCELLED = Q(status=Status.CANCELLED)
TO_ORDER, TO_ACCEPT, TO_CONTACT, TO_CLOSE = (
    (F(name), F(f"{name}_class")) for name in ("to_order", "to_accept", "to_contact", "to_close")
)
# From the offer to the answer.
TO_TAKE = Seconds(F("closed_at") - F("opened_at")), F("answer_class")
# Whose visits are known.
COUNTED = Q(visitor__isnull=False)

_ALL = (
    _visits("visits", _("Visits"), _("Visits to the shop begun in the period, without bots and without visitors who did not agree to be counted."), Count("pk")),
    _visits("visitors", _("Visitors"), _("Different visitors among the visits."), Count("visitor", distinct=True)),
    _visits("saw_product", _("Saw a product"), _("Visits in which the page of a product was opened."), Count("pk", Q(saw_product=True))),
    _visits("added_to_cart", _("Added to the cart"), _("Visits in which something was put into the cart."), Count("pk", Q(added_to_cart=True))),
    _visits("began_checkout", _("Began checkout"), _("Visits in which the checkout was opened."), Count("pk", Q(began_checkout=True))),
    _visits("placed_order", _("Ordered in the visit"), _("Visits in which an order was placed."), Count("pk", Q(placed_order=True))),
    _orders("orders", _("Orders"), _("Orders placed in the period on the site and by phone, deleted ones excepted."), Count("pk")),
    _orders("site_orders", _("Orders on the site"), _("Orders placed in the period on the site itself."), Count("pk", Q(source=OrderSource.SITE))),
    _orders("ordered_sum", _("Ordered for"), _("The sums of the orders placed in the period, whatever became of them."), Sum("total", default=0), Unit.MONEY),
    _orders("accepted", pgettext_lazy("orders", "Accepted"), _("Orders of the period that a dealer has accepted."), Count("pk", ACCEPTED)),
    _orders("contacted", _("Contact made"), _("Orders of the period with a proven contact with the customer."), Count("pk", CONTACTED)),
    _orders("completed", pgettext_lazy("figure", "Completed"), _("Orders of the period that are completed today."), Count("pk", COMPLETED)),
    _orders("revenue", _("Revenue"), _("The sums of the completed orders of the period."), Sum("revenue", default=0), Unit.MONEY),
    _orders("cancelled", pgettext_lazy("orders", "Cancelled"), _("Orders of the period that are cancelled today."), Count("pk", CANCELLED), rises=False),
    _orders("cancelled_by_dealer", _("Cancelled by the dealer’s fault"), _("Cancelled orders whose reason belongs to the dealer."), Count("pk", CANCELLED & Q(party=Party.DEALER)), rises=False),
    _orders("given_up", _("Given up"), _("How often dealers put accepted orders of the period back."), Sum("given_up", default=0), rises=False),
    _orders("unclaimed", _("Nobody took in time"), _("Orders of the period for which there was no dealer, which all declined or nobody accepted in time, even if somebody did later."), Count("pk", Q(was_unclaimed=True)), rises=False),
    _orders("complaints", _("Complaints"), _("Complaints about the orders of the period."), Sum("complaints", default=0), rises=False),
    _orders("rated", _("Ratings"), _("Orders of the period whose customer rated the dealer in the survey."), Count("stars")),
    _orders("stars_sum", _("Stars in all"), _("All stars together that customers of the period’s orders gave."), Sum("stars", default=0)),
    _orders("to_order", _("From visit to order"), _("Median time from the visitor’s first visit to the order."), Percentile(*TO_ORDER, 0.5), Unit.SECONDS, rises=False),
    _orders("to_order_90", _("From visit to order, 90 %"), _("Nine of ten orders are placed within this time after the first visit."), Percentile(*TO_ORDER, 0.9), Unit.SECONDS, rises=False),
    _orders("to_accept", _("To acceptance"), _("Median time from the order to its acceptance by the dealer that has it."), Percentile(*TO_ACCEPT, 0.5), Unit.SECONDS, rises=False),
    _orders("to_accept_90", _("To acceptance, 90 %"), _("Nine of ten accepted orders are accepted within this time."), Percentile(*TO_ACCEPT, 0.9), Unit.SECONDS, rises=False),
    _orders("to_contact", _("To contact"), _("Median time from acceptance to the proven contact with the customer."), Percentile(*TO_CONTACT, 0.5), Unit.SECONDS, rises=False),
    _orders("to_contact_90", _("To contact, 90 %"), _("Nine of ten contacts are made within this time after acceptance."), Percentile(*TO_CONTACT, 0.9), Unit.SECONDS, rises=False),
    _orders("to_complete", _("To completion"), _("Median time from acceptance to completion."), Percentile(*TO_CLOSE, 0.5, COMPLETED), Unit.SECONDS, rises=False),
    _orders("to_complete_90", _("To completion, 90 %"), _("Nine of ten completed orders are completed within this time after acceptance."), Percentile(*TO_CLOSE, 0.9, COMPLETED), Unit.SECONDS, rises=False),
    _orders("counted_orders", _("Ordered"), _("Orders of visitors who agreed to be counted."), Count("pk", COUNTED)),
    _orders("counted_accepted", pgettext_lazy("orders", "Accepted"), _("Those of them that a dealer has accepted."), Count("pk", COUNTED & ACCEPTED)),
    _orders("counted_contacted", _("Contact made"), _("Those of them with a proven contact with the customer."), Count("pk", COUNTED & CONTACTED)),
    _orders("counted_completed", pgettext_lazy("figure", "Completed"), _("Those of them that are completed today."), Count("pk", COUNTED & COMPLETED)),
    _orders("no_contact", _("Wait for a call now"), _("Orders of the period that are accepted and have no contact with the customer to this moment."), Count("pk", Q(status=Status.ACCEPTED, contacted_at__isnull=True)), rises=False),
    _lines("line_orders", _("Orders with it"), _("Orders of the period in which it stands."), Orders()),
    _lines("quantity", _("Quantity"), _("How much of it was ordered, in the units it is sold by."), Sum("quantity", default=0)),
    _lines("goods", _("Goods ordered for"), _("Sums of the lines ordered in the period: goods alone, without delivery, installation and the discount of a promo code."), Sum("total", default=0), Unit.MONEY),
    _lines("goods_sold", _("Goods sold for"), _("The same of completed orders. With services added and the discount of promo codes taken off it is the revenue."), Sum("total", filter=COMPLETED, default=0), Unit.MONEY),
    _lines("goods_lost", _("Lost with cancelled orders"), _("The same of cancelled orders."), Sum("total", filter=CANCELLED, default=0), Unit.MONEY, rises=False),
    _offers("offered", _("Offered"), _("Offers of orders that the dealer could accept, made in the period."), Count("pk")),
    _offers("took", _("Took"), _("Offers of the period that the dealer accepted."), Count("pk", Q(state=OfferState.ACCEPTED))),
    _offers("declined", pgettext_lazy("offers", "Declined"), _("Offers of the period that the dealer declined."), Count("pk", Q(state=OfferState.DECLINED)), rises=False),
    _offers("missed", _("Left to others"), _("Offers of the period that ended without an answer: another took the order or it left distribution."), Count("pk", Q(state=OfferState.WITHDRAWN)), rises=False),
    _offers("to_take", _("To the answer"), _("Median time from the offer to its acceptance by the dealer."), Percentile(*TO_TAKE, 0.5, Q(state=OfferState.ACCEPTED)), Unit.SECONDS, rises=False),
    Figure("points", _("Points"), _("Points got in the period less those lost."), Unit.COUNT, Base.POINTS, Sum("amount", default=0)),
    Figure("dealers", _("Dealers today"), _("Active authorised dealers that take orders of the site and serve the region or a city in it, today."), Unit.COUNT, Base.NETWORK, rises=True),
    Figure("cost", _("Cost"), _("What advertising cost in the days of the period, as it was uploaded or typed in."), Unit.MONEY, Base.COSTS, Sum("amount", default=0), rises=None),
    _drawn("took_share", _("Took, %"), _("Part of the offers of the period that the dealer accepted."), _share("took", "offered"), ("took", "offered")),
    _drawn("goods_lost_share", _("Lost, %"), _("Part of the ordered goods that was lost with cancelled orders."), _share("goods_lost", "goods"), ("goods_lost", "goods"), rises=False),
    _drawn("conversion", _("Conversion"), _("Orders on the site for each 100 visits."), _share("site_orders", "visits"), ("site_orders", "visits")),
    _drawn("completed_share", _("Completed, %"), _("Part of the period’s orders that are completed today."), _share("completed", "orders"), ("completed", "orders")),
    _drawn("cancelled_share", _("Cancelled, %"), _("Part of the period’s orders that are cancelled today."), _share("cancelled", "orders"), ("cancelled", "orders"), rises=False),
    _drawn("accepted_share", _("Accepted, %"), _("Part of the period’s orders that a dealer has accepted."), _share("accepted", "orders"), ("accepted", "orders")),
    _drawn("unclaimed_share", _("Nobody took in time, %"), _("Part of the period’s orders that nobody took in time."), _share("unclaimed", "orders"), ("unclaimed", "orders"), rises=False),
    _drawn("mean_order", _("Mean order"), _("What the period’s orders were placed for, divided by their number."), _each("ordered_sum", "orders"), ("ordered_sum", "orders"), Unit.MONEY),
    _drawn("cost_per_order", _("Cost of an order"), _("Cost divided by the number of orders."), _each("cost", "orders"), ("cost", "orders"), Unit.MONEY, rises=False),
    _drawn("cost_per_sale", _("Cost of a sale"), _("Cost divided by the number of completed orders."), _each("cost", "completed"), ("cost", "completed"), Unit.MONEY, rises=False),
    _drawn("stars", _("Satisfaction"), _("Mean of the stars that customers of the period’s orders gave, from 1 to 5."), _each("stars_sum", "rated"), ("stars_sum", "rated"), Unit.STARS),
    _drawn("return", _("ROMI"), _("Return on advertising: (revenue − cost) ÷ cost. Below 0 % it brought in less than it cost."), _return, ("revenue", "cost")),
)  # fmt: skip
FIGURES = {figure.code: figure for figure in _ALL}


def counted(codes):
    """The figures that must be counted for those of ``codes``: these and what they are made of."""
    found = {}
    for code in codes:
        figure = FIGURES[code]
        for needed in figure.needs or (code,):
            found[needed] = FIGURES[needed]
    return found


def complete(values, codes):
    """Values by code with the derived ones of ``codes``; None where there is nothing to divide."""
    for code in codes:
        figure = FIGURES[code]
        if figure.of:
            known = all(values.get(name) is not None for name in figure.needs)
            values[code] = figure.of(values) if known else None
    return values
