"""The manufacturer's categories: added, edited, put in order, switched off and on.

The category of dealers' related products is not among them.
"""

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Category
from catalog.services.changes import FieldChange, Moved, differences, flag_text, record_changes
from catalog.services.pictures import set_picture
from dealers.services.audit import record
from dealers.services.errors import Refused
from suz.common.text import latin

FIELDS = ("name", "description")
MAX_SLUG = Category._meta.get_field("slug").max_length
LARGEST_POSITION = 32_767


class NameTaken(Refused):
    """There is a category of this name."""

    def __init__(self):
        super().__init__(_("There is a category of this name already."))


def snapshot(category):
    """The fields of a category as they stand in its form."""
    return {
        "name": category.name,
        "description": category.description,
        "picture": category.picture.name,
    }


@transaction.atomic
def add_category(*, values, by):
    """A new category at the end of the list, its address made from its name. Raises NameTaken.

    ``values``: name, description, picture (a file or None).
    """
    _check_name(values["name"])
    last = Category.objects.ours().aggregate(last=Max("position"))["last"] or 0
    category = Category(
        name=values["name"],
        description=values["description"],
        slug=free_slug(values["name"]),
        position=min(last + 1, LARGEST_POSITION),
    )
    set_picture(category, values.get("picture"))
    _save(category, by)
    record(by=by, changed=category, is_new=True)
    return category


@transaction.atomic
def save_category(*, category_id, values, seen, by):
    """Set name, description and picture; returns FieldChanges. The address stays, links hold.

    ``seen`` is the snapshot that the form was made from. Raises Moved, NameTaken.
    """
    category = Category.objects.ours().select_for_update(no_key=True).get(pk=category_id)
    present = snapshot(category)
    if moved := differences(seen, present):
        raise Moved(moved)
    _check_name(values["name"], category_id)
    for name in FIELDS:
        setattr(category, name, values[name])
    set_picture(category, values.get("picture"))
    changes = differences(present, snapshot(category))
    if changes:
        _save(category, by, update_fields=[*FIELDS, "picture"])
        record_changes(category, changes, by)
    return changes


@transaction.atomic
def move_category(*, category_id, up, by):
    """Swap a category with its neighbour; the first does not go up nor the last down."""
    categories = list(
        Category.objects.ours().select_for_update(no_key=True).order_by("position", "id")
    )
    place = next(index for index, one in enumerate(categories) if one.pk == category_id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(categories):
        return
    categories[place], categories[other] = categories[other], categories[place]
    with pghistory.context(user=by.pk):
        for position, category in enumerate(categories, start=1):
            if category.position != position:
                category.position = position
                category.save(update_fields=["position"])
    moved = FieldChange("position", str(place + 1), str(other + 1))
    record_changes(categories[other], [moved], by)


@transaction.atomic
def switch_category(*, category_id, is_active, by):
    """Put a category with its products on sale, or take it off. Placed orders stay as they are."""
    category = Category.objects.ours().select_for_update(no_key=True).get(pk=category_id)
    if category.is_active == is_active:
        return
    change = FieldChange("is_active", flag_text(category.is_active), flag_text(is_active))
    category.is_active = is_active
    with pghistory.context(user=by.pk):
        category.save(update_fields=["is_active"])
    record_changes(category, [change], by)


def free_slug(name):
    """An address for the name that no category has yet."""
    base = latin(name)[: MAX_SLUG - 6].strip("-") or "category"
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _check_name(name, category_id=None):
    # Before a picture is stored, which no failed transaction takes away again.
    if Category.objects.filter(name=name).exclude(pk=category_id).exists():
        raise NameTaken


def _save(category, by, **options):
    try:
        with transaction.atomic(), pghistory.context(user=by.pk):
            category.save(**options)
    except IntegrityError as error:
        # Two people may add the same name, or what gives the same address, at the same time.
        raise NameTaken from error
