"""The way from a list of orders to a card and back: the list's query travels in the address."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from orders.views.lists import Asked
from suz.common.keyset import neighbours

LIST = "list"
LONGEST = 2_000


@dataclass(frozen=True)
class Neighbours:
    """Where the card's arrows lead: addresses, empty where there is nothing."""

    back: str
    previous: str = ""
    following: str = ""


def list_query(request, pk):
    """The query of the list that the card was opened from, "" where it was not.

    Forms and links of a card do not repeat it: the page they stand on has it in its address.
    """
    query = request.GET.get(LIST, "")
    if not query:
        query = _query_of_referrer(request.headers.get("Referer", ""), pk)
    return query if len(query) <= LONGEST else ""


def _query_of_referrer(referrer, pk):
    try:
        came_from = urlsplit(referrer)
    except ValueError:
        return ""
    if came_from.path != reverse("order_card", args=[pk]):
        return ""
    return parse_qs(came_from.query).get(LIST, [""])[0]


def card_address(request, pk):
    """The card's address, with the list that it was opened from."""
    return with_list(reverse("order_card", args=[pk]), list_query(request, pk))


def with_list(address, query):
    """An address of a card that remembers the list."""
    return f"{address}?{urlencode({LIST: query})}" if query else address


def neighbours_of(order, card, request, settings):
    """What stands before and after the order in the list it was opened from: one small query.

    The order need not be in the list any more; its place there is where its sort values put it.
    """
    query = list_query(request, order.pk)
    if not query:
        return Neighbours(back=reverse("order_list"))
    asked = Asked(request.user, QueryDict(query), settings)
    keys = asked.keys
    values = [_value(order, card, key.lstrip("-")) for key in keys]
    before, after = neighbours(asked.orders, keys=keys, values=values, branches=asked.branches)
    return Neighbours(
        back=f"{reverse('order_list')}?{query}#order-{order.pk}",
        previous=_card(before, query),
        following=_card(after, query),
    )


def _card(pk, query):
    return with_list(reverse("order_card", args=[pk]), query) if pk else ""


def _value(order, card, key):
    """The order's value of a field of the list's sorting."""
    if key != "shown_total":
        return getattr(order, key)
    return (card.sums.total or 0) if card.is_offered else order.total
