"""Correcting an order's details: what the customer said, the term, the responsible manager."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealers.models import AuditKind, User
from dealers.services.audit import record
from orders import messages
from orders.details import fields_for, in_words, value_of
from orders.models import Assignment, AttentionReason, Consent, HistoryEntry, HistoryKind
from orders.services.attention import resolve_attention
from orders.services.customers import keep_customer
from orders.services.errors import IllegalStep, OrderError
from orders.services.locking import lock_own
from orders.services.versions import check_version

# What says nothing of the customer: the journal has it with the values.
HARMLESS = ("due_on", "manager")
# Of these the customer is told; a name put right is no news.
TOLD = frozenset(("phone", "email", "address", "pin", "due_on", "manager"))

# What the customer confirmed is another order with another of these.
_CONFIRMED = frozenset(("address", "pin"))


@transaction.atomic
def change_details(*, order_id, values, seen, reason="", by, now):
    """Set details of an order; returns the names of those that changed.

    ``values`` maps names that ``by`` may set (``orders.details.fields_for``) to values as
    ``value_of`` gives them. ``seen`` is the ``seen_of`` that the form was made with. The history
    keeps before and after, phones masked; the customer is told of what matters to them, the dealer
    of what the manufacturer changed. Raises OrderNotFound, IllegalStep (closed), OrderMoved,
    OrderError (term without a reason or in the past, manager of another dealer).
    """
    order = lock_own(order_id, by)
    check_version(order, seen)
    allowed = fields_for(by, order)
    if not allowed:
        raise IllegalStep(_("The order is closed."))
    if forbidden := set(values) - set(allowed):
        raise ValueError(f"{by.role} may not set {', '.join(sorted(forbidden))}")
    before = {name: value_of(order, name) for name in allowed if name in values}
    changed = [name for name, old in before.items() if not _same(name, old, values[name])]
    if not changed:
        return []
    fields = []
    for name in changed:
        fields += _set(order, name, values[name], reason=reason, by=by, now=now)
    if not _CONFIRMED.isdisjoint(changed):
        order.confirmed_at = None
        fields.append("confirmed_at")
    order.save(update_fields=fields)
    changes = [
        {
            "field": name,
            "before": in_words(name, before[name]),
            "after": in_words(name, value_of(order, name)),
        }
        for name in changed
    ]
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.DETAILS,
        text=reason.strip(),
        actor=by,
        dealer_id=order.dealer_id,
        data={"changes": changes},
        is_visible=bool(TOLD.intersection(changed)),
        created_at=now,
    )
    facts = {"changes": [one for one in changes if one["field"] in HARMLESS]}
    if names := [name for name in changed if name not in HARMLESS]:
        facts["fields"] = names
    if reason.strip():
        facts["reason"] = reason.strip()
    record(by=by, changed=order, kind=AuditKind.DETAILS, data=facts, now=now)
    messages.details_changed(order, [name for name in changed if name in TOLD], by=by, now=now)
    return changed


def _same(name, old, new):
    # A form carries degrees rounded to about a metre.
    if name == "pin":
        return in_words(name, old) == in_words(name, new)
    return old == new


def _set(order, name, value, *, reason, by, now):
    """Set one detail; returns the fields of the order to save."""
    if name == "pin":
        order.latitude, order.longitude = value or (None, None)
        return ["latitude", "longitude"]
    if name == "due_on":
        return _set_term(order, value, reason=reason, by=by, now=now)
    if name == "manager":
        return _set_manager(order, value)
    if name == "phone":
        return _set_phone(order, value, now=now)
    fields = [name]
    if name == "email" and order.email:
        # Whoever reads mail at the wrong address has the personal link to the order.
        order.link_version += 1
        fields.append("link_version")
    setattr(order, name, value)
    return fields


def _set_term(order, day, *, reason, by, now):
    if day < timezone.localdate(now):
        raise OrderError(_("The term lies in the past."))
    if not reason.strip():
        raise OrderError(_("Say why the term changes: the reason stays in the history."))
    order.due_on = day
    order.overdue_at = None
    resolve_attention(order_id=order.pk, reasons=[AttentionReason.OVERDUE], by=by, now=now)
    return ["due_on", "overdue_at"]


def _set_manager(order, manager):
    of_dealer = User.objects.filter(dealer_id=order.dealer_id, is_active=True)
    if manager is not None and not of_dealer.filter(pk=manager.pk).exists():
        raise OrderError(_("Choose a manager of the order’s dealer."))
    order.manager = manager
    Assignment.objects.filter(order=order, ended_at__isnull=True).update(manager=manager)
    return ["manager"]


def _set_phone(order, number, *, now):
    """Another number is another customer: the order and what was agreed to go with it."""
    customer = keep_customer(name=order.customer_name, phone=number, email=order.email, now=now)
    order.phone = number
    order.customer = customer
    Consent.objects.filter(order=order).update(customer=customer)
    return ["phone", "customer"]
