"""Reads of price list uploads."""

from django.db.models import F

from catalog.importing.models import PriceUpload, RowKind
from catalog.models import DealerProduct
from dealers.models import User
from dealers.selectors import dealers_visible_to

# What a person has to look at first.
TABS = (RowKind.REJECTED, RowKind.CHANGED, RowKind.NEW, RowKind.SKIPPED, RowKind.UNCHANGED)


def uploads_visible_to(user):
    """Uploads of the dealers that the user sees."""
    return PriceUpload.objects.filter(dealer__in=dealers_visible_to(user)).select_related(
        "dealer", "created_by", "applied_by", "rolled_back_by"
    )


def tabs_of(upload):
    """(kind, number of rows) of the outcomes that occur."""
    return [(kind, upload.count(kind)) for kind in TABS if upload.count(kind)]


def rows_of(upload, kind):
    """The rows of one outcome with their products."""
    return (
        upload.rows.filter(kind=kind)
        .select_related("product")
        .annotate(recommended_price=F("product__recommended_price"))
    )


def last_editors(dealer_id, product_ids):
    """Who last changed the dealer's terms of products and when: ``{product id: (name, moment)}``.

    The name is empty where no person is recorded.
    """
    events = DealerProduct.pgh_event_model.objects.filter(
        dealer=dealer_id, product__in=product_ids
    ).order_by("product_id", "-pgh_id")
    latest = list(
        events.distinct("product_id").values_list(
            "product_id", "pgh_context__metadata__user", "pgh_created_at"
        )
    )
    names = dict(
        User.objects.filter(pk__in={pk for _product, pk, _at in latest if pk}).values_list(
            "pk", "name"
        )
    )
    return {product: (names.get(pk, ""), at) for product, pk, at in latest}
