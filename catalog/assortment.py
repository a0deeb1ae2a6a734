"""Reads of dealers' terms from the database, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import replace

from django.db.models import FilteredRelation, Q

from catalog.models import DealerService, Product
from catalog.pricing import DealerTerms, StockRow
from catalog.promotions.facts import promos_of, running_facts


def load_terms(dealers, product_ids, *, place, now):
    """``DealerTerms`` by dealer id for these dealers and products in a place: three queries.

    ``dealers`` are Dealer objects (whole_line and own_prices are read from them). The promotions
    that are running ``now`` in the place are in the prices.
    """
    return load_terms_by_region(dealers, product_ids, {place.region_id}, now=now)[place.region_id]


def load_terms_by_region(dealers, product_ids, region_ids, *, now):
    """The same for several regions at once, by region id, still three queries."""
    ids, product_ids = [dealer.pk for dealer in dealers], list(product_ids)
    stock, owners = defaultdict(dict), {}
    rows = Product.objects.filter(pk__in=product_ids).annotate(
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
    plain = {
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
    # The manufacturer's promotions are about its own products.
    common = [product_id for product_id in product_ids if product_id not in owners]
    facts = running_facts(ids, common, now=now)
    return {region_id: with_promos(plain, facts, region_id) for region_id in region_ids}


def with_promos(terms, facts, region_id):
    """Terms by dealer id with the promotions among the facts that hold in the region."""
    promos = promos_of(facts, region_id)
    return {
        dealer_id: replace(one, promos=promos[dealer_id]) if dealer_id in promos else one
        for dealer_id, one in terms.items()
    }
