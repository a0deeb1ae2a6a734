"""The lists of reasons: added to, renamed, put in order, switched off, never deleted from."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import Party, Reason, ReasonKind
from orders.services.errors import OrderError
from suz.common.ordering import exchange

# Whose a reason can be: a dealer declines for itself, a customer complains.
PARTIES = {
    ReasonKind.DECLINE: (Party.DEALER,),
    ReasonKind.GIVE_UP: tuple(Party),
    ReasonKind.CANCEL: tuple(Party),
    ReasonKind.COMPLAINT: (Party.CUSTOMER,),
}


@transaction.atomic
def add_reason(*, kind, party, text, by):
    """Add a reason to the end of a list. Raises OrderError where the list has it already."""
    reasons = _lock(kind)
    if party not in PARTIES[ReasonKind(kind)]:
        raise OrderError(_("This list has no reasons of that side."))
    _check_new(reasons, party, text)
    last = Reason.objects.filter(kind=kind).aggregate(last=Max("position"))["last"]
    reason = Reason.objects.create(
        kind=kind, party=party, text=text, position=0 if last is None else last + 1
    )
    record(by=by, changed=reason, kind=AuditKind.REASON_ADDED, data=_list_of(reason))
    return reason


@transaction.atomic
def rename_reason(*, reason_id, text, by):
    """Change the words of a reason, also where it was given before. Raises OrderError."""
    reason = Reason.objects.get(pk=reason_id)
    others = [other for other in _lock(reason.kind) if other.pk != reason.pk]
    _check_new(others, reason.party, text)
    if reason.text == text:
        return reason
    before, reason.text = reason.text, text
    reason.save(update_fields=["text"])
    record(
        by=by,
        changed=reason,
        kind=AuditKind.REASON_RENAMED,
        data=_list_of(reason) | {"changes": [{"field": "text", "before": before, "after": text}]},
    )
    return reason


@transaction.atomic
def switch_reason(*, reason_id, is_active, by):
    """Offer a reason for choice or not. Raises OrderError for the last one of its list."""
    kind = Reason.objects.values_list("kind", flat=True).get(pk=reason_id)
    reasons = {reason.pk: reason for reason in _lock(kind)}
    reason = reasons[reason_id]
    if reason.is_active == is_active:
        return reason
    if not is_active and sum(other.is_active for other in reasons.values()) == 1:
        raise OrderError(_("One reason has to stay: without it nobody could choose any."))
    reason.is_active = is_active
    reason.save(update_fields=["is_active"])
    record(
        by=by,
        changed=reason,
        kind=AuditKind.REASON_ON if is_active else AuditKind.REASON_OFF,
        data=_list_of(reason),
    )
    return reason


@transaction.atomic
def move_reason(*, reason_id, up, by):
    """Exchange a reason with its neighbour in the list; at the end nothing moves."""
    kind = Reason.objects.values_list("kind", flat=True).get(pk=reason_id)
    reasons = _lock(kind)
    moved = next(reason for reason in reasons if reason.pk == reason_id)
    change = exchange(reasons, reasons.index(moved), up=up)
    if change is None:
        return
    record(
        by=by,
        changed=moved,
        kind=AuditKind.REASON_MOVED,
        data=_list_of(moved) | {"changes": [change]},
    )


def _list_of(reason):
    return {"list": reason.kind}


def _lock(kind):
    """The list of a kind in its order, locked against others who edit it."""
    return list(
        Reason.objects.select_for_update(no_key=True).filter(kind=kind).order_by("position", "id")
    )


def _check_new(reasons, party, text):
    if any(r.party == party and r.text.casefold() == text.casefold() for r in reasons):
        raise OrderError(_("The list has this reason already."))
