"""Who may be the same person under another phone: a few candidates, each found by an index."""

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from orders.models import Customer, Order
from orders.models.customers import CURRENT

MOST = 5
# How many of a kind are looked at; names like Анна are had by thousands.
LOOKED_AT = 200
ADDRESSES = 5
# Letters of another keyboard, a transposed pair: so many signs may differ.
SIMILAR_SIGNS = 2


@dataclass(frozen=True)
class Candidate:
    """A customer who may be the same person, and why one may think so."""

    customer: Customer
    reasons: tuple[str, ...]


def duplicates_of(customer):
    """At most MOST candidates, those with most reasons first; six queries at most.

    The same e-mail; the same name in the region with a similar phone; the same address with a
    house in it and the same name or surname.
    """
    if not customer.is_current:
        return []
    found = {}
    others = Customer.objects.filter(CURRENT).exclude(pk=customer.pk).select_related("region")
    if customer.email:
        same = others.alias(mail=Lower("email")).exclude(email="")
        for one in same.filter(mail=customer.email.lower())[:MOST]:
            found.setdefault(one, []).append(_("same e-mail"))
    for one in _same_name(others, customer):
        if is_similar(one.phone, customer.phone):
            found.setdefault(one, []).append(_("same name and region, similar phone"))
    for one in _same_address(others, customer):
        found.setdefault(one, []).append(_("same address and name"))
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), -pair[0].pk))
    return [Candidate(one, tuple(reasons)) for one, reasons in ranked[:MOST]]


def is_similar(one, other):
    """Whether two phones differ by a slip: one or two figures, or a pair of them changed places."""
    first, second = str(one or ""), str(other or "")
    if not first or len(first) != len(second):
        return False
    differing = [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    return 0 < len(differing) <= SIMILAR_SIGNS


def _same_name(others, customer):
    same = others.alias(name_lower=Lower("name")).filter(name_lower=customer.name.lower())
    if customer.region_id is None:
        return same.filter(region__isnull=True)[:LOOKED_AT]
    return same.filter(region=customer.region_id)[:LOOKED_AT]


def _same_address(others, customer):
    """Who ordered to one of the customer's last addresses under the same name or surname."""
    orders = Order.objects.alive().filter(customer=customer).exclude(address="").order_by("-pk")
    places = {
        (place, address.lower())
        for place, address in orders.values_list("place", "address")[:ADDRESSES]
        if any(sign.isdigit() for sign in address)
    }
    if not places:
        return []
    there = Q()
    for place, address in places:
        there |= Q(place=place, address_lower=address)
    neighbours = (
        Order.objects.exclude(address="")
        .alias(address_lower=Lower("address"))
        .filter(there)
        .values_list("customer", flat=True)
    )
    ids = {pk for pk in neighbours[:LOOKED_AT] if pk != customer.pk}
    words = set(customer.name.lower().split())
    same = others.filter(pk__in=ids).order_by("-pk")[:LOOKED_AT]
    return [one for one in same if words & set(one.name.lower().split())]
