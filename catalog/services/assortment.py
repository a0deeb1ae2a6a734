"""A dealer's stock and prices: edited row by row, changed many at once, taken back.

Every function locks the dealer first, so that changes of one assortment happen one after another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import PRICE, AssortmentChange, DealerProduct, Product
from dealers.models import AuditKind, Dealer
from dealers.services.audit import record
from dealers.services.errors import Refused

# Changes of more products than these are counted in the journal, not listed.
LISTED = 100
MAX_PRICE = PRICE["validators"][1].limit_value


@dataclass(frozen=True)
class Terms:
    """A dealer's word on a product: in stock or not, its own price in rubles or none."""

    in_stock: bool
    price: Decimal | None


@dataclass(frozen=True)
class Edit:
    """What a person saw of a product's row and what they want it to be."""

    seen: Terms
    wanted: Terms


@dataclass(frozen=True)
class Saved:
    """Ids of products whose rows were changed, and of those that somebody else changed before."""

    changed: tuple[int, ...]
    moved: tuple[int, ...]


class Bulk(StrEnum):
    """What may be done with many products at once."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    RECOMMENDED = "recommended"
    PERCENT = "percent"


class NothingToUndo(Refused):
    """The dealer's last change was taken back already, or there was none."""

    def __init__(self):
        super().__init__(_("There is no change of many products to take back."))


class PricesAreRecommended(Refused):
    """A dealer at recommended prices has no own ones to change."""

    def __init__(self):
        super().__init__(_("Switch on own prices first: now the recommended ones hold."))


@transaction.atomic
def save_rows(*, dealer_id, edits: Mapping[int, Edit], by):
    """Save rows of the grid by product id and return Saved.

    What the person left as they saw it stays as it is now. A row whose changed part somebody else
    has changed since is left alone and told as moved. Prices are ignored while the dealer works at
    recommended ones; products that are not on sale are ignored.
    """
    dealer = _locked(dealer_id)
    changed, moved = {}, []
    current = terms_of(dealer, _on_sale(edits))
    for product_id, now in current.items():
        edit = edits[product_id]
        wanted, seen = edit.wanted, edit.seen
        stock = _merged(now.in_stock, seen.in_stock, wanted.in_stock)
        price = _merged(now.price, seen.price, wanted.price) if dealer.own_prices else now.price
        if stock is MOVED or price is MOVED:
            moved.append(product_id)
        elif Terms(stock, price) != now:
            changed[product_id] = Terms(stock, price)
    _write(dealer, changed, by)
    _record(dealer, AuditKind.ASSORTMENT, current, changed, by=by)
    return Saved(tuple(changed), tuple(moved))


@transaction.atomic
def change_many(*, dealer_id, product_ids: Iterable[int], action, percent=None, by, now):
    """Do one thing with many products and return the AssortmentChange, or None if nothing changed.

    ``percent`` (of the recommended price, may be negative) goes with Bulk.PERCENT; such prices are
    rounded to whole rubles. Raises PricesAreRecommended where own prices are off, Refused where a
    price would leave its bounds.
    """
    dealer = _locked(dealer_id)
    action = Bulk(action)
    if action in (Bulk.RECOMMENDED, Bulk.PERCENT) and not dealer.own_prices:
        raise PricesAreRecommended
    recommended = _on_sale(product_ids)
    current = terms_of(dealer, recommended)
    changed = {}
    for product_id, terms in current.items():
        wanted = _changed(terms, action, recommended[product_id], percent)
        if wanted != terms:
            changed[product_id] = wanted
    if not changed:
        return None
    before = _stored(dealer, changed)
    _write(dealer, changed, by)
    _record(dealer, AuditKind.ASSORTMENT, current, changed, by=by, now=now)
    return AssortmentChange.objects.create(
        dealer=dealer,
        before={str(pk): _to_json(before.get(pk)) for pk in changed},
        after={str(pk): _to_json(terms) for pk, terms in changed.items()},
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def undo_last(*, dealer_id, by, now):
    """Take back the dealer's last change of many products; returns (restored, kept) numbers.

    Products that were edited since keep what they have. Raises NothingToUndo.
    """
    dealer = _locked(dealer_id)
    change = last_change(dealer_id)
    if change is None:
        raise NothingToUndo
    after = {int(pk): _from_json(terms) for pk, terms in change.after.items()}
    before = {int(pk): _from_json(terms) for pk, terms in change.before.items()}
    stored = _stored(dealer, after)
    restored = [pk for pk, terms in after.items() if stored.get(pk) == terms]
    with pghistory.context(user=by.pk, reason="undo"):
        DealerProduct.objects.filter(
            dealer=dealer, product__in=[pk for pk in restored if before[pk] is None]
        ).delete()
    _write(dealer, {pk: before[pk] for pk in restored if before[pk] is not None}, by)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    _record(
        dealer,
        AuditKind.ASSORTMENT_BACK,
        {pk: after[pk] for pk in restored},
        {pk: before[pk] for pk in restored},
        by=by,
        now=now,
    )
    return len(restored), len(after) - len(restored)


def last_change(dealer_id):
    """The dealer's newest change of many products, or None where it is taken back or missing."""
    change = (
        AssortmentChange.objects.filter(dealer=dealer_id)
        .select_related("made_by")
        .order_by("-id")
        .first()
    )
    return change if change is not None and change.undone_at is None else None


MOVED = object()


def _merged(now, seen, wanted):
    """The value to keep: the wanted one where the person changed it, unless it moved meanwhile."""
    if wanted in (seen, now):
        return now
    return wanted if now == seen else MOVED


def _changed(terms, action, recommended, percent):
    if action == Bulk.IN_STOCK:
        return Terms(True, terms.price)
    if action == Bulk.OUT_OF_STOCK:
        return Terms(False, terms.price)
    if action == Bulk.RECOMMENDED:
        return Terms(terms.in_stock, None)
    price = (recommended * (100 + Decimal(percent)) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    if not 0 < price <= MAX_PRICE:
        raise Refused(_("With this percentage a price would not be one any more."))
    return Terms(terms.in_stock, price)


def _locked(dealer_id):
    return Dealer.objects.select_for_update(no_key=True).get(pk=dealer_id)


def _on_sale(product_ids):
    """Recommended prices by id of those products that are on sale."""
    return dict(
        Product.objects.on_sale()
        .filter(pk__in=list(product_ids))
        .values_list("pk", "recommended_price")
    )


def _stored(dealer, product_ids):
    """Terms by product id as far as the dealer has rows."""
    rows = DealerProduct.objects.filter(dealer=dealer, product__in=list(product_ids))
    return {
        product_id: Terms(in_stock, price)
        for product_id, in_stock, price in rows.values_list("product_id", "in_stock", "price")
    }


def terms_of(dealer, product_ids):
    """Terms by product id, with what holds where the dealer has no row."""
    stored = _stored(dealer, product_ids)
    return {pk: stored.get(pk, Terms(dealer.whole_line, None)) for pk in product_ids}


def _write(dealer, terms, by):
    if not terms:
        return
    with pghistory.context(user=by.pk):
        DealerProduct.objects.bulk_create(
            (
                DealerProduct(
                    dealer=dealer, product_id=product_id, in_stock=one.in_stock, price=one.price
                )
                for product_id, one in terms.items()
            ),
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["dealer", "product"],
            update_fields=["in_stock", "price"],
        )


def _record(dealer, kind, before, after, *, by, now=None):
    """Tell the journal which products' terms became which; of many only how many there were."""
    if not after:
        return
    data = {"count": len(after)}
    if len(after) <= LISTED:
        names = dict(Product.objects.filter(pk__in=list(after)).values_list("pk", "name"))
        data["changes"] = [
            {"field": names[pk], "before": _to_json(before.get(pk)), "after": _to_json(terms)}
            for pk, terms in after.items()
        ]
    record(by=by, changed=dealer, kind=kind, data=data, now=now)


def _to_json(terms):
    if terms is None:
        return None
    return [terms.in_stock, None if terms.price is None else str(terms.price)]


def _from_json(value):
    if value is None:
        return None
    in_stock, price = value
    return Terms(in_stock, None if price is None else Decimal(price))
