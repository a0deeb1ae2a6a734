"""Histories of categories, families and products, read from what the database's triggers keep."""

from dataclasses import dataclass, field, replace

from catalog.models import Category, Product, ProductFamily
from catalog.services.changes import FieldChange, decimal_text, flag_text
from dealers.models import User

CATEGORY_FIELDS = ("name", "slug", "description", "picture", "position", "is_active")
FAMILY_FIELDS = ("category_id", "name", "description", "position")
PRODUCT_FIELDS = (
    "name",
    "colour",
    "colour_code",
    "unit",
    "length_mm",
    "width_mm",
    "thickness_mm",
    "recommended_price",
    "position",
    "is_active",
    "picture",
)
RELATED_FIELDS = (
    "name",
    "unit",
    "recommended_price",
    "description",
    "picture",
    "is_active",
    "hidden_at",
    "hidden_reason",
)
DECIMALS = ("length_mm", "width_mm", "thickness_mm", "recommended_price")
# More events than anybody reads; what lies before them is not compared.
LIMIT = 400
SHOWN = 30


@dataclass
class Entry:
    """What was changed at once: when, by whom, why, and the FieldChanges.

    ``added`` and ``removed`` are names of things.
    """

    changed_at: object
    by: str
    reason: str = ""
    changes: list[FieldChange] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def category_history(category):
    """Entries of a category, newest first: two queries."""
    events = Category.pgh_event_model.objects.filter(pgh_obj=category.pk)
    return _entries(_events(events, CATEGORY_FIELDS))


def family_history(family):
    """Entries of a family and its variants, the deleted ones too, newest first: three queries."""
    families = ProductFamily.pgh_event_model.objects.filter(pgh_obj=family.pk)
    products = Product.pgh_event_model.objects.filter(family_id=family.pk)
    return _entries(
        _events(families, FAMILY_FIELDS), _events(products, PRODUCT_FIELDS, has_subject=True)
    )


def related_history(product):
    """Entries of a dealer's related product, newest first: two queries."""
    events = Product.pgh_event_model.objects.filter(pgh_obj=product.pk)
    return _entries(_events(events, RELATED_FIELDS))


def with_category_names(changes):
    """The FieldChanges with names of categories in place of their numbers: one query at most."""
    changes = list(changes)
    ids = {
        int(text)
        for change in changes
        if change.field == "category"
        for text in (change.before, change.after)
        if text.isdecimal()
    }
    if not ids:
        return changes
    names = {
        str(pk): name for pk, name in Category.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    return [
        replace(
            change,
            before=names.get(change.before, change.before),
            after=names.get(change.after, change.after),
        )
        if change.field == "category"
        else change
        for change in changes
    ]


def _events(events, fields, *, has_subject=False):
    """(event, FieldChanges or None for the first and the last of a thing), newest first."""
    rows = list(
        events.order_by("-pgh_id").values(
            *fields,
            "pgh_id",
            "pgh_obj_id",
            "pgh_label",
            "pgh_created_at",
            "pgh_context_id",
            "pgh_context__metadata",
        )[:LIMIT]
    )
    newer = {}
    pairs = {}
    for row in rows:
        if row["pgh_obj_id"] in newer:
            pairs[newer[row["pgh_obj_id"]]["pgh_id"]] = row
        newer[row["pgh_obj_id"]] = row
    found = []
    for row in rows:
        if row["pgh_label"] != "update":
            found.append((row, None))
        elif (before := pairs.get(row["pgh_id"])) is not None:
            subject = before["name"] if has_subject else ""
            found.append((row, _differences(before, row, fields, subject)))
    return found


def _differences(before, after, fields, subject):
    return [
        FieldChange(
            name.removesuffix("_id"), _text(name, before[name]), _text(name, after[name]), subject
        )
        for name in fields
        if before[name] != after[name]
    ]


def _text(name, value):
    if name in DECIMALS:
        return decimal_text(value)
    if name == "is_active":
        return flag_text(value)
    if name == "hidden_at":
        return flag_text(value is not None)
    return "" if value is None else str(value)


def _entries(*groups):
    events = sorted(
        (event for group in groups for event in group),
        key=lambda one: (one[0]["pgh_created_at"], one[0]["pgh_id"]),
        reverse=True,
    )
    entries, makers = {}, {}
    for row, changes in events:
        # Changes made beside the forms have no context; one transaction has one moment.
        key = row["pgh_context_id"] or row["pgh_created_at"]
        facts = row["pgh_context__metadata"] or {}
        if key not in entries:
            if len(entries) == SHOWN:
                break
            makers[key] = facts.get("user")
            entries[key] = Entry(row["pgh_created_at"], "", facts.get("reason", ""))
        entry = entries[key]
        if row["pgh_label"] == "insert":
            entry.added.append(row["name"])
        elif row["pgh_label"] == "delete":
            entry.removed.append(row["name"])
        else:
            entry.changes += changes
    people = User.objects.in_bulk({pk for pk in makers.values() if pk is not None})
    for key, entry in entries.items():
        entry.by = str(people.get(makers[key], ""))
    found = [one for one in entries.values() if one.changes or one.added or one.removed]
    named = iter(with_category_names(change for entry in found for change in entry.changes))
    for entry in found:
        entry.changes = [next(named) for _change in entry.changes]
    return found
