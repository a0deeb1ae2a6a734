"""A dealer's own scorecard: its figures, and its place among the dealers of its region."""

from dataclasses import dataclass

from django.utils import timezone
from django.views.generic import TemplateView

from analytics.reports import extras
from analytics.reports.figures import FIGURES
from analytics.reports.forms import ReportForm
from analytics.reports.loading import freshness, today
from analytics.reports.measuring import measure
from analytics.reports.scope import Scope
from analytics.reports.stored import TooMuch, stored
from dealers.access import DealerMixin
from dealers.models import Dealer

FIGURES_SHOWN = (
    "offered", "took", "took_share", "declined", "missed", "to_take", "to_contact", "no_contact",
    "completed", "revenue", "cancelled_by_dealer", "stars", "complaints", "points",
)  # fmt: skip
# Figures by which dealers are compared; the others say how large a dealer is, or are derived.
RANKED = ("took_share", "to_take", "to_contact", "completed", "stars", "complaints", "points")
# Of fewer rivals each one's figures could be guessed.
FEWEST = 3


@dataclass(frozen=True)
class Own:
    """A figure of the scorecard: ``place`` among ``of`` dealers, None where it has none."""

    code: str
    values: dict
    before: dict
    place: int | None = None
    of: int = 0

    @property
    def figure(self):
        return FIGURES[self.code]


def place_among(values_by_dealer, dealer, figure):
    """(place, of how many) of a dealer by a figure; equals share the better place.

    Those without the figure are not counted; (None, …) where the dealer itself has none.
    """
    known = {
        pk: values[figure.code]
        for pk, values in values_by_dealer.items()
        if values.get(figure.code) is not None
    }
    if dealer not in known:
        return None, len(known)
    own = known[dealer]
    better = [value for value in known.values() if (value > own if figure.rises else value < own)]
    return 1 + len(better), len(known)


def scorecard(dealer, scope, before):
    """([Own], whether dealers of the whole network are compared)."""
    rivals = Dealer.objects.filter(is_active=True)
    in_region = set(rivals.filter(main_region=dealer.main_region).values_list("pk", flat=True))
    is_network = len(in_region) < FEWEST
    peers = set(rivals.values_list("pk", flat=True)) if is_network else in_region
    everybody = measure(Scope(since=scope.since, until=scope.until), list(FIGURES_SHOWN), "dealer")
    by_dealer = {row.key: row.values for row in everybody.rows if row.key in peers}
    own = measure(scope, list(FIGURES_SHOWN), before=before)
    found = []
    for code in FIGURES_SHOWN:
        figure = FIGURES[code]
        place, count = None, 0
        if code in RANKED:
            place, count = place_among(by_dealer, dealer.pk, figure)
        found.append(Own(code, own.total, own.before or {}, place, count))
    return found, is_network


class Scorecard(DealerMixin, TemplateView):
    """The page in the dealer's cabinet. Whatever dealer an address names, it is one's own."""

    http_method_names = ("get", "head", "options")
    template_name = "analytics/reports/own.html"

    def get_context_data(self, **kwargs):
        dealer = self.request.user.dealer
        form = ReportForm(self.request.GET, fields=(), today=today())
        scope = Scope(since=form.scope.since, until=form.scope.until, dealer=dealer.pk)
        before, now = scope.compared(form.comparison), timezone.now()
        context = {"form": form.shown, "scope": scope, "before": before, "facts_at": freshness()}
        try:
            kept = stored(
                ("own", dealer.pk, scope, before),
                lambda: (scorecard(dealer, scope, before), extras.trends(scope).get(dealer.pk)),
                now=now,
            )
        except TooMuch as refusal:
            return super().get_context_data(problem=str(refusal), **context, **kwargs)
        (figures, is_network), months = kept.result
        return super().get_context_data(
            figures_of_own=figures,
            is_network=is_network,
            months=months,
            points=extras.points_of(months) if months else "",
            at=kept.at,
            region=dealer.main_region,
            **context,
            **kwargs,
        )
