"""An order of the played year with the rows that belong to it."""

from dataclasses import dataclass, field

from distribution.models import Plan
from distribution.planning import Course
from orders.models import Assignment, Attention, DealerQuote, Offer, Order, OrderLine
from suz.local.demo.history.shopping import Basket


@dataclass
class Story:
    """An order with its rows as they stand at the moment that is being played."""

    order: Order
    basket: Basket
    lines: list[OrderLine]
    quotes: dict[int, DealerQuote]
    periods: dict = field(default_factory=dict)
    plan: Plan | None = None
    course: Course | None = None
    offers: dict[int, Offer] = field(default_factory=dict)
    declined: dict = field(default_factory=dict)
    given_up: set = field(default_factory=set)
    assignment: Assignment | None = None
    attention: dict[str, Attention] = field(default_factory=dict)
    eligible: set = field(default_factory=set)
    fate: object = None

    @property
    def cut(self):
        """What the order's promo code takes off, or None."""
        return self.order.promo_code.cut if self.order.discount else None

    @property
    def placed_goods(self):
        return sum(line.placed_price * line.quantity for line in self.lines)
