"""Promotions: created, edited, ended by the manufacturer, joined and left by dealers."""

from dataclasses import asdict, dataclass

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.promotions.models import Promotion, PromotionDealer, PromotionState
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
        Change(name, _texts(getattr(promotion, name)), _texts(values[name]))
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
    with pghistory.context(user=by.pk, changes=[asdict(change) for change in changes]):
        promotion.save(update_fields=[*FIELDS, "picture", "version"])
        for name, rows in lists.items():
            getattr(promotion, name).set(rows)
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
        PromotionDealer.objects.bulk_create(
            [PromotionDealer(promotion=promotion, dealer=dealer, joined_by=by, joined_at=now)],
            ignore_conflicts=True,
        )
    return promotion


@transaction.atomic
def leave(*, promotion_id, dealer, by, now):
    """The dealer takes part no more; not joined is a success. Raises PromotionOver."""
    promotion = Promotion.objects.get(pk=promotion_id)
    if promotion.state_at(now) == PromotionState.OVER:
        raise PromotionOver
    with pghistory.context(user=by.pk):
        PromotionDealer.objects.filter(promotion=promotion, dealer=dealer).delete()
    return promotion


def _texts(value):
    """A value as the history keeps it: nothing, or one text."""
    return [] if value in (None, "") else [str(value)]
