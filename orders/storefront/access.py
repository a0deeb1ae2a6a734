"""What stands before every view that a personal link opens."""

from functools import wraps

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from dealers.limits import ORDER_LINK_MISSES
from notifications.choosing import zone_of
from orders.links import order_by_token
from orders.models import Order
from suz.common.net import client_network

TOO_MANY = 429
# A form needs its page's origin, which a browser without a referrer does not name; no other site
# ever learns the address.
WITH_FORMS = "same-origin"


def opened_by(find):
    """A view of what a personal link opens. Every wrong link answers alike, and misses are counted.

    ``find`` takes the token and ``now`` and gives the object, or None.
    """

    def decorated(view):
        @wraps(view)
        def wrapped(request, token, **kwargs):
            now, network = timezone.now(), client_network(request)
            if ORDER_LINK_MISSES.is_exhausted(network, now=now):
                return private(too_many(request))
            found = find(token, now=now)
            if found is None:
                ORDER_LINK_MISSES.hit(network, now=now)
                raise Http404
            return view(request, found, token=token, **kwargs)

        return wrapped

    return decorated


def behind_link(orders=None):
    """A view of the order that a personal link opens.

    ``orders`` is a function that gives the queryset which the order is read from.
    """

    def decorated(view):
        @opened_by(lambda token, now: order_by_token(token, (orders or _orders)()))
        @wraps(view)
        def wrapped(request, order, **kwargs):
            # Times are those of where the goods go.
            with timezone.override(zone_of(order.place.time_zone)):
                return view(request, order, **kwargs)

        return wrapped

    return decorated


def _orders():
    return Order.objects.select_related("place", "conversation")


def too_many(request):
    """The page of those who have guessed too often."""
    return render(request, "orders/storefront/too_many.html", status=TOO_MANY)


def private(response, referrer="no-referrer"):
    """The response of a personal link: not to be found, not to be told of elsewhere."""
    response.headers["Referrer-Policy"] = referrer
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def privately(view):
    """A view whose every answer is private."""

    @wraps(view)
    def wrapped(*args, **kwargs):
        return private(view(*args, **kwargs))

    return wrapped
