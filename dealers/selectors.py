"""Reads of dealers and their points."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.core.cache import cache
from django.db import connection
from django.db.models import (
    Count,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Lower

from dealers.checklist import with_progress
from dealers.models import Dealer, Invitation, PointsEntry, User
from dealers.services.profile import ProfileChange
from dealers.services.terms import SWITCHES

ORDERS_CACHE, ORDERS_AGE = "dealers.orders_count", 60
LARGE = 50_000
UNBALANCED = """
    SELECT dealer.id, dealer.name, dealer.points, coalesce(ledger.total, 0),
           ledger.wrong IS NOT NULL
    FROM dealers_dealer AS dealer
    LEFT JOIN (
        SELECT dealer_id, sum(amount) AS total,
               min(id) FILTER (WHERE balance <> running) AS wrong
        FROM (
            SELECT id, dealer_id, amount, balance,
                   sum(amount) OVER (PARTITION BY dealer_id ORDER BY id) AS running
            FROM dealers_pointsentry
        ) AS entry
        GROUP BY dealer_id
    ) AS ledger ON ledger.dealer_id = dealer.id
    WHERE dealer.points <> coalesce(ledger.total, 0) OR ledger.wrong IS NOT NULL
    ORDER BY dealer.id
"""


@dataclass(frozen=True)
class Unbalanced:
    """A dealer whose ledger does not prove its balance.

    ``wrong_entry``: an entry's own balance is not the sum up to it.
    """

    dealer_id: int
    name: str
    balance: int
    total: int
    wrong_entry: bool


def unbalanced_dealers():
    """Dealers whose balance is not the sum of their ledger, entry by entry: one query."""
    with connection.cursor() as cursor:
        cursor.execute(UNBALANCED)
        return [Unbalanced(*row) for row in cursor.fetchall()]


def orders():
    """All orders. They lie a layer above, so they are reached through the relation to dealers."""
    return Dealer._meta.get_field("orders").related_model.objects.all()


def dealers_for_list():
    """Dealers with what the list shows and sorts by."""
    return with_progress(Dealer.objects.select_related("main_region")).annotate(
        sort_name=Lower("name"),
        region_name=F("main_region__name"),
        orders_count=_orders_count(),
    )


def _orders_count():
    """How many orders each dealer has; among very many orders as of a minute ago."""
    alive = orders().alive().filter(dealer__isnull=False).order_by()
    if _is_large(alive.model._meta.db_table):
        counts = cache.get(ORDERS_CACHE)
        if counts is None:
            counts = dict(alive.values_list("dealer").annotate(Count("pk")))
            cache.set(ORDERS_CACHE, counts, ORDERS_AGE)
        return Func(
            Cast(Value(json.dumps(counts)), JSONField()),
            Cast("pk", TextField()),
            template="COALESCE((%(expressions)s)::integer, 0)",
            arg_joiner=" ->> ",
            output_field=IntegerField(),
        )
    own = alive.filter(dealer=OuterRef("pk")).values("dealer")
    number = Subquery(own.annotate(number=Count("pk")).values("number"))
    return Coalesce(number, 0, output_field=IntegerField())


def _is_large(table):
    """Whether counting the whole table takes longer than a page should; an estimate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return cursor.fetchone()[0] > LARGE


def users_for_list():
    """People of the workspace with what the list shows and sorts by."""
    return User.objects.select_related("dealer").annotate(sort_name=Lower("name"))


def dealers_visible_to(user):
    """All dealers for the manufacturer, its own for a dealer's manager."""
    if user.is_manufacturer:
        return Dealer.objects.all()
    if user.is_dealer:
        return Dealer.objects.filter(pk=user.dealer_id)
    return Dealer.objects.none()


def open_invitations(*, now, dealer=None):
    """Invitations that wait or have expired, each with its ``state``; all, or of one dealer."""
    found = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    if dealer is not None:
        found = found.filter(dealer=dealer)
    invitations = list(found.select_related("dealer"))
    for invitation in invitations:
        invitation.state = invitation.state_at(now)
    return invitations


def points_summary(dealer_id, *, now, days=30):
    """How many points the dealer got and lost in the last days: ``{"got": …, "lost": …}``."""
    return PointsEntry.objects.filter(
        dealer_id=dealer_id, created_at__gt=now - timedelta(days=days)
    ).aggregate(
        got=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
        lost=Coalesce(Sum("amount", filter=Q(amount__lt=0)), 0),
    )


def mark_open_orders(entries, user):
    """Tell for each entry whether the user may open its order (``entry.order_opens``)."""
    ids = {entry.order_id for entry in entries if entry.order_id}
    opens = (
        set(orders().visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else set()
    )
    for entry in entries:
        entry.order_opens = entry.order_id in opens


@dataclass(frozen=True)
class HistoryEntry:
    """A change of a dealer: who, when, why, and what became what (ProfileChanges)."""

    changed_at: object
    by: str
    reason: str
    changes: list = field(default_factory=list)


def history_of(dealer, limit=10):
    """The latest changes of a dealer's profile and terms, newest first: two queries."""
    events = list(
        dealer.events.order_by("-pgh_id").values(
            *SWITCHES, "pgh_created_at", "pgh_context__metadata"
        )[:100]
    )
    found = []
    for event, before in pairwise(events):
        facts = event["pgh_context__metadata"] or {}
        # The form of the profile keeps what changed, its phones and outlets included.
        changes = facts.get("changes") or [
            ProfileChange(name, _yes_no(before[name]), _yes_no(event[name]))
            for name in SWITCHES
            if event[name] != before[name]
        ]
        if changes:
            found.append((event, facts, changes))
    found = found[:limit]
    people = User.objects.in_bulk({facts["user"] for _event, facts, _c in found if "user" in facts})
    return [
        HistoryEntry(
            changed_at=event["pgh_created_at"],
            by=str(people.get(facts.get("user"), "")),
            reason=facts.get("reason", ""),
            changes=changes,
        )
        for event, facts, changes in found
    ]


def _yes_no(value):
    return ["yes" if value else "no"]
