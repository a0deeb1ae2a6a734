"""The customer's page of a placed order, behind a personal link."""

from functools import wraps

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Service
from dealers.limits import ORDER_LINK_MISSES
from dealers.models import Outlet
from orders.files import file_answer
from orders.line_changes import contents_change
from orders.links import channels_link, order_by_token
from orders.models import CommentFile, DealerQuote, HistoryEntry, HistoryKind, Order
from orders.phones import masked_phone
from orders.statuses import STATUSES, Status
from orders.storefront.progress import STEPS, event_title, next_words
from suz.common.net import client_network

TOO_MANY = 429
HIDDEN_KINDS = (
    HistoryKind.DISTRIBUTED,
    HistoryKind.PHONE_SHOWN,
    HistoryKind.DELETED,
    HistoryKind.VISIBILITY,
)


def behind_link(view):
    """A view of the order that a personal link opens. Every wrong link answers alike."""

    @wraps(view)
    def wrapped(request, token, **kwargs):
        now, network = timezone.now(), client_network(request)
        if ORDER_LINK_MISSES.is_exhausted(network, now=now):
            return private(render(request, "orders/storefront/too_many.html", status=TOO_MANY))
        order = order_by_token(token, _orders())
        if order is None:
            ORDER_LINK_MISSES.hit(network, now=now)
            raise Http404
        return private(view(request, order, token=token, **kwargs))

    return wrapped


@never_cache
@require_safe
@behind_link
def customer_order(request, order, token):
    """What was ordered, how it stands, what happens next."""
    return render(request, "orders/storefront/order.html", _context(order) | {"token": token})


@never_cache
@require_safe
@behind_link
def customer_file(request, order, token, file):
    """A file of a comment that the customer is shown; an internal one is not there."""
    found = CommentFile.objects.filter(
        pk=file, entry__order=order, entry__kind=HistoryKind.COMMENT, entry__is_visible=True
    ).first()
    if found is None:
        raise Http404
    return file_answer(found)


def _orders():
    orders = Order.objects.select_related(
        "place__parent", "dealer", "manager", "chosen_dealer", "cancel_reason", "promo_code"
    ).annotate(has_dealers=Exists(DealerQuote.objects.filter(order=OuterRef("pk"))))
    return orders.prefetch_related(
        "lines__product",
        "dealer__phones",
        Prefetch("dealer__outlets", Outlet.objects.select_related("city")),
        Prefetch(
            "history",
            HistoryEntry.objects.filter(is_visible=True)
            .exclude(kind__in=HIDDEN_KINDS)
            .prefetch_related("files")
            .order_by("-id"),
        ),
    )


def _context(order):
    status = Status(order.status)
    reached = STEPS.index(status) if status in STEPS else _reached(order)
    return {
        "order": order,
        "lines": order.lines.all(),
        "services": order.services,
        "is_priced": order.dealer_id is not None,
        "promised": order.promised_range,
        "phone": masked_phone(order),
        "channels_link": channels_link(order),
        "steps": [
            (STATUSES[step].name, index < reached, index == reached)
            for index, step in enumerate(STEPS)
        ],
        "status_info": STATUSES[status],
        "next_words": next_words(order, has_dealers=order.has_dealers),
        "events": [
            (
                entry,
                event_title(entry),
                contents_change(entry.data, shows_prices=True)
                if entry.kind == HistoryKind.LINES
                else None,
            )
            for entry in order.history.all()
        ],
        "has_installation": Service.INSTALLATION in order.services,
    }


def _reached(order):
    """How far an order has come whose status is beside the usual way."""
    return STEPS.index(Status.PROCESSED) if order.status == Status.CLARIFICATION else -1


def private(response):
    """The response of a personal link: not to be found, not to be told of elsewhere."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
