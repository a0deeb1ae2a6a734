"""Rows of offline conversions as Metrika takes them, and of orders' statuses."""

from dataclasses import dataclass

from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from analytics.models import OrderFact
from analytics.reports.scope import moment_of
from orders.statuses import STATUSES, Status

CURRENCY = "RUB"
# What Metrika calls the identifiers, and where they are kept.
IDENTIFIERS = {
    "ClientId": "last_visit__metrika",
    "Yclid": "last_visit__yclid",
}
# Goals of Metrika by their identifiers, and when an order reaches each.
GOALS = {
    "order_placed": (_("placed"), "placed_at", Q()),
    "order_accepted": (_("accepted by a dealer"), "accepted_at", Q(accepted_at__isnull=False)),
    "order_contacted": (_("contact made"), "contacted_at", Q(contacted_at__isnull=False)),
    "order_completed": (_("completed"), "closed_at", Q(status=Status.COMPLETED)),
    "order_cancelled": (_("cancelled"), "closed_at", Q(status=Status.CANCELLED)),
}
PIECE = 2_000


@dataclass(frozen=True)
class Wanted:
    """Days (both included) in which a goal was reached; ``identifier`` is of IDENTIFIERS."""

    since: object
    until: object
    goal: str
    identifier: str

    def facts(self):
        """Facts of the orders that reached the goal in the days, in the order of time."""
        _name, field, which = GOALS[self.goal]
        return (
            OrderFact.objects.filter(which)
            .filter(
                **{
                    f"{field}__gte": moment_of(self.since),
                    f"{field}__lt": moment_of(self.until.fromordinal(self.until.toordinal() + 1)),
                }
            )
            .annotate(at=F(field), known=F(IDENTIFIERS[self.identifier]))
            .order_by("at", "pk")
        )

    def counts(self):
        """(orders, those whose identifier is known)."""
        facts = self.facts()
        return facts.count(), facts.exclude(known=None).exclude(known="").count()

    def titles(self):
        return [self.identifier, "Target", "DateTime", "Price", "Currency"]

    def rows(self):
        """Cells of the CSV: the time in seconds since 1970, the sum with a point."""
        found = self.facts().exclude(known=None).exclude(known="")
        for known, at, total in found.values_list("known", "at", "total").iterator(PIECE):
            yield [known, self.goal, str(int(at.timestamp())), f"{total:.2f}", CURRENCY]


STATUS_TITLES = (
    _("Number"), _("Status"), _("Placed"), _("Accepted"), _("Contact made"), _("Closed"),
    _("Region"), _("Dealer"), _("Sum, ₽"), _("Revenue, ₽"), _("How it came"),
    _("Channel of the last touch"), _("Campaign of the last touch"),
    _("Channel of the first touch"), _("Campaign of the first touch"), _("Reason"),
)  # fmt: skip
STATUS_FIELDS = (
    "pk", "shown_status", "placed_at", "accepted_at", "contacted_at", "closed_at",
    "region__name", "dealer__name", "total", "revenue", "source",
    "last_origin__channel__name", "last_origin__campaign",
    "first_origin__channel__name", "first_origin__campaign", "reason__text",
)  # fmt: skip


def status_facts(since, until):
    """Facts of the orders placed in the days; nothing that names or reaches a person."""
    names = [When(status=code, then=Value(str(info.name))) for code, info in STATUSES.items()]
    return OrderFact.objects.filter(
        day__range=(since, until),
    ).annotate(shown_status=Case(*names, default=F("status")))
