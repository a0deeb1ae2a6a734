"""Reads of complaints."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch

from orders.complaints.states import STATES, State
from orders.complaints.timeline import FOR_CUSTOMER
from orders.models import Complaint, ComplaintEntry, ComplaintFile
from suz.common.keyset import Total

# Further than this nobody counts by eye.
COUNTED = 1_000


@dataclass(frozen=True)
class OfDealer:
    """How many complaints about a dealer there are, and how many of them wait for an answer."""

    total: Total
    open: int


def with_people(complaints):
    """Complaints with what a row of the list shows."""
    return complaints.select_related(
        "order__place", "region", "dealer", "category", "owner", "points_entry"
    )


def state_counts(complaints):
    """``({state: how many}, whether there are more)`` of a queryset, counted to COUNTED."""
    found = complaints.order_by().values_list("state", flat=True)[: COUNTED + 1]
    counts = Counter(found)
    return counts, counts.total() > COUNTED


def of_customer(order):
    """The order's complaints with what the customer reads of them, the newest first."""
    entries = (
        ComplaintEntry.objects.filter(kind__in=FOR_CUSTOMER)
        .order_by("id")
        .prefetch_related("files")
    )
    complaints = Complaint.objects.filter(order=order).select_related("category")
    return list(
        complaints.prefetch_related(Prefetch("entries", entries, to_attr="talk")).order_by("-id")
    )


def file_of_customer(order, file_id):
    """A file of the order's complaints that the customer reads, or None."""
    return ComplaintFile.objects.filter(
        pk=file_id, entry__complaint__order=order, entry__kind__in=FOR_CUSTOMER
    ).first()


def of_order(order, user):
    """The order's complaints that the user sees, the newest first."""
    return list(with_people(Complaint.objects.visible_to(user).filter(order=order)).order_by("-id"))


def of_dealer(dealer):
    """The OfDealer of a dealer: one query."""
    counts, is_more = state_counts(Complaint.objects.alive().filter(dealer=dealer))
    waiting = sum(counts[code] for code, info in STATES.items() if info.is_open)
    return OfDealer(Total(min(counts.total(), COUNTED), is_more), waiting)


def tabs(counts, is_more, current):
    """What the list can be narrowed to by state, with numbers."""
    return [
        {
            "info": STATES[state],
            "count": counts[state],
            "is_more": is_more,
            "is_current": current == state,
        }
        for state in State
    ]
