"""Prices and stock set by a dealer's program: all rows or none, by the rules of price lists."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services.assortment import MAX_PRICE, Edit, Terms, save_rows, terms_of

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Wanted:
    """A row of the request; ``price`` is a text of rubles, None: the recommended one."""

    product_id: int
    in_stock: bool | None
    price: str | None
    sets_price: bool


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken; ``row`` counts from 1."""

    row: int
    product_id: int
    message: str


class RowsRefused(Exception):
    """Nothing was set; ``faults`` say why, row by row."""

    def __init__(self, faults):
        super().__init__(_("Some rows are rejected, so nothing is set."))
        self.faults = faults


def set_terms(*, rows, by):
    """Set the dealer's own prices and stock; returns Saved.

    What a row does not name stays as it is. Raises RowsRefused.
    """
    on_sale = set(
        Product.objects.on_sale()
        .filter(pk__in={row.product_id for row in rows})
        .values_list("pk", flat=True)
    )
    prices, faults, seen = {}, [], set()
    for number, row in enumerate(rows, 1):
        try:
            prices[row.product_id] = _price(row.price)
        except (InvalidOperation, ValueError):
            faults.append(Fault(number, row.product_id, _("The price is no sum of rubles.")))
        if row.product_id not in on_sale:
            faults.append(Fault(number, row.product_id, _("There is no such product on sale.")))
        if row.product_id in seen:
            faults.append(Fault(number, row.product_id, _("The product stands in two rows.")))
        if row.sets_price and not by.dealer.own_prices:
            message = _("Switch on own prices first: now the recommended ones hold.")
            faults.append(Fault(number, row.product_id, message))
        seen.add(row.product_id)
    if faults:
        raise RowsRefused(faults)
    current = terms_of(by.dealer, seen)
    edits = {}
    for row in rows:
        now = current[row.product_id]
        edits[row.product_id] = Edit(
            seen=now,
            wanted=Terms(
                now.in_stock if row.in_stock is None else row.in_stock,
                prices[row.product_id] if row.sets_price else now.price,
            ),
        )
    return save_rows(dealer_id=by.dealer_id, edits=edits, by=by)


def _price(text):
    if text is None:
        return None
    price = Decimal(text)
    if not price.is_finite() or not 0 < price <= MAX_PRICE or price != price.quantize(CENT):
        raise ValueError(text)
    return price.quantize(CENT)
