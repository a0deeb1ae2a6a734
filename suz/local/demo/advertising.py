"""What the demo's shop is advertised by: how many come, how many of them order, what it costs."""

# A source reads as the row of a table that it is.
# ruff: noqa: E501

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A way to the shop.

    ``visits`` and ``orders`` are weights among all sources; ``click``: rubles a visit of it costs;
    ``months``: when it runs (empty: always); ``words``: what people searched for; ``referrer``: the
    page they came from.
    """

    source: str
    medium: str
    campaign: str = ""
    visits: float = 1
    orders: float = 1
    click: float = 0
    months: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    landings: tuple[str, ...] = ("/",)
    referrer: str = ""

    @property
    def is_paid(self):
        return self.click > 0


SEARCHED = (
    "фасадные панели купить",
    "фасадные панели под кирпич",
    "фасадные панели цена",
    "сайдинг или фасадные панели",
    "отделка фасада дома панелями",
    "панели для наружной отделки",
    "стеновые панели для кухни",
    "мдф панели для стен",
    "панели пвх в ванную",
    "цокольные панели под камень",
)
BRAND = ("официальный сайт производителя панелей", "фасадные панели дилеры", "панели где купить")
SEASON = (4, 5, 6, 7, 8, 9)

SOURCES = (
    Source("(direct)", "(none)", visits=21, orders=22),
    Source(
        "yandex", "organic", visits=24, orders=27, words=(*SEARCHED, *BRAND, "", "", ""),
        landings=("/", "category", "product"), referrer="https://yandex.ru/",
    ),
    Source(
        "google", "organic", visits=9, orders=8, words=("",), landings=("/", "category"),
        referrer="https://www.google.com/",
    ),
    Source("mail.ru", "organic", visits=1.2, orders=0.7, words=("",), referrer="https://go.mail.ru/"),
    Source(
        "yandex", "cpc", "Поиск: фасадные панели", visits=11, orders=15, click=34, words=SEARCHED[:6],
        landings=("category", "product"), referrer="https://yandex.ru/",
    ),
    Source(
        "yandex", "cpc", "Поиск: бренд", visits=5, orders=12, click=9, words=BRAND,
        landings=("/", "where"), referrer="https://yandex.ru/",
    ),
    Source(
        "yandex", "cpc", "Поиск: внутренняя отделка", visits=5, orders=4, click=28,
        words=SEARCHED[6:9], landings=("category",), referrer="https://yandex.ru/",
    ),
    # The one that loses money: many look, hardly anybody buys.
    Source(
        "yandex", "cpc", "РСЯ: дачный сезон", visits=13, orders=0.12, click=21,
        months=(3, 4, 5, 6, 7, 8, 9, 10, 11), words=("дача своими руками", "идеи для дачи"),
        landings=("/", "promotions"), referrer="https://yandex.ru/",
    ),
    Source(
        "vk", "social_cpc", "Фасад за выходные", visits=4, orders=1.6, click=15, months=SEASON,
        landings=("promotions", "category"), referrer="https://vk.com/",
    ),
    Source("vk.com", "referral", visits=2, orders=1, referrer="https://vk.com/"),
    Source("t.me", "referral", visits=1.4, orders=0.9, referrer="https://t.me/"),
    Source("dzen.ru", "referral", visits=1.6, orders=0.5, referrer="https://dzen.ru/"),
    Source(
        "unisender", "email", "Весенние скидки", visits=0.9, orders=1.8, click=1.2, months=(3, 4, 5),
        landings=("promotions",),
    ),
    Source(
        "unisender", "email", "Осенние скидки", visits=0.8, orders=1.4, click=1.2,
        months=(9, 10, 11), landings=("promotions",),
    ),
    Source("stroyportal.ru", "referral", visits=1.8, orders=1.3, landings=("category", "where")),
    Source("forumhouse.ru", "referral", visits=2.2, orders=2.1, landings=("product",)),
    Source(
        "avito", "partner", "Витрина Авито", visits=3.4, orders=2.2, click=6,
        landings=("product",), referrer="https://www.avito.ru/",
    ),
)  # fmt: skip

# A campaign that was renamed: its cost belongs to no visit until somebody says whose it is.
UNMATCHED = ("yandex", "Поиск: фасады (старая)", 1_450.0, (1, 2))
