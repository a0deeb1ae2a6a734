"""Promotions: created, edited, ended by the manufacturer, joined and left by dealers."""

from dataclasses import asdict, dataclass

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.promotions.models import Promotion, PromotionDealer, PromotionState
from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.errors import Refused

FIELDS = ("name", "text", "starts_on", "ends_on", "percent")
LISTS = ("regions", "categories", "products")


@dataclass(frozen=True)
class Change:
    """A field with its values before and after, as texts."""

    field: str
    before: list[str]
    after: list[str]


class PromotionMoved(Refused):
    """Somebody else has edited the promotion since the form was opened."""

    def __init__(self):
        super().__init__(
            _("A colleague has changed this meanwhile. Open the page again and repeat your change.")
        )


class PromotionOver(Refused):
    """A promotion that is over changes no more."""

    def __init__(self):
        super().__init__(_("The promotion is over. Create a new one."))


@transaction.atomic
def create_promotion(*, values, by, now):
    """Create a promotion of the values of PromotionForm."""
    with pghistory.context(user=by.pk):
        promotion = Promotion.objects.create(
            **{name: values[name] for name in FIELDS},
            picture=values["picture"] or "",
            created_by=by,
            created_at=now,
        )
        for name in LISTS:
            getattr(promotion, name).set(values[name])
    record(by=by, changed=promotion, is_new=True, now=now)
    return promotion


@transaction.atomic
def edit_promotion(*, promotion_id, values, seen, by, now):
    """Save the values of PromotionForm; returns whether anything changed.

    ``seen`` is the version that the person saw. Raises PromotionMoved, PromotionOver.
    """
    promotion = Promotion.objects.select_for_update(no_key=True).get(pk=promotion_id)
    if promotion.state_at(now) == PromotionState.OVER:
        raise PromotionOver
    if promotion.version != seen:
        raise PromotionMoved
    changes = [
        Change(name, texts(getattr(promotion, name)), texts(values[name]))
        for name in FIELDS
        if getattr(promotion, name) != values[name]
    ]
    for name in FIELDS:
        setattr(promotion, name, values[name])
    if values["picture"] is not None:
        changes.append(Change("picture", [], []))
        promotion.picture = values["picture"] or ""
    lists = {}
    for name in LISTS:
        before, after = list(getattr(promotion, name).all()), list(values[name])
        if {one.pk for one in before} != {one.pk for one in after}:
            lists[name] = after
            changes.append(Change(name, [str(one) for one in before], [str(one) for one in after]))
    if not changes:
        return False
    promotion.version += 1
    facts = {"changes": [asdict(change) for change in changes]}
    with pghistory.context(user=by.pk, **facts):
        promotion.save(update_fields=[*FIELDS, "picture", "version"])
        for name, rows in lists.items():
            getattr(promotion, name).set(rows)
    record(by=by, changed=promotion, data=facts, now=now)
    return True


@transaction.atomic
def end_promotion(*, promotion_id, by, now):
    """End a promotion before its time, for good; ended already is a success."""
    promotion = Promotion.objects.select_for_update(no_key=True).get(pk=promotion_id)
    if promotion.state_at(now) == PromotionState.OVER:
        return promotion
    promotion.ended_at = now
    promotion.version += 1
    with pghistory.context(user=by.pk, changes=[asdict(Change("ended_at", [], []))]):
        promotion.save(update_fields=["ended_at", "version"])
    record(by=by, changed=promotion, kind=AuditKind.PROMOTION_ENDED, now=now)
    return promotion


@transaction.atomic
def join(*, promotion_id, dealer, by, now):
    """The dealer takes part; joined already is a success. Raises PromotionOver.

    Promotion.DoesNotExist where it does not concern the dealer's territory.
    """
    promotion = Promotion.objects.concerning(dealer).get(pk=promotion_id)
    if promotion.state_at(now) == PromotionState.OVER:
        raise PromotionOver
    with pghistory.context(user=by.pk):
        _row, is_new = PromotionDealer.objects.get_or_create(
            promotion=promotion, dealer=dealer, defaults={"joined_by": by, "joined_at": now}
        )
    if is_new:
        _record(AuditKind.PROMOTION_JOINED, promotion, dealer, by, now)
    return promotion


@transaction.atomic
def leave(*, promotion_id, dealer, by, now):
    """The dealer takes part no more; not joined is a success. Raises PromotionOver."""
    promotion = Promotion.objects.get(pk=promotion_id)
    if promotion.state_at(now) == PromotionState.OVER:
        raise PromotionOver
    with pghistory.context(user=by.pk):
        rows = PromotionDealer.objects.filter(promotion=promotion, dealer=dealer)
        had_joined, _rows = rows.delete()
    if had_joined:
        _record(AuditKind.PROMOTION_LEFT, promotion, dealer, by, now)
    return promotion


def _record(kind, promotion, dealer, by, now):
    """In the journal it belongs to the dealer."""
    record(by=by, changed=dealer, kind=kind, data={"promotion": promotion.name}, now=now)


def texts(value):
    """A value as a Change keeps it: nothing, or one text."""
    return [] if value in (None, "") else [str(value)]
