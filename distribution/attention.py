"""Reads of the attention list and of the dealers an order may be given to by hand."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.pricing import forced_quote
from dealers.models import Dealer
from distribution import facts
from distribution.explain.decisions import ineligibility
from orders.counting import count_each
from orders.discounts import after
from orders.models import Attention, AttentionReason, Offer, OfferState, Order
from orders.statuses import OPEN
from suz.common.keyset import Total, paginate
from suz.common.text import measure, money, number

PAGE_SIZE = 30
# Past so many of a reason their number tells nobody anything more.
COUNT_LIMIT = 500


@dataclass
class Case:
    """An order of the list: ``lines`` are its open causes, the newest first.

    ``seen`` are the offers made for it, whatever became of them; ``declined`` those declined.
    """

    order: Order
    lines: list[Attention] = field(default_factory=list)
    seen: list[Offer] = field(default_factory=list)

    @property
    def declined(self):
        return [offer for offer in self.seen if offer.state == OfferState.DECLINED]

    @property
    def is_waiting(self):
        """Nobody has the order yet."""
        return self.order.dealer_id is None


def open_lines():
    """Causes that a person has still to see to."""
    return Attention.objects.filter(
        resolved_at__isnull=True, order__deleted_at__isnull=True, order__status__in=OPEN
    )


def count_by_reason():
    """How many orders each reason has, and all together: ``{reason: Total}``, ``""`` for all.

    Each is counted to COUNT_LIMIT: one query.
    """
    # An order has each reason once.
    lines = {reason.value: [open_lines().filter(reason=reason)] for reason in AttentionReason}
    counts = count_each(lines, COUNT_LIMIT)
    whole = Total(
        sum(one.count for one in counts.values()), any(one.is_more for one in counts.values())
    )
    return counts | {"": whole}


def cases(*, reason="", after="", before="", total=None):
    """A page of lines and its orders: ``(page, cases)``.

    Four queries; three for who has counted the lines (``total``, a Total).
    """
    lines = open_lines().select_related("order__place", "order__region", "order__dealer")
    if reason:
        lines = lines.filter(reason=reason)
    page = paginate(
        lines,
        keys=("-raised_at", "-id"),
        size=PAGE_SIZE,
        after=after,
        before=before,
        total=total,
    )
    found = {}
    for line in page:
        found.setdefault(line.order_id, Case(line.order)).lines.append(line)
    offers = (
        Offer.objects.filter(order__in=list(found))
        .select_related("dealer", "reason")
        .order_by("id")
    )
    for offer in offers:
        found[offer.order_id].seen.append(offer)
    return page, list(found.values())


def assignable_dealers(order, *, now):
    """Groups of (id, words) for a select: who can deliver, who cannot and why, all others.

    A fixed number of queries, however many dealers there are.
    """
    [subject] = facts.load_subjects([order], {}, uses_points=True, now=now)
    distances = facts.distances_of([subject])
    products = {line.product_id: line.name for line in subject.lines}
    groups = defaultdict(list)
    for dealer_id, prospect in subject.prospects.items():
        if dealer_id == order.dealer_id or not prospect.dealer.is_active:
            continue
        kilometres = distances.get((order.pk, dealer_id))
        if prospect.verdict.is_eligible and prospect.declined_at is None:
            total = prospect.recorded_final
            if total is None:
                offer = forced_quote(prospect.terms, subject.items, order.services)
                total = after(subject.cut, offer.goods_total, offer.total)
            words = [money(total)]
            if kilometres is not None:
                words.append(_("%(count)s km") % {"count": measure(round(kilometres))})
            words.append(_("%(points)s pts") % {"points": number(prospect.dealer.points)})
            groups["able"].append((total, kilometres or 0, dealer_id, prospect.dealer.name, words))
        else:
            verdict = prospect.verdict
            code = "declined" if verdict.is_eligible else verdict.reason
            words = [ineligibility(code, verdict.facts, products=products)]
            groups["unable"].append(
                (prospect.dealer.name, 0, dealer_id, prospect.dealer.name, words)
            )
    others = (
        Dealer.objects.filter(is_active=True)
        .exclude(pk__in=[*subject.prospects, order.dealer_id or 0])
        .select_related("main_region")
        .order_by("name")
    )
    titled = [
        (
            title,
            [(pk, f"{name} — {', '.join(words)}") for _s, _k, pk, name, words in sorted(rows)],
        )
        for title, rows in (
            (_("Can deliver the order"), groups["able"]),
            (_("Serve the place but cannot"), groups["unable"]),
        )
    ]
    titled.append(
        (
            _("Other territories"),
            [(dealer.pk, f"{dealer.name} — {dealer.main_region}") for dealer in others],
        )
    )
    return [group for group in titled if group[1]]
