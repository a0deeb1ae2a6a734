"""A family with its colour variants: one form, one change, one entry of history."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from catalog.history import PRODUCT_FIELDS, with_category_names
from catalog.models import Product, ProductFamily
from catalog.services.categories import LARGEST_POSITION
from catalog.services.changes import (
    FieldChange,
    Moved,
    decimal_text,
    differences,
    flag_text,
    record_changes,
)
from catalog.services.pictures import drop_picture, set_picture
from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.errors import Refused

FAMILY_FIELDS = ("category", "name", "description", "position")
VARIANT_FIELDS = tuple(name for name in PRODUCT_FIELDS if name != "picture")


class FamilyTaken(Refused):
    """The category has a family of this name."""

    def __init__(self):
        super().__init__(_("The category has a product of this name already."))


@dataclass(frozen=True)
class Variant:
    """A colour as a form gives it; ``product_id`` None is a new one.

    ``values`` has VARIANT_FIELDS and ``picture``: a file, "" to take it away, None to leave it.
    """

    product_id: int | None
    values: Mapping[str, object] = field(default_factory=dict)
    is_removed: bool = False


@dataclass
class Outcome:
    """What became of a form: the family (None: its last variant was deleted) and of variants.

    ``switched_off`` were to be removed, but orders name them.
    """

    family: ProductFamily | None
    has_changed: bool = False
    deleted: list[str] = field(default_factory=list)
    switched_off: list[str] = field(default_factory=list)


def snapshot(family):
    """A family as its form shows it: ``{"family": {…}, "variants": {id: {…}}}``, texts all."""
    return {
        "family": {
            "category": str(family.category_id),
            "name": family.name,
            "description": family.description,
            "position": str(family.position),
        },
        "variants": {str(one.pk): variant_texts(one) for one in family.products.all()},
    }


def variant_texts(product):
    """A variant's fields as its row of the form shows them."""
    return {
        "name": product.name,
        "colour": product.colour,
        "colour_code": product.colour_code,
        "unit": product.unit,
        "length_mm": decimal_text(product.length_mm),
        "width_mm": decimal_text(product.width_mm),
        "thickness_mm": decimal_text(product.thickness_mm),
        "recommended_price": decimal_text(product.recommended_price),
        "position": str(product.position),
        "is_active": flag_text(product.is_active),
        "picture": product.picture.name,
    }


def moves(seen, present):
    """FieldChanges between two snapshots of a family."""
    changes = differences(seen["family"], present["family"])
    for pk, before in seen["variants"].items():
        after = present["variants"].get(pk)
        if after is None:
            changes.append(FieldChange("variant", before["name"], ""))
        else:
            changes += differences(before, after, subject=before["name"])
    changes += [
        FieldChange("variant", "", after["name"])
        for pk, after in present["variants"].items()
        if pk not in seen["variants"]
    ]
    return changes


@transaction.atomic
def add_family(*, values, variants, by):
    """A new family with its variants; returns it. Raises FamilyTaken.

    ``values`` has FAMILY_FIELDS, the category as a Category of the manufacturer; position None is
    the end of the category.
    """
    family, values = ProductFamily(), _placed(values)
    with pghistory.context(user=by.pk):
        _set(family, values)
        for variant in variants:
            _write(Product(family=family), variant.values)
    added = [FieldChange("variant", "", variant.values["name"]) for variant in variants]
    data = {"changes": [asdict(change) for change in added]}
    record(by=by, changed=family, is_new=True, data=data)
    return family


@transaction.atomic
def save_family(*, family_id, values, variants, seen, by):
    """Save a family with its variants and return the Outcome.

    ``seen`` is the snapshot that the form was made from; where it is not the present one Moved is
    raised and nothing saved. A variant to be removed is deleted where no order names it, else
    switched off; with its last variant the family goes too. Raises FamilyTaken.
    """
    ours = ProductFamily.objects.filter(category__is_related=False)
    family = ours.select_for_update(no_key=True, of=("self",)).get(pk=family_id)
    products = {
        one.pk: one for one in family.products.select_for_update(no_key=True).order_by("pk")
    }
    present = snapshot(family)
    if changed := moves(seen, present):
        raise Moved(changed)
    outcome, values = Outcome(family), _placed(values)
    with pghistory.context(user=by.pk):
        if present["family"] != _texts(values):
            outcome.has_changed = True
            _set(family, values)
        for variant in variants:
            product = products.get(variant.product_id)
            if variant.is_removed:
                if product is not None:
                    _remove(product, outcome)
                continue
            product = product or Product(family=family)
            outcome.has_changed |= _write(product, variant.values)
        if family.products.exists():
            changes = moves(present, snapshot(family))
            record_changes(family, with_category_names(changes), by)
        else:
            record(by=by, changed=family, kind=AuditKind.REMOVED)
            family.delete()
            outcome.family = None
    return outcome


def _placed(values):
    if values["position"] is not None:
        return values
    families = ProductFamily.objects.filter(category=values["category"])
    last = families.aggregate(last=Max("position"))["last"] or 0
    return values | {"position": min(last + 1, LARGEST_POSITION)}


def _texts(values):
    return {
        "category": str(values["category"].pk),
        "name": values["name"],
        "description": values["description"],
        "position": str(values["position"]),
    }


def _set(family, values):
    for name in FAMILY_FIELDS:
        setattr(family, name, values[name])
    try:
        with transaction.atomic():
            family.save()
    except IntegrityError as error:
        raise FamilyTaken from error


def _write(product, values):
    """Save a variant; tells whether anything has changed."""
    before = variant_texts(product) if product.pk else None
    for name in VARIANT_FIELDS:
        setattr(product, name, values[name])
    set_picture(product, values.get("picture"))
    if before == variant_texts(product):
        return False
    product.save()
    return True


def _remove(product, outcome):
    outcome.has_changed = True
    name, pk = product.name, product.pk
    try:
        with transaction.atomic():
            product.delete()
    except ProtectedError:
        product.pk = pk
        product.is_active = False
        product.save(update_fields=["is_active"])
        outcome.switched_off.append(name)
    else:
        drop_picture(product)
        outcome.deleted.append(name)
