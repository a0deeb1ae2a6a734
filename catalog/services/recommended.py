"""Recommended prices, changed one by one in the table of products."""

import pghistory
from django.db import transaction

from catalog.models import Product
from catalog.services.changes import FieldChange, decimal_text, record_changes


@transaction.atomic
def set_recommended_price(*, product_id, seen, wanted, by):
    """Set the recommended price (rubles) of a product of the manufacturer.

    Returns "changed", "same", or "moved" where the price is no longer the one ``seen``; then it
    stays. Orders keep the prices that were recorded when they were placed; carts are priced anew
    whenever they are looked at.
    """
    product = Product.objects.ours().select_for_update(no_key=True).get(pk=product_id)
    if wanted in (product.recommended_price, seen):
        return "same"
    if product.recommended_price != seen:
        return "moved"
    product.recommended_price = wanted
    with pghistory.context(user=by.pk):
        product.save(update_fields=["recommended_price"])
    change = FieldChange("recommended_price", decimal_text(seen), decimal_text(wanted))
    record_changes(product, [change], by)
    return "changed"
