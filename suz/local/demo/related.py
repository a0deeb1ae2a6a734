"""Related products that the demo's dealers sell beside the manufacturer's goods."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.models import Category, DealerProduct, Product, ProductFamily, Unit
from catalog.services.categories import LARGEST_POSITION
from suz.local.demo.pictures import sundry_picture

NAME, SLUG = "Сопутствующие товары", "soputstvuyushchie-tovary"
DEALERS = 12


@dataclass(frozen=True)
class Sundry:
    """A related product; ``scene`` and ``look`` say how its picture is drawn."""

    name: str
    unit: str
    price: int
    description: str
    scene: str
    look: str
    colour: str = ""


SUNDRIES = (
    Sundry(
        "Клей монтажный для панелей, 440 мл",
        Unit.PIECE,
        390,
        "Держит панели ПВХ и МДФ на ровной стене без обрешётки. Тубы хватает на 4–5 м².",
        "tube",
        "#2f6f4f",
    ),
    Sundry(
        "Герметик силиконовый санитарный, 280 мл",
        Unit.PIECE,
        320,
        "Белый, с добавкой против плесени: для стыков у ванны и мойки.",
        "tube",
        "#3e6b8f",
    ),
    Sundry(
        "Герметик фасадный акриловый, 600 мл",
        Unit.PIECE,
        410,
        "Для стыков сайдинга с откосами, красится, держит мороз до −40 °C.",
        "tube",
        "#8a5a2b",
    ),
    Sundry(
        "Пена монтажная профессиональная, 750 мл",
        Unit.PIECE,
        520,
        "Выход до 60 л, зимняя: работает от −10 °C.",
        "tube",
        "#c46a1b",
    ),
    Sundry(
        "Саморезы с прессшайбой 4,2 × 25, 200 шт.",
        Unit.PACK,
        280,
        "Оцинкованные, по металлу и по дереву.",
        "carton",
        "#3e6b8f",
    ),
    Sundry(
        "Дюбель-гвозди 6 × 60, 100 шт.",
        Unit.PACK,
        240,
        "Для обрешётки по кирпичу и бетону.",
        "carton",
        "#a33b2f",
    ),
    Sundry(
        "Кляймеры для панелей, 100 шт.",
        Unit.PACK,
        190,
        "Скрытое крепление панелей к рейке, с гвоздями в комплекте.",
        "carton",
        "#2f6f4f",
    ),
    Sundry(
        "Скобы для степлера 10 мм, 1000 шт.",
        Unit.PACK,
        150,
        "Закалённые, для степлеров типа 53.",
        "carton",
        "#5b4a8a",
    ),
    Sundry(
        "Профиль потолочный 60 × 27, оцинкованный",
        Unit.METRE,
        75,
        "Под подвесной потолок и обшивку стен, толщина 0,6 мм.",
        "profile",
        "batten",
        "#b9bdc1",
    ),
    Sundry(
        "Уголок ПВХ 30 × 30, белый",
        Unit.METRE,
        65,
        "Закрывает внешние углы панелей и откосов.",
        "profile",
        "j",
        "#efede8",
    ),
    Sundry(
        "Плинтус потолочный, полистирол 35 мм",
        Unit.METRE,
        58,
        "Лёгкий, клеится на монтажный клей, красится водной краской.",
        "profile",
        "skirting",
        "#f2f0ea",
    ),
    Sundry(
        "Плинтус напольный с кабель-каналом, дуб",
        Unit.METRE,
        112,
        "Высота 62 мм, мягкий край прилегает к неровному полу.",
        "profile",
        "skirting",
        "#b08a58",
    ),
    Sundry(
        "Брусок обрешётки 40 × 20, сухой",
        Unit.METRE,
        42,
        "Сосна, строганый, обработан антисептиком.",
        "profile",
        "batten",
        "#d3a765",
    ),
    Sundry(
        "Мембрана ветрозащитная, 70 м²",
        Unit.PACK,
        3400,
        "Кладётся под сайдинг поверх утеплителя, пропускает пар.",
        "carton",
        "#6b7a86",
    ),
    Sundry(
        "Утеплитель базальтовый 50 мм, упаковка 4,3 м²",
        Unit.PACK,
        1290,
        "Плиты 1000 × 600, плотность 45 кг/м³.",
        "carton",
        "#9a7b2e",
    ),
    Sundry(
        "Очиститель панелей, 500 мл",
        Unit.PIECE,
        260,
        "Снимает следы клея и пены, не мутит глянец.",
        "tube",
        "#5b8a9a",
    ),
)


def create_related(rng, members, now):
    """Insert related products of a dozen dealers; the manufacturer has hidden one of them."""
    sellers = [one.dealer for one in members if one.is_solid and one.dealer.takes_site_orders][
        :DEALERS
    ]
    category = Category.objects.create(
        name=NAME, slug=SLUG, position=LARGEST_POSITION, is_related=True
    )
    family = ProductFamily.objects.create(category=category, name=NAME)
    found = []
    for dealer in sellers:
        for sundry in rng.sample(SUNDRIES, rng.choice((1, 2, 2, 3))):
            price = Decimal(max(5, round(sundry.price * rng.uniform(0.88, 1.14) / 5) * 5))
            product = Product(
                family=family,
                owner=dealer,
                name=sundry.name,
                unit=sundry.unit,
                description=sundry.description,
                recommended_price=price,
            )
            found.append((product, sundry))
    hidden = found[-1][0]
    hidden.hidden_at = now - timedelta(days=3)
    hidden.hidden_reason = "Нет сертификата: пришлите его, и товар вернётся в магазин."
    Product.objects.bulk_create(product for product, _sundry in found)
    DealerProduct.objects.bulk_create(
        DealerProduct(
            dealer=product.owner,
            product=product,
            in_stock=rng.random() < 0.93,
            price=product.recommended_price,
        )
        for product, _sundry in found
    )
    return found


def draw_related(found):
    """A picture for each kind of product; every product has a file of its own."""
    drawn = {}
    for product, sundry in found:
        if sundry not in drawn:
            drawn[sundry] = sundry_picture(sundry)
        path = f"products/related-{product.pk}.webp"
        default_storage.delete(path)
        product.picture = default_storage.save(path, ContentFile(drawn[sundry]))
    Product.objects.bulk_update([product for product, _sundry in found], ["picture"])
