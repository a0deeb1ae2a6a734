"""The demo's promotions with the dealers that joined them, and its promo codes."""

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from catalog.models import Category
from catalog.promotions.facts import facts_of
from catalog.promotions.models import Promotion, PromotionDealer, day_of
from orders.models import PromoCode

# The share of dealers that join anything, and the chance that these join one promotion.
JOINERS, JOINS = 0.62, 0.8
ALWAYS = ("RU-MOW", "RU-TA")


@dataclass(frozen=True)
class Plot:
    """A promotion: first and last day counted from today."""

    name: str
    text: str
    first: int
    last: int
    percent: str | None
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


PLOTS = (
    Plot(
        "Весенний фасад: Blockhouse дешевле",
        "Готовим дом к сезону: скидка на всю коллекцию Blockhouse у участвующих дилеров.",
        -262,
        -221,
        "7",
        ("Blockhouse",),
    ),
    Plot(
        "Летний ремонт: интерьерные панели",
        "Мрамор «Каррара» и «Линия» дешевле, пока лето.",
        -170,
        -112,
        "5",
        ("Мрамор «Каррара»", "Интерьер «Линия»"),
    ),
    Plot(
        "Образцы в подарок",
        "К заказу фасадных материалов — веер образцов всех коллекций. Спросите у дилера.",
        -96,
        -61,
        None,
        ("Канада +", "Камень «Альта»", "Кирпич «Клинкер»"),
    ),
    Plot(
        "Большие скидки на «Канаду +» и камень «Альта»",
        "Десять процентов от цены дилера. Скидка уже учтена в ценах: промокод не нужен.",
        -6,
        12,
        "10",
        ("Канада +", "Камень «Альта»"),
    ),
    Plot(
        "Тёплая зима: сайдинг «Тимбер»",
        "Для регионов, где фасад делают и зимой.",
        -20,
        40,
        "6",
        ("Сайдинг «Тимбер»",),
        ("RU-MOW", "RU-MOS", "RU-SPE", "RU-TA", "RU-KDA", "RU-ROS", "RU-SVE", "RU-NVS"),
    ),
    Plot(
        "Новогодние цены на весь каталог",
        "Встречаем год с новыми стенами: скидка на всё у дилеров, которые участвуют.",
        16,
        47,
        "8",
    ),
)


def create_promotions(geography, shop, members, *, by, now):
    """Insert promotions and who joined; returns their PromotionFacts, past ones included."""
    rng = random.Random("suz demo promotions")
    today = day_of(now)
    categories = {one.name: one for one in Category.objects.all()}
    joiners = [member for member in members if member.code in ALWAYS or rng.random() < JOINERS]
    links = []
    for plot in PLOTS:
        starts_on = today + timedelta(days=plot.first)
        announced = now + timedelta(days=min(plot.first, 0) - 9)
        promotion = Promotion.objects.create(
            name=plot.name,
            text=plot.text,
            starts_on=starts_on,
            ends_on=today + timedelta(days=plot.last),
            percent=None if plot.percent is None else Decimal(plot.percent),
            created_by=by,
            created_at=announced,
        )
        promotion.categories.set([categories[name] for name in plot.categories])
        regions = [geography.regions[code] for code in plot.regions if code in geography.regions]
        promotion.regions.set(regions)
        for member in joiners:
            is_asked = not plot.regions or member.code in plot.regions
            if is_asked and (member.code in ALWAYS or rng.random() < JOINS):
                links.append(
                    PromotionDealer(
                        promotion=promotion,
                        dealer=member.dealer,
                        joined_by=rng.choice(member.managers),
                        joined_at=announced + timedelta(hours=rng.randint(3, 190)),
                    )
                )
    PromotionDealer.objects.bulk_create(links)
    return facts_of(
        Promotion.objects.all(),
        [member.dealer.pk for member in members],
        [product.pk for product in shop.products],
    )


def create_promo_codes(geography, *, by, now):
    """Insert the promo codes; those of the year's orders are counted as it is played."""
    today = day_of(now)
    codes = PromoCode.objects.bulk_create(
        PromoCode(
            code=code,
            note=note,
            percent=percent,
            amount=amount,
            min_sum=least,
            starts_on=today + timedelta(days=first),
            ends_on=None if last is None else today + timedelta(days=last),
            max_uses=most,
            created_by=by,
            created_at=now + timedelta(days=first - 3),
        )
        for code, note, percent, amount, least, first, last, most in (
            ("НОВОСЕЛ", "Для новых домов", Decimal(5), None, None, -340, None, None),
            ("ФАСАД1000", "Рассылка весной", None, Decimal(1000), Decimal(15000), -250, -130, 60),
            ("КАЗАНЬ", "Выставка в Казани", Decimal(7), None, None, -60, 30, 15),
            ("PANEL500", "Листовки в точках", None, Decimal(500), Decimal(8000), -90, 90, 200),
        )
    )
    for code in codes:
        if code.code == "КАЗАНЬ":
            code.regions.set([geography.regions["RU-TA"]])
    return codes
