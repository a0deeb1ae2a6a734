"""Folding hits into visits: what reports are made of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from analytics.channels.rules import Rules
from analytics.collecting.origins import OriginKey, origin_of
from analytics.facts.services import refresh
from analytics.models import (
    Hit,
    HitKind,
    Landing,
    OrderVisit,
    Origin,
    SearchQuery,
    Visit,
)
from dealers.models import Place
from orders.models import Order

# A pause longer than this ends a visit.
PAUSE = timedelta(minutes=30)
BATCH = 5_000
# One folds at a time: hits of a visitor shared out between two would make two visits of one.
LOCK = 7_310_001

REACHED = {
    HitKind.PRODUCT: "saw_product",
    HitKind.CART: "added_to_cart",
    HitKind.CHECKOUT: "began_checkout",
    HitKind.ORDER: "placed_order",
}
IDS = ("yclid", "gclid", "metrika")
CHANGING = ("ended_at", "hits", "region", *REACHED.values(), *IDS)


@dataclass(eq=False)
class Folded:
    """A visit being folded; ``row`` is the one kept already, None for a new one."""

    visitor: UUID
    started_at: datetime
    ended_at: datetime
    origin: OriginKey
    landing: str
    device: str
    row: Visit | None = None
    hits: int = 0
    region: int | None = None
    reached: set = field(default_factory=set)
    ids: dict = field(default_factory=dict)
    orders: list = field(default_factory=list)

    def takes(self, hit, origin):
        """Whether a hit belongs to this visit: near enough, and not from somewhere else."""
        if hit.at > self.ended_at + PAUSE:
            return False
        return origin.is_direct or origin.identity == self.origin.identity

    def add(self, hit):
        """Take a hit in."""
        self.hits += 1
        self.ended_at = max(self.ended_at, hit.at)
        self.region = hit.region_id or self.region
        if hit.kind in REACHED:
            self.reached.add(REACHED[hit.kind])
        self.ids.update((name, hit.marks[name]) for name in IDS if hit.marks.get(name))
        if hit.kind == HitKind.ORDER and hit.order_id:
            self.orders.append(hit.order_id)

    def write_into(self, visit, regions):
        """Set the fields that hits change."""
        visit.ended_at, visit.hits = self.ended_at, self.hits
        visit.region_id = self.region if self.region in regions else None
        for name in self.reached:
            setattr(visit, name, True)
        for name, value in self.ids.items():
            setattr(visit, name, value[: Visit._meta.get_field(name).max_length])
        return visit


@transaction.atomic
def fold():
    """Fold a batch of hits into visits; returns how many hits were folded.

    Killed at any line it has done nothing; whoever comes while another folds goes away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    hits = list(Hit.objects.filter(is_folded=False).order_by("visitor", "at", "pk")[:BATCH])
    if not hits:
        return 0
    visits = _folded(hits)
    orders = _write(visits)
    Hit.objects.filter(pk__in=[hit.pk for hit in hits]).update(is_folded=True)
    refresh(orders)
    return len(hits)


def _folded(hits):
    """The visits that the hits make up or belong to."""
    last = {
        visit.visitor: _kept(visit)
        for visit in Visit.objects.filter(visitor__in={hit.visitor for hit in hits})
        .select_related("origin", "landing")
        .order_by("visitor", "-started_at", "-pk")
        .distinct("visitor")
    }
    touched = {}
    for hit in hits:
        origin = origin_of(hit.marks, hit.referrer)
        visit = last.get(hit.visitor)
        if visit is None or not visit.takes(hit, origin):
            visit = Folded(hit.visitor, hit.at, hit.at, origin, hit.path, hit.device)
            last[hit.visitor] = visit
        touched[id(visit)] = visit
        visit.add(hit)
    return list(touched.values())


def _kept(visit):
    origin = visit.origin
    return Folded(
        visit.visitor,
        visit.started_at,
        visit.ended_at,
        OriginKey(origin.source, origin.medium, origin.campaign),
        visit.landing.path,
        visit.device,
        row=visit,
        hits=visit.hits,
        region=visit.region_id,
    )


def _write(visits):
    """Write visits and whose order each was; returns the orders' ids."""
    new = [visit for visit in visits if visit.row is None]
    kept = [visit for visit in visits if visit.row is not None]
    regions = set(
        Place.objects.filter(pk__in={visit.region for visit in visits}).values_list("pk", flat=True)
    )
    origins = _origins({visit.origin.identity for visit in new})
    queries = _ids(SearchQuery, "text", {visit.origin.query for visit in new} - {""})
    landings = _ids(Landing, "path", {visit.landing for visit in new})
    rows = [
        visit.write_into(
            Visit(
                visitor=visit.visitor,
                started_at=visit.started_at,
                origin_id=origins[visit.origin.identity],
                query_id=queries.get(visit.origin.query),
                landing_id=landings[visit.landing],
                device=visit.device,
            ),
            regions,
        )
        for visit in new
    ]
    for visit, row in zip(new, Visit.objects.bulk_create(rows, batch_size=1_000), strict=True):
        visit.row = row
    Visit.objects.bulk_update(
        [visit.write_into(visit.row, regions) for visit in kept], CHANGING, batch_size=500
    )
    placed = {order: visit for visit in visits for order in visit.orders}
    known = set(Order.objects.filter(pk__in=placed).values_list("pk", flat=True))
    OrderVisit.objects.bulk_create(
        [
            OrderVisit(order_id=order, visitor=visit.visitor, visit=visit.row)
            for order, visit in placed.items()
            if order in known
        ],
        # A form sent twice is one order, of the visit that came first.
        ignore_conflicts=True,
    )
    return known


def _origins(identities):
    """Ids of origins by (source, medium, campaign); new ones get their channel by the rules."""
    known = _found_origins(identities)
    missing = identities - set(known)
    if missing:
        rules = Rules.load()
        Origin.objects.bulk_create(
            [
                Origin(
                    source=source,
                    medium=medium,
                    campaign=campaign,
                    channel_id=rules.channel_for(source=source, medium=medium, campaign=campaign),
                )
                for source, medium, campaign in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        known |= _found_origins(missing)
    return known


def _found_origins(identities):
    rows = Origin.objects.filter(source__in={source for source, _medium, _campaign in identities})
    found = rows.values_list("source", "medium", "campaign", "pk")
    return {row[:3]: row[3] for row in found if row[:3] in identities}


def _ids(model, name, values):
    """Ids of a table of texts, those missing added."""
    rows = model.objects.filter(**{f"{name}__in": values})
    known = dict(rows.values_list(name, "pk"))
    if len(known) < len(values):
        model.objects.bulk_create(
            [model(**{name: value}) for value in sorted(values - set(known))], ignore_conflicts=True
        )
        known = dict(rows.all().values_list(name, "pk"))
    return known
