"""A change of an order's contents, as the history keeps it, in words."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Service, Unit
from orders.rechecking import Choice
from suz.common.text import money, money_range, number


@dataclass(frozen=True)
class LineChange:
    """A line before and after; an empty text where there was none. Prices in words, or empty."""

    before: str
    after: str
    price_before: str = ""
    price_after: str = ""

    @property
    def sentence(self):
        """The change as one line of plain text."""
        if not self.before:
            text = _("added: %(line)s") % {"line": self.after}
        elif not self.after:
            text = _("removed: %(line)s") % {"line": self.before}
        elif self.before == self.after:
            text = self.after
        else:
            text = f"{self.before} → {self.after}"
        return f"{text}, {self.prices}" if self.prices else text

    @property
    def prices(self):
        """The price of a unit, before and after where it differs."""
        if self.price_before and self.price_after and self.price_before != self.price_after:
            return f"{self.price_before} → {self.price_after}"
        return self.price_after or self.price_before


@dataclass(frozen=True)
class ContentsChange:
    """What changed: lines, services wanted, sums; empty where the same or not to be shown."""

    lines: tuple[LineChange, ...]
    services_before: str = ""
    services_after: str = ""
    sum_before: str = ""
    sum_after: str = ""

    @property
    def sentences(self):
        """The lines and services as plain text."""
        texts = [line.sentence for line in self.lines]
        if self.services_before or self.services_after:
            texts.append(
                _("services: %(before)s → %(after)s")
                % {"before": self.services_before, "after": self.services_after}
            )
        return texts


def contents_change(data, *, shows_prices):
    """The ContentsChange of a history entry's facts; prices and sums where they may be shown."""
    lines = []
    for before, after in data.get("lines", ()):
        change = _line_change(before, after, shows_prices)
        if change.before != change.after or change.price_before != change.price_after:
            lines.append(change)
    services = [_services(codes) for codes in data.get("services", ((), ()))]
    sums = [_sum(pair) for pair in data.get("sums", ((None, None),) * 2)]
    return ContentsChange(
        tuple(lines),
        *(services if services[0] != services[1] else ("", "")),
        *(sums if shows_prices else ("", "")),
    )


def may_see_prices(entry, user):
    """Whether a user of the workspace reads the prices of a change: not those of other dealers."""
    if user.is_manufacturer:
        return True
    return entry.dealer_id == user.dealer_id and entry.data.get("choice") == Choice.STAY


def _line_change(before, after, shows_prices):
    prices = [
        money(Decimal(line["price"])) if shows_prices and line and line["price"] else ""
        for line in (before, after)
    ]
    # Known on one side only, a price has not changed: it was, or will be, somebody's answer.
    if before and after and not all(prices):
        prices = ["", ""]
    return LineChange(_words(before), _words(after), *prices)


def _words(line):
    if not line:
        return ""
    unit = str(Unit(line["unit"]).label)
    return f"{line['name']} × {number(line['quantity'])} {unit}"


def _services(codes):
    return ", ".join(str(Service(code).label) for code in codes) or _("none")


def _sum(pair):
    low, high = pair
    if high is None:
        return ""
    return money_range(low and Decimal(low), Decimal(high))
