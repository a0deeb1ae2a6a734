"""What a dealer's system is told: exactly what the dealer's managers would see on the card now.

It is read when it is sent, through the same rules as the screens: an offered order without its
customer, a phone only where it is open, nothing of an order that has left the dealer but its
number. The contract is docs/webhooks.md; signing follows Standard Webhooks.
"""

import base64
import hashlib
import hmac
import secrets

from django.utils.translation import gettext as _

from analytics.models import DispatchState
from analytics.outgoing.requests import NotNeeded, Request, json_body, moment, rubles
from analytics.webhooks.events import MESSAGE, OFFERED
from dealers.models import Role, SystemSettings, User
from orders.card import card_of, hides_phones
from orders.models import Order
from orders.timeline import entries_for
from suz.common.masking import without_phones
from suz.common.sealing import unseal

PURPOSE = "webhooks"
PREFIX = "whsec_"
SECRET_BYTES = 32
READ = ("place", "region", "dealer", "manager", "promo_code", "conversation")


def new_secret():
    """A secret of 256 bits, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret, key, timestamp, body):
    """The header webhook-signature: HMAC-SHA256 over "key.timestamp.body"."""
    raw = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{key}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def prepare(dispatches):
    """Nothing: what a dealer may see is looked up when it is sent."""


def request_of(dispatch, endpoint, prepared, *, now):
    """The Request of a dispatch. Raises NotNeeded where the dealer is not to hear of it any more.

    Raises SecretLost.
    """
    content, hides = _content(dispatch, endpoint, now)
    body = json_body(content)
    timestamp = int(now.timestamp())
    secret = unseal(endpoint.secret, purpose=PURPOSE)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": dispatch.key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, dispatch.key, timestamp, body),
    }
    return Request(body, headers, hides)


def _content(dispatch, endpoint, now):
    content = {"event": dispatch.event, "sent_at": moment(now)}
    if dispatch.order_id is None:
        return content, ()
    dealer = endpoint.dealer
    if not dealer.is_active:
        raise NotNeeded(_("The dealer is switched off."), state=DispatchState.CANCELLED)
    # A person of the dealer, as far as rights go.
    viewer = User(role=Role.DEALER_MANAGER, dealer=dealer)
    settings = SystemSettings.load()
    order = (
        Order.objects.visible_to(viewer, only_own=settings.dealers_see_only_own)
        .select_related(*READ)
        .filter(pk=dispatch.order_id)
        .first()
    )
    if order is None and dispatch.event == OFFERED:
        raise NotNeeded(_("The order is no longer offered to the dealer."))
    content |= {
        "occurred_at": moment(dispatch.occurred_at),
        "number": dispatch.order_id,
        "order": None,
    }
    if order is None:
        return content, ()
    card = card_of(order, viewer, settings, {})
    content["order"] = order_json(order, card)
    if dispatch.event == MESSAGE:
        content["message"] = _message(dispatch, order, viewer, settings)
    customer = card.customer
    words = (order.customer_name, order.email, order.address, customer.phone, order.comment)
    return content, (*words, content.get("message") or "")


def order_json(order, card):
    """An order as the dealer's managers see it on its card, for the dealer's programs."""
    return {
        "number": order.pk,
        "is_offered": card.is_offered,
        "status": order.status,
        "status_name": str(order.status_info.name),
        "created_at": moment(order.created_at),
        "accepted_at": moment(order.accepted_at),
        "closed_at": moment(order.closed_at),
        "due_on": order.due_on.isoformat(),
        "region": order.region.name,
        "city": order.place.name,
        "wants_delivery": order.wants_delivery,
        "wants_installation": order.wants_installation,
        "manager": order.manager.name if order.manager_id else None,
        "customer": _customer(card.customer),
        "comment": card.comment,
        "lines": [_line(one) for one in card.lines],
        "goods": rubles(card.sums.goods),
        "delivery": rubles(card.sums.delivery),
        "installation": rubles(card.sums.installation),
        "discount": rubles(card.sums.discount),
        "total": rubles(card.sums.total),
    }


def _customer(customer):
    """Who ordered, None while that is not open; the phone None while it is hidden."""
    if not customer.is_open:
        return None
    return {
        "name": customer.name,
        "phone": customer.phone if customer.is_dialable else None,
        "email": customer.email,
        "address": customer.address,
        "latitude": customer.latitude,
        "longitude": customer.longitude,
    }


def _line(one):
    line = one.line
    return {
        "position": line.position,
        "product_id": line.product_id,
        "name": line.name,
        "unit": line.unit,
        "quantity": line.quantity,
        "price": rubles(one.price),
        "total": rubles(one.total),
    }


def _message(dispatch, order, viewer, settings):
    entry = entries_for(order, viewer).filter(pk=dispatch.source).first()
    if entry is None:
        return None
    return without_phones(entry.text) if hides_phones(viewer, order, settings) else entry.text
