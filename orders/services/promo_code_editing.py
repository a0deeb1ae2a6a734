"""Promo codes: created, edited, switched off and on by the manufacturer."""

from dataclasses import asdict

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.promotions.services import Change, texts
from dealers.services.audit import record
from orders.models import Order, PromoCode
from orders.services.errors import OrderError

# What a customer was promised stays: these are fixed by the first use.
FIXED = ("code", "percent", "amount", "min_sum")
FREE = ("note", "starts_on", "ends_on", "max_uses")


class PromoCodeMoved(OrderError):
    """Somebody else has edited the code since the form was opened."""

    def __init__(self):
        super().__init__(
            _("A colleague has changed this meanwhile. Open the page again and repeat your change.")
        )


class CodeTaken(OrderError):
    """Somebody else has just made the same code."""

    def __init__(self):
        super().__init__(_("There is such a promo code already."))


class TooFewUses(OrderError):
    """The code has been used more often than it is to be allowed."""

    def __init__(self, uses):
        super().__init__(
            _("The code has been used %(count)d times already: allow at least as many.")
            % {"count": uses}
        )


def is_fixed(code):
    """Whether an order has the code, so that its discount may no longer change."""
    return code.uses > 0 or Order.objects.filter(promo_code=code).exists()


@transaction.atomic
def create_code(*, values, by, now):
    """Create a code of the values of PromoCodeForm. Raises CodeTaken."""
    code = PromoCode(
        **{name: values[name] for name in (*FIXED, *FREE)}, created_by=by, created_at=now
    )
    with pghistory.context(user=by.pk):
        _write(code)
        code.regions.set(values["regions"])
    record(by=by, changed=code, is_new=True, now=now)
    return code


@transaction.atomic
def edit_code(*, code_id, values, seen, by):
    """Save the values of PromoCodeForm; returns whether anything changed.

    ``seen`` is the version that the person saw. What is fixed by the first use is left as it is.
    Raises PromoCodeMoved, TooFewUses, CodeTaken.
    """
    code = PromoCode.objects.select_for_update(no_key=True).get(pk=code_id)
    if code.version != seen:
        raise PromoCodeMoved
    if values["max_uses"] is not None and values["max_uses"] < code.uses:
        raise TooFewUses(code.uses)
    fields = FREE if is_fixed(code) else (*FIXED, *FREE)
    changes = [
        Change(name, texts(getattr(code, name)), texts(values[name]))
        for name in fields
        if getattr(code, name) != values[name]
    ]
    for name in fields:
        setattr(code, name, values[name])
    before, after = list(code.regions.all()), list(values["regions"])
    are_moved = {one.pk for one in before} != {one.pk for one in after}
    if are_moved:
        changes.append(Change("regions", [str(one) for one in before], [str(one) for one in after]))
    if not changes:
        return False
    _save(code, changes, fields, by)
    if are_moved:
        code.regions.set(after)
    return True


@transaction.atomic
def switch_code(*, code_id, is_active, by):
    """Let a code work or not; orders that have it keep it."""
    code = PromoCode.objects.select_for_update(no_key=True).get(pk=code_id)
    if code.is_active != is_active:
        changes = [Change("is_active", [_yes(code.is_active)], [_yes(is_active)])]
        code.is_active = is_active
        _save(code, changes, ("is_active",), by)
    return code


def _save(code, changes, fields, by):
    code.version += 1
    facts = {"changes": [asdict(change) for change in changes]}
    with pghistory.context(user=by.pk, **facts):
        _write(code, update_fields=[*fields, "version"])
    record(by=by, changed=code, data=facts)


def _write(code, **how):
    try:
        with transaction.atomic():
            code.save(**how)
    except IntegrityError as error:
        if not PromoCode.objects.filter(code=code.code).exclude(pk=code.pk).exists():
            raise
        raise CodeTaken from error


def _yes(value):
    return "yes" if value else "no"
