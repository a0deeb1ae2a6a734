"""What a promo code takes off an order: plain facts in, rubles out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from catalog.pricing import KOPECK


@dataclass(frozen=True)
class Cut:
    """A code's terms: a share of the goods' sum in per cent, or so many rubles.

    ``min_sum``: rubles that the goods have to come to at the upper end of the promise, so that the
    code holds whichever dealer takes the order.
    """

    code_id: int
    code: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    min_sum: Decimal | None = None

    def of(self, goods):
        """The discount on goods for so many rubles: never more than they cost."""
        if self.percent is not None:
            return min(goods, (goods * self.percent / 100).quantize(KOPECK, ROUND_HALF_UP))
        return min(goods, self.amount)

    def is_reached(self, goods):
        """Whether goods for so many rubles come to the least sum."""
        return self.min_sum is None or goods >= self.min_sum


def after(cut, goods, total):
    """What is left of a total (goods and services) after the cut, which may be None."""
    return total if cut is None else total - cut.of(goods)


def ends(cut, sums: Iterable[tuple[Decimal, Decimal]]):
    """Lowest and highest of totals after the cut; ``sums`` are (goods, total) of quotes."""
    left = [after(cut, goods, total) for goods, total in sums]
    return min(left), max(left)
