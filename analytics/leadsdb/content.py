"""What LeadsDB is told: an order in its present state, with a revision that only grows.

The contract is docs/leadsdb.md. The order's contacts go along: LeadsDB is the manufacturer's own
record of its customers, to whose processing they have agreed; of an order without that consent the
contacts stay here.
"""

import base64

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from analytics.models import Dispatch
from analytics.outgoing.requests import NotNeeded, Request, json_body, moment, rubles
from dealers.models import Role, User
from orders.models import Consent, HistoryEntry, Order, OrderLine
from orders.scope import details_for
from orders.timeline import NO_CHANGES
from suz.common.sealing import unseal

EVENT = "order"
PURPOSE = "leadsdb"
READ = ("place", "region", "dealer", "manager", "promo_code", "cancel_reason")
# As whom the order is read: the manufacturer sees everything.
MANUFACTURER = User(role=Role.ADMINISTRATOR)


def with_revision(orders):
    """Orders with their ``revision``: the version and the last change in their history, added up.

    Neither ever falls, so their sum grows with whatever changes of an order, and two states of it
    never share one.
    """
    changes = HistoryEntry.objects.filter(order=OuterRef("pk")).exclude(kind__in=NO_CHANGES)
    last = changes.order_by("-id").values("id")[:1]
    return orders.annotate(revision=F("version") + Coalesce(Subquery(last), 0))


def key_of(order_id, revision):
    """The idempotency key of a state of an order."""
    return f"order-{order_id}-{revision}"


def prepare(dispatches):
    """What a batch of dispatches needs of its orders, by their ids: three queries for all."""
    ids = [one.order_id for one in dispatches if one.order_id]
    orders = with_revision(Order.objects.filter(pk__in=ids)).select_related(*READ)
    agreed = Consent.objects.filter(order__in=ids, kind=Consent.Kind.PROCESSING)
    agreed = set(agreed.values_list("order", flat=True))
    in_order = Prefetch("lines", OrderLine.objects.order_by("position"))
    return {order.pk: (order, order.pk in agreed) for order in orders.prefetch_related(in_order)}


def request_of(dispatch, endpoint, prepared, *, now):
    """The Request of a dispatch. Raises NotNeeded where the order has changed since, SecretLost."""
    secret = unseal(endpoint.secret, purpose=PURPOSE) if endpoint.secret else ""
    basic = base64.b64encode(f"{endpoint.user}:{secret}".encode()).decode()
    headers = {
        "Authorization": f"Basic {basic}",
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": dispatch.key,
    }
    if dispatch.order_id is None:
        return Request(json_body({"event": "test", "sent_at": moment(now)}), headers)
    order, has_agreed = prepared[dispatch.order_id]
    # It was read a while ago and in several queries: with the same revision it is still the same.
    present = with_revision(Order.objects.filter(pk=order.pk)).values_list("revision", flat=True)
    revision = present.get()
    if revision == order.revision == dispatch.source:
        content, hides = _order(order, has_agreed, now)
        return Request(json_body(content), headers, hides)
    _queue_present(dispatch, revision, now)
    raise NotNeeded(_("The order has changed since."))


def _queue_present(dispatch, revision, now):
    """See to it that the present state goes out in place of the one that is gone."""
    present = Dispatch(
        endpoint_id=dispatch.endpoint_id,
        order_id=dispatch.order_id,
        event=EVENT,
        source=revision,
        key=key_of(dispatch.order_id, revision),
        run_id=dispatch.run_id,
        occurred_at=now,
        due_at=now,
    )
    Dispatch.objects.bulk_create([present], ignore_conflicts=True)


def _order(order, has_agreed, now):
    customer = _customer(order) if has_agreed else None
    hides = tuple(str(value) for value in (customer or {}).values() if value)
    reason = order.cancel_reason
    content = {
        "event": EVENT,
        "number": order.pk,
        "revision": order.revision,
        "sent_at": moment(now),
        "is_deleted": order.deleted_at is not None,
        "source": order.source,
        "status": order.status,
        "status_name": str(order.status_info.name),
        "created_at": moment(order.created_at),
        "accepted_at": moment(order.accepted_at),
        "contacted_at": moment(order.contacted_at),
        "closed_at": moment(order.closed_at),
        "due_on": order.due_on.isoformat(),
        "region": order.region.name,
        "city": order.place.name,
        "customer": customer,
        "comment": order.comment if customer else "",
        "wants_delivery": order.wants_delivery,
        "wants_installation": order.wants_installation,
        "dealer": {"id": order.dealer_id, "name": order.dealer.name} if order.dealer_id else None,
        "manager": order.manager.name if order.manager_id else None,
        "promo_code": order.promo_code.code if order.promo_code_id else None,
        "lines": [_line(line) for line in order.lines.all()],
        "goods": rubles(order.goods_total),
        "services": rubles(order.services_total),
        "discount": rubles(order.discount),
        "total": rubles(order.total),
        "earned": rubles(order.earned),
        "cancel_reason": {"text": reason.text, "party": reason.party} if reason else None,
    }
    return content, (*hides, order.comment)


def _customer(order):
    """Contacts, None after erasing and of a deleted order."""
    if order.deleted_at or not order.phone:
        return None
    seen = details_for(MANUFACTURER, order)
    return {
        "name": seen.name,
        "phone": seen.phone,
        "email": seen.email,
        "address": seen.address,
        "latitude": seen.latitude,
        "longitude": seen.longitude,
    }


def _line(line):
    return {
        "position": line.position,
        "product_id": line.product_id,
        "category": line.category_name,
        "name": line.name,
        "unit": line.unit,
        "quantity": line.quantity,
        "price": rubles(line.price),
        "total": rubles(line.total),
    }
