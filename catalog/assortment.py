"""Reads of dealers' terms from the database, in a fixed number of queries."""

from collections import defaultdict

from catalog.models import DealerProduct, DealerService
from catalog.pricing import DealerTerms, StockRow


def load_terms(dealers, product_ids):
    """``DealerTerms`` by dealer id for these dealers and products: two queries.

    ``dealers`` are Dealer objects (whole_line and own_prices are read from them).
    """
    ids = [dealer.pk for dealer in dealers]
    stock = defaultdict(dict)
    rows = DealerProduct.objects.filter(dealer__in=ids, product__in=list(product_ids))
    for dealer_id, product_id, in_stock, price in rows.values_list(
        "dealer_id", "product_id", "in_stock", "price"
    ):
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
        )
        for dealer in dealers
    }
