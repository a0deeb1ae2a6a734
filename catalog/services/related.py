"""Related products (сопутствующие товары): what a dealer sells beside the manufacturer's goods.

Only the owner has such a product. Its price stands in ``Product.recommended_price``, which every
quote falls back to, and in the owner's row of the assortment, which price lists write: both are
the same after every function here. Every function locks the dealer first, as those of the
assortment do.
"""

import pghistory
from django.db import transaction
from django.db.models import F, OuterRef, ProtectedError, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Category, DealerProduct, Product, ProductFamily
from catalog.services.categories import LARGEST_POSITION, free_slug
from catalog.services.changes import (
    FieldChange,
    Moved,
    decimal_text,
    differences,
    flag_text,
    record_changes,
)
from catalog.services.pictures import drop_picture, set_picture
from dealers.models import AuditKind, Dealer, User
from dealers.services.audit import record
from dealers.services.errors import Refused
from notifications.events import RELATED_HIDDEN, RELATED_SHOWN
from notifications.models import Audience
from notifications.outbox import Draft, enqueue

MAX_RELATED = 500
FIELDS = ("name", "unit", "description", "is_active")


class TooMany(Refused):
    """The dealer has as many related products as it may."""

    def __init__(self):
        super().__init__(
            ngettext(
                "A dealer may have at most %(most)d product of its own. Remove one first.",
                "A dealer may have at most %(most)d products of its own. Remove one first.",
                MAX_RELATED,
            )
            % {"most": MAX_RELATED}
        )


def snapshot(product, in_stock):
    """A related product as its form shows it."""
    return {
        "name": product.name,
        "unit": product.unit,
        "price": decimal_text(product.recommended_price),
        "description": product.description,
        "in_stock": flag_text(in_stock),
        "is_active": flag_text(product.is_active),
        "picture": product.picture.name,
    }


def has_in_stock(product):
    """Whether the owner has the product."""
    row = DealerProduct.objects.filter(dealer=product.owner_id, product=product).first()
    return row is not None and row.in_stock


@transaction.atomic
def add_related(*, dealer_id, values, by):
    """A new related product of the dealer; returns it. Raises TooMany.

    ``values``: name, unit, price (rubles a unit), description, in_stock, is_active, picture (a
    file, "" or None).
    """
    dealer = _locked(dealer_id)
    if Product.objects.filter(owner=dealer).count() >= MAX_RELATED:
        raise TooMany
    product = Product(family=_common_family(), owner=dealer)
    with pghistory.context(user=by.pk):
        _write(product, values)
    record(by=by, changed=product, is_new=True, data=owner_data(dealer))
    return product


@transaction.atomic
def save_related(*, dealer_id, product_id, values, seen, by):
    """Change a related product of the dealer; returns FieldChanges. Raises Moved."""
    dealer = _locked(dealer_id)
    product = Product.objects.select_for_update(no_key=True).get(pk=product_id, owner=dealer)
    present = snapshot(product, has_in_stock(product))
    if moved := differences(seen, present):
        raise Moved(moved)
    with pghistory.context(user=by.pk):
        _write(product, values)
    changes = differences(present, snapshot(product, values["in_stock"]))
    record_changes(product, changes, by, **owner_data(dealer))
    return changes


@transaction.atomic
def remove_related(*, dealer_id, product_id, by):
    """Delete a related product, or take it off sale where orders name it; tells if it is gone."""
    dealer = _locked(dealer_id)
    product = Product.objects.select_for_update(no_key=True).get(pk=product_id, owner=dealer)
    with pghistory.context(user=by.pk):
        try:
            with transaction.atomic():
                record(by=by, changed=product, kind=AuditKind.REMOVED, data=owner_data(dealer))
                product.delete()
        except ProtectedError:
            if product.is_active:
                Product.objects.filter(pk=product_id).update(is_active=False)
                change = FieldChange("is_active", flag_text(value=True), flag_text(value=False))
                product.pk = product_id
                record_changes(product, [change], by, **owner_data(dealer))
            return False
    drop_picture(product)
    return True


@transaction.atomic
def hide_related(*, dealer_id, product_id, reason, by, now):
    """Keep a dealer's product out of the shop and tell the dealer why; placed orders stay."""
    dealer = _locked(dealer_id)
    product = _of(dealer, product_id)
    if product.hidden_at is not None:
        return product
    product.hidden_at, product.hidden_reason = now, reason
    _judge(product, RELATED_HIDDEN, by, now)
    facts = owner_data(dealer) | {"reason": reason}
    record(by=by, changed=product, kind=AuditKind.PRODUCT_HIDDEN, data=facts, now=now)
    return product


@transaction.atomic
def show_related(*, dealer_id, product_id, by, now):
    """Let a hidden product be sold again and tell the dealer."""
    dealer = _locked(dealer_id)
    product = _of(dealer, product_id)
    if product.hidden_at is None:
        return product
    product.hidden_at, product.hidden_reason = None, ""
    _judge(product, RELATED_SHOWN, by, now)
    record(by=by, changed=product, kind=AuditKind.PRODUCT_SHOWN, data=owner_data(dealer), now=now)
    return product


def settle_prices(dealer_id):
    """Let related products cost what the dealer's rows say; belongs after rows were written."""
    rows = DealerProduct.objects.filter(dealer=dealer_id, price__isnull=False)
    differing = rows.filter(product__owner=dealer_id).exclude(price=F("product__recommended_price"))
    price = rows.filter(product=OuterRef("pk")).values("price")[:1]
    Product.objects.filter(pk__in=differing.values("product")).update(
        recommended_price=Subquery(price)
    )


def _write(product, values):
    for name in FIELDS:
        setattr(product, name, values[name])
    product.recommended_price = values["price"]
    set_picture(product, values.get("picture"))
    product.save()
    row, is_new = DealerProduct.objects.get_or_create(
        dealer_id=product.owner_id,
        product=product,
        defaults={"in_stock": values["in_stock"], "price": values["price"]},
    )
    wanted = (values["in_stock"], values["price"])
    if not is_new and (row.in_stock, row.price) != wanted:
        row.in_stock, row.price = wanted
        row.save(update_fields=["in_stock", "price"])


def _judge(product, event, by, now):
    with pghistory.context(user=by.pk, reason=product.hidden_reason):
        product.save(update_fields=["hidden_at", "hidden_reason"])
    link = reverse("related_edit", args=[product.pk])
    enqueue(
        [
            Draft(
                event=event,
                audience=Audience.DEALER,
                subject_key=f"product:{product.pk}",
                context={
                    "product": product.name,
                    "reason": product.hidden_reason,
                    "link": link,
                },
                url=link,
                user=user,
            )
            for user in User.objects.filter(dealer=product.owner_id, is_active=True)
        ],
        now=now,
    )


def owner_data(dealer):
    """Whose product it is, for the journal."""
    return {"dealer": dealer.name, "owner": dealer.pk}


def _of(dealer, product_id):
    return Product.objects.select_for_update(no_key=True).get(pk=product_id, owner=dealer)


def _locked(dealer_id):
    return Dealer.objects.select_for_update(no_key=True).get(pk=dealer_id)


def _common_family():
    """The family of all related products in their category, made with the first of them."""
    family = ProductFamily.objects.filter(category__is_related=True).first()
    if family is not None:
        return family
    with translation.override("ru"):
        name = _("Related products")
        if Category.objects.filter(name=name).exists():
            name = _("Related products of dealers")
    # Of two dealers that come first at the same time one makes it.
    Category.objects.bulk_create(
        [Category(name=name, slug=free_slug(name), position=LARGEST_POSITION, is_related=True)],
        ignore_conflicts=True,
    )
    category = Category.objects.get(is_related=True)
    return ProductFamily.objects.get_or_create(category=category, name=category.name)[0]
