"""The list of customers, for the manufacturer: what it may be narrowed and sorted by.

As with orders, a search is made of branches, each walked by an index of its own (see
``suz.common.keyset``).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.db.models.functions import Lower

from orders.models import Customer, Order
from orders.models.customers import CURRENT, LastWord
from suz.common.keyset import united
from suz.common.search import digits_of, ids_of, phone_beginnings

SHORTEST_PHONE = 4
YEAR = timedelta(days=365)
WORDS = {"name_lower": Lower("name"), "surname": LastWord("name"), "mail": Lower("email")}
# What the list may be sorted by → fields, in the order meant by the bare name.
SORTS = {
    "last": ("last_order_at", "id"),
    "name": ("name_lower", "id"),
    "orders": ("order_count", "id"),
    "bought": ("bought", "id"),
    "created": ("created_at", "id"),
}
NEWEST_FIRST = "-last"


@dataclass(frozen=True)
class CustomerFilters:
    """What narrows the list; empty means anything.

    ``old_before``: who has ordered nothing since and has no open order, as the settings suggest
    to erase. ``erased``: those whose data are gone instead of all others.
    """

    text: str = ""
    region_id: int | None = None
    has_open: bool | None = None
    agreed_to_calls: bool | None = None
    orders_from: int | None = None
    orders_to: int | None = None
    last_from: object = None
    last_before: object = None
    old_before: object = None
    erased: bool = False


def customers_for_list():
    """Customers with what a row shows and what the list is sorted by."""
    return Customer.objects.select_related("region").annotate(name_lower=Lower("name"))


def branches(filters):
    """The customers that pass the filters, in parts that an index can walk; they may overlap."""
    found = Customer.objects.filter(_passes(filters)).alias(**WORDS)
    if not filters.text:
        return [found]
    return [found.filter(way) for way in ways_found(filters.text)]


def narrowed(filters):
    """The same customers in one piece, for a table."""
    return customers_for_list().filter(pk__in=united(branches(filters)))


def looked_for(text):
    """Customers whom a search finds, in any order; none without a text."""
    if not text:
        return Customer.objects.none()
    found = Customer.objects.filter(CURRENT).alias(**WORDS)
    return found.filter(reduce(or_, ways_found(text)))


def sort_keys(sort):
    """The fields to sort by; ``sort`` is a name of SORTS, with "-" for descending."""
    fields = SORTS[sort.removeprefix("-")]
    return tuple(f"-{field}" for field in fields) if sort.startswith("-") else fields


def chosen_sort(data):
    """The sort asked for: its name, with "-" for descending."""
    sort = data.get("sort", "")
    return sort if sort.removeprefix("-") in SORTS else NEWEST_FIRST


def old_before(now, settings):
    """Who has ordered nothing since then is suggested for erasure."""
    return now - YEAR * settings.customers_keep_years


def _passes(filters):
    erased = Q(merged_into__isnull=True, erased_at__isnull=False)
    passes = erased if filters.erased else CURRENT
    if filters.region_id:
        passes &= Q(region_id=filters.region_id)
    if filters.has_open is not None:
        passes &= Q(open_count__gt=0) if filters.has_open else Q(open_count=0)
    if filters.agreed_to_calls is not None:
        passes &= Q(calls_consent=filters.agreed_to_calls)
    if filters.orders_from is not None:
        passes &= Q(order_count__gte=filters.orders_from)
    if filters.orders_to is not None:
        passes &= Q(order_count__lte=filters.orders_to)
    if filters.last_from:
        passes &= Q(last_order_at__gte=filters.last_from)
    if filters.last_before:
        passes &= Q(last_order_at__lt=filters.last_before)
    if filters.old_before:
        passes &= Q(last_order_at__lt=filters.old_before, open_count=0)
    return passes


def ways_found(text):
    """Conditions: a name, a surname, an e-mail or a phone that begins so, or an order's number.

    What belongs to somebody merged into another customer finds that one.
    """
    digits = digits_of(text)
    if digits is None:
        start = text.lower()
        own = [
            Q(name_lower__startswith=start),
            Q(surname__startswith=start),
            Q(mail__startswith=start),
        ]
        return [*own, _merged(own)]
    numbers = Order.objects.filter(pk__in=ids_of([digits])).values("customer")
    ways = [Q(pk__in=numbers)]
    if len(digits) >= SHORTEST_PHONE:
        phones = [Q(phone__startswith=start) for start in phone_beginnings(digits)]
        ways += [*phones, _merged(phones)]
    return ways


def _merged(ways):
    merged = Customer.objects.filter(merged_into__isnull=False).alias(**WORDS)
    return Q(pk__in=merged.filter(reduce(or_, ways)).values("merged_into"))
