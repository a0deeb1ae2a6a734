"""Rows of the catalogue, with pictures."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.models import Category, Product, ProductFamily
from suz.common.text import latin
from suz.local.demo.catalogue import COLLECTIONS
from suz.local.demo.pictures import category_picture, product_picture


@dataclass(frozen=True)
class Shop:
    """The catalogue in memory: products, and those of each category by its id."""

    products: list[Product]
    by_category: dict[int, list[Product]]
    category_names: dict[int, str]


def create_catalogue():
    """Insert categories, families and products; returns the Shop."""
    categories = Category.objects.bulk_create(
        Category(
            name=collection.name,
            slug=collection.slug,
            description=collection.description,
            position=position,
        )
        for position, collection in enumerate(COLLECTIONS, start=1)
    )
    families = ProductFamily.objects.bulk_create(
        ProductFamily(
            category=category, name=family.name, description=family.description, position=position
        )
        for category, collection in zip(categories, COLLECTIONS, strict=True)
        for position, family in enumerate(collection.families, start=1)
    )
    sorts = [family for collection in COLLECTIONS for family in collection.families]
    products = Product.objects.bulk_create(
        _product(family, sort, position, colour, code)
        for family, sort in zip(families, sorts, strict=True)
        for position, (colour, code) in enumerate(sort.colours.items(), start=1)
    )
    by_category = {category.pk: [] for category in categories}
    for product in products:
        by_category[product.family.category_id].append(product)
    return Shop(products, by_category, {category.pk: category.name for category in categories})


def _product(family, sort, position, colour, code):
    length, width, thickness = (None if mm is None else Decimal(str(mm)) for mm in sort.size)
    return Product(
        family=family,
        name=sort.title.format(colour),
        unit=sort.unit,
        length_mm=length,
        width_mm=width,
        thickness_mm=thickness,
        colour=colour if code else "",
        colour_code=code,
        recommended_price=Decimal(sort.price + sort.extra.get(colour, 0)),
        position=position,
    )


def draw_pictures(shop, progress):
    """Draw and store a picture for each category and product; ``progress`` is called after each."""
    jobs = []
    for category, collection in zip(
        Category.objects.order_by("position"), COLLECTIONS, strict=True
    ):
        jobs.append((category, f"categories/{collection.slug}.webp", category_picture, collection))
    variants = [
        (family, colour)
        for collection in COLLECTIONS
        for family in collection.families
        for colour in family.colours
    ]
    for product, (family, colour) in zip(shop.products, variants, strict=True):
        jobs.append(
            (product, f"products/{latin(product.name)}.webp", product_picture, family, colour)
        )
    # Pillow lets other threads run while it works, so two cores draw twice as fast.
    with ThreadPoolExecutor(2) as pool:
        drawn = pool.map(lambda job: job[2](*job[3:]), jobs)
        for (row, name, *_job), data in zip(jobs, drawn, strict=True):
            default_storage.delete(name)
            row.picture = default_storage.save(name, ContentFile(data))
            progress()
    Category.objects.bulk_update(
        [job[0] for job in jobs if isinstance(job[0], Category)], ["picture"]
    )
    Product.objects.bulk_update(shop.products, ["picture"])
