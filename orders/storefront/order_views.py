"""The customer's page of a placed order, behind a personal link."""

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Service
from catalog.where.selectors import by_distance, outlets_of_dealers
from dealers.models import SystemSettings
from notifications.choices import chosen_channels
from orders.files import file_answer
from orders.line_changes import contents_change
from orders.links import channels_link
from orders.messages import subject_key
from orders.models import (
    Ask,
    Attention,
    AttentionReason,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Order,
    OrderLine,
)
from orders.phones import masked_phone
from orders.statuses import IN_WORK, STATUSES, Status
from orders.storefront.access import WITH_FORMS, behind_link, private
from orders.storefront.progress import answer_words, deadlines, event_title, next_words, steps_of
from orders.storefront.talk import asked_before, talk_of, visible_files
from orders.storefront.voice_forms import ChannelsForm, MessageForm

MOST_EVENTS = 60
HIDDEN_KINDS = (
    HistoryKind.DISTRIBUTED,
    HistoryKind.PHONE_SHOWN,
    HistoryKind.DELETED,
    HistoryKind.VISIBILITY,
    # The correspondence stands by itself.
    HistoryKind.COMMENT,
)
BY_HAND = (
    AttentionReason.NO_DEALER,
    AttentionReason.ALL_DECLINED,
    AttentionReason.UNCLAIMED,
)
# What has just been done, as the address says it, and where on the page it is said.
DONE = {
    "message": ("talk", _("The message is sent. The answer comes here; we will tell you of it.")),
    "change": ("talk", _("Your wish is passed on. The dealer will answer here.")),
    "cancel": ("talk", _("Your wish to cancel is passed on. The dealer will answer here.")),
    "cancelled": ("top", _("The order is cancelled.")),
    "confirmed": ("top", _("Thank you, the order is confirmed.")),
    "channels": ("channels", _("Saved. We will write as you have chosen.")),
}


def page_orders():
    """What the page reads of an order in its first query, and with it."""
    nearby_hands = Attention.objects.filter(
        order=OuterRef("pk"), reason__in=BY_HAND, resolved_at__isnull=True
    )
    orders = Order.objects.select_related(
        "place__parent",
        "dealer",
        "manager",
        "chosen_dealer",
        "cancel_reason",
        "promo_code",
        "conversation",
    ).annotate(
        has_dealers=Exists(DealerQuote.objects.filter(order=OuterRef("pk"))),
        by_hand=Exists(nearby_hands),
    )
    return orders.prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("product").order_by("position")),
        "dealer__phones",
        Prefetch("dealer__outlets", outlets_of_dealers().queryset),
    )


@never_cache
@require_safe
@behind_link(page_orders)
def customer_order(request, order, token):
    """What was ordered, how it stands, what happens next, what was said."""
    return show_order(request, order, token)


@never_cache
@require_safe
@behind_link()
def customer_messages(request, order, token):
    """Earlier messages, for the page to put above those it shows."""
    talk = talk_of(order, before=asked_before(request.GET))
    context = {"talk": talk, "token": token}
    return private(render(request, "orders/storefront/messages.html", context))


@never_cache
@require_safe
@behind_link(page_orders)
def customer_print(request, order, token):
    """The order on A4."""
    context = _contents(order) | {"order": order, "token": token, "phone": masked_phone(order)}
    return private(render(request, "orders/storefront/print.html", context))


@never_cache
@require_safe
@behind_link()
def customer_file(request, order, token, file, is_preview=False):
    """A file of a message that the customer is shown; an internal one is not there."""
    found = visible_files(order).filter(pk=file).first()
    if found is None or (is_preview and not found.is_picture):
        raise Http404
    return private(file_answer(found, is_preview=is_preview))


def show_order(request, order, token, *, form=None, problem="", status=200):
    """The page; with ``form`` the correspondence has what could not be sent.

    ``problem`` says why what was asked for could not be done.
    """
    now = timezone.now()
    settings = SystemSettings.load()
    done_at, done = DONE.get(request.GET.get("done", ""), ("", ""))
    context = _contents(order) | _standing(order, settings, now) | _dealer(order)
    context |= {
        "order": order,
        "token": token,
        "phone": masked_phone(order),
        "talk": talk_of(order, before=asked_before(request.GET)),
        "answer_words": answer_words(getattr(order, "conversation", None)),
        "form": form or MessageForm(auto_id="message_%s"),
        "channels": ChannelsForm(initial=chosen_channels(subject_key(order))),
        "channels_link": channels_link(order),
        "done_at": done_at,
        "done": done,
        "problem": problem,
        "events": [
            (
                entry,
                event_title(entry),
                contents_change(entry.data, shows_prices=True)
                if entry.kind == HistoryKind.LINES
                else None,
            )
            for entry in _events(order)
        ],
    }
    return private(
        render(request, "orders/storefront/order.html", context, status=status), WITH_FORMS
    )


def _contents(order):
    """What is ordered and what it costs."""
    return {
        "lines": order.lines.all(),
        "services": order.services,
        "is_priced": order.dealer_id is not None,
        "promised": order.promised_range if order.dealer_id is None else (order.total,) * 2,
        "status_info": STATUSES[Status(order.status)],
        "has_installation": Service.INSTALLATION in order.services,
    }


def _standing(order, settings, now):
    """Where the order is, what comes next, and what the customer can do."""
    talk = getattr(order, "conversation", None)
    asks = talk.asks if talk else ""
    return {
        "steps": steps_of(order),
        "next_words": next_words(order, has_dealers=order.has_dealers, by_hand=order.by_hand),
        "deadlines": deadlines(
            order, settings, by_hand=order.by_hand or not order.has_dealers, now=now
        ),
        "asks": Ask(asks) if asks else "",
        "may_confirm": order.status in IN_WORK and order.confirmed_at is None and not asks,
        "may_cancel": order.status == Status.NEW,
        "may_ask": order.is_open,
    }


def _dealer(order):
    """The order's dealer with its outlets, the nearest first."""
    if order.dealer_id is None or order.status == Status.CANCELLED:
        return {"outlets": (), "pins": []}
    place = order.place
    point = (
        (place.latitude, place.longitude)
        if order.latitude is None or order.longitude is None
        else (order.latitude, order.longitude)
    )
    outlets = by_distance(order.dealer.outlets.all(), point)
    pins = [
        {
            "latitude": one.outlet.latitude,
            "longitude": one.outlet.longitude,
            "title": order.dealer.name,
            "text": f"{one.outlet.city.name}, {one.outlet.address}",
        }
        for one in outlets[:1]
    ]
    return {"outlets": outlets, "pins": pins}


def _events(order):
    entries = HistoryEntry.objects.filter(order=order, is_visible=True)
    return entries.exclude(kind__in=HIDDEN_KINDS).order_by("-id")[:MOST_EVENTS]
