"""Reads of dealers' terms from the database, in a fixed number of queries."""

from collections import defaultdict

from django.db.models import FilteredRelation, Q

from catalog.models import DealerService, Product
from catalog.pricing import DealerTerms, StockRow


def load_terms(dealers, product_ids):
    """``DealerTerms`` by dealer id for these dealers and products: two queries.

    ``dealers`` are Dealer objects (whole_line and own_prices are read from them).
    """
    ids = [dealer.pk for dealer in dealers]
    stock, owners = defaultdict(dict), {}
    rows = Product.objects.filter(pk__in=list(product_ids)).annotate(
        row=FilteredRelation("dealer_products", condition=Q(dealer_products__dealer__in=ids))
    )
    for product_id, owner_id, dealer_id, in_stock, price in rows.order_by().values_list(
        "pk", "owner_id", "row__dealer_id", "row__in_stock", "row__price"
    ):
        if owner_id is not None:
            owners[product_id] = owner_id
        if dealer_id is not None:
            stock[dealer_id][product_id] = StockRow(in_stock, price)
    services = defaultdict(dict)
    for dealer_id, service, price in DealerService.objects.filter(dealer__in=ids).values_list(
        "dealer_id", "service", "price"
    ):
        services[dealer_id][service] = price
    return {
        dealer.pk: DealerTerms(
            dealer_id=dealer.pk,
            whole_line=dealer.whole_line,
            own_prices=dealer.own_prices,
            stock=stock[dealer.pk],
            services=services[dealer.pk],
            foreign=frozenset(pk for pk, owner in owners.items() if owner != dealer.pk),
        )
        for dealer in dealers
    }
