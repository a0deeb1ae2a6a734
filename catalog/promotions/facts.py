"""Promotions as the rule of prices needs them: one query, however many dealers and products."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from catalog.models import Product
from catalog.pricing import Promo
from catalog.promotions.models import Promotion, PromotionDealer, PromotionState


@dataclass(frozen=True)
class Joined:
    """A dealer that has joined, with what its prices follow from."""

    whole_line: bool
    own_prices: bool


@dataclass(frozen=True)
class PromotionFacts:
    """One promotion with those of the dealers and products asked for that take part.

    ``region_ids`` empty: it holds everywhere.
    """

    promo: Promo
    starts_on: datetime.date
    ends_on: datetime.date
    region_ids: frozenset[int]
    product_ids: frozenset[int]
    joined: Mapping[int, Joined]

    def holds_in(self, region_id):
        return not self.region_ids or region_id in self.region_ids


def running_facts(dealers, product_ids, *, now):
    """Facts of the promotions that are running: see facts_of."""
    return facts_of(
        Promotion.objects.in_state(PromotionState.RUNNING, now=now), dealers, product_ids
    )


def facts_of(promotions, dealers, product_ids):
    """PromotionFacts of those of the promotions that any of the dealers has joined: one query.

    ``dealers`` are ids or a query of dealers.
    """
    links = PromotionDealer.objects.filter(promotion=OuterRef("pk"), dealer__in=dealers)
    regions = Promotion.regions.through.objects.filter(promotion=OuterRef("pk"))
    of_products = Promotion.products.through.objects
    of_categories = Promotion.categories.through.objects
    named = of_products.filter(promotion=OuterRef("pk"))
    collections = of_categories.filter(promotion=OuterRef("pk"))
    covered = Product.objects.filter(pk__in=list(product_ids)).filter(
        Exists(of_products.filter(promotion=OuterRef(OuterRef("pk")), product=OuterRef("pk")))
        | Exists(
            of_categories.filter(
                promotion=OuterRef(OuterRef("pk")), category=OuterRef("family__category")
            )
        )
    )
    rows = promotions.filter(Exists(links)).annotate(
        dealer_rows=ArraySubquery(
            links.values(
                json=JSONObject(
                    id="dealer_id",
                    whole_line="dealer__whole_line",
                    own_prices="dealer__own_prices",
                )
            )
        ),
        region_ids=ArraySubquery(regions.values("place_id")),
        covered_ids=ArraySubquery(covered.values("pk")),
        is_narrow=Q(Exists(named)) | Q(Exists(collections)),
    )
    everything = frozenset(product_ids)
    return [
        PromotionFacts(
            promo=Promo(row.pk, row.name, row.percent or Decimal(0)),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            region_ids=frozenset(row.region_ids),
            product_ids=frozenset(row.covered_ids) if row.is_narrow else everything,
            joined={
                one["id"]: Joined(one["whole_line"], one["own_prices"]) for one in row.dealer_rows
            },
        )
        for row in rows.order_by("pk")
    ]


def promos_of(facts, region_id):
    """Promos by product id, best first, by the id of each dealer that has any in the region."""
    holding = sorted(
        (one for one in facts if one.holds_in(region_id)),
        key=lambda one: (-one.promo.percent, one.promo.promotion_id),
    )
    joined = {}
    for fact in holding:
        for dealer_id in fact.joined:
            joined.setdefault(dealer_id, []).append(fact)
    # Most dealers join the same ones: what these come to is worked out once.
    worked_out = {}
    found = {}
    for dealer_id, own in joined.items():
        key = tuple(fact.promo.promotion_id for fact in own)
        if key not in worked_out:
            worked_out[key] = by_product(own)
        found[dealer_id] = worked_out[key]
    return found


def by_product(facts):
    """Promos by product id, in the order of the facts."""
    promos = {}
    for fact in facts:
        for product_id in fact.product_ids:
            promos.setdefault(product_id, []).append(fact.promo)
    return {product_id: tuple(found) for product_id, found in promos.items()}
