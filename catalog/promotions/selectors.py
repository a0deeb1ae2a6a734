"""Reads of promotions for the workspace and the shop."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Lower

from catalog.models import Category, DealerProduct, Product
from catalog.pricing import DealerTerms, StockRow, reduced
from catalog.promotions.models import Promotion, PromotionDealer
from dealers.models import Dealer, Place, User

EXAMPLES = 3


def promotions_for_list():
    """Promotions with what the manufacturer's list shows and sorts by."""
    return Promotion.objects.prefetch_related(
        Prefetch("regions", Place.objects.only("name").order_by("name"))
    ).annotate(dealers=Count("joined"), sort_name=Lower("name"))


def promotions_of_dealer(dealer, *, now):
    """Running and coming promotions of the dealer's territory, each with ``is_joined``."""
    joined = PromotionDealer.objects.filter(promotion=OuterRef("pk"), dealer=dealer)
    return (
        Promotion.objects.not_over(now=now)
        .filter(Exists(joined) | Q(pk__in=Promotion.objects.concerning(dealer).values("pk")))
        .annotate(is_joined=Exists(joined))
        .order_by("starts_on", "id")
    )


@dataclass(frozen=True)
class Example:
    """A product of a dealer with its price before and after."""

    product: Product
    before: object
    after: object


def with_examples(promotions, dealer):
    """(promotion, examples of what it makes of the dealer's prices): four queries."""
    promotions = list(promotions.prefetch_related("regions", "categories", "products"))
    products = list(
        Product.objects.on_sale()
        .select_related("family")
        .order_by("family__category__position", "family__position", "position", "id")
    )
    rows = DealerProduct.objects.filter(dealer=dealer)
    terms = DealerTerms(
        dealer.pk,
        dealer.whole_line,
        dealer.own_prices,
        {row.product_id: StockRow(row.in_stock, row.price) for row in rows},
    )
    return [(one, _examples(one, products, terms)) for one in promotions]


def _examples(promotion, products, terms):
    if not promotion.percent:
        return []
    named = {product.pk for product in promotion.products.all()}
    collections = {category.pk for category in promotion.categories.all()}
    found, families = [], set()
    for product in products:
        is_covered = (
            not (named or collections)
            or product.pk in named
            or product.family.category_id in collections
        )
        if not is_covered or product.family_id in families or not terms.has(product.pk):
            continue
        families.add(product.family_id)
        before = terms.full_price(product.pk, product.recommended_price)
        found.append(Example(product, before, reduced(before, promotion.percent)))
        if len(found) == EXAMPLES:
            break
    return found


def shown_to(place, *, now):
    """Promotions that a visitor sees: not over, of the region, joined by a dealer that serves it.

    ``dealers`` is how many have.
    """
    serving = Q(joined__dealer__in=Dealer.objects.filter(is_active=True).serving(place))
    return (
        Promotion.objects.not_over(now=now)
        .holding_in(place)
        .annotate(dealers=Count("joined", filter=serving))
        .filter(dealers__gt=0)
        .order_by("starts_on", "ends_on", "id")
    )


def covered_products(promotion):
    """The products of the promotion."""
    named = Q(promotions=promotion) | Q(family__category__promotions=promotion)
    ids = Product.objects.filter(named).values("pk")
    is_narrow = promotion.products.exists() or promotion.categories.exists()
    return Product.objects.filter(pk__in=ids) if is_narrow else Product.objects.all()


def covered_categories(promotion):
    """The categories on sale that have products of the promotion."""
    products = covered_products(promotion).on_sale()
    return Category.objects.filter(
        Exists(products.filter(family__category=OuterRef("pk")))
    ).order_by("position", "id")


def promotion_history(promotion, limit=20):
    """What was done to the promotion and by whom, newest first: dictionaries, two queries."""
    events = list(
        promotion.events.order_by("-pgh_id").values("pgh_created_at", "pgh_context__metadata")[
            : limit + 1
        ]
    )
    return _told(events)


def _told(events):
    facts = [event["pgh_context__metadata"] or {} for event in events]
    people = User.objects.in_bulk({one["user"] for one in facts if "user" in one})
    return [
        {
            "at": event["pgh_created_at"],
            "by": people.get(one.get("user")),
            "changes": one.get("changes", []),
            "is_first": number == len(events) - 1,
        }
        for number, (event, one) in enumerate(zip(events, facts, strict=True))
    ]
