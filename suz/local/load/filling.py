"""The whole load in one transaction, table after table."""

import time

from django.db import transaction

from catalog.models import PriceUpload
from dealers.models import PointsEntry
from distribution.models import Plan
from notifications.models import Delivery, Message
from orders.models import (
    Assignment,
    Attention,
    Consent,
    Customer,
    DealerQuote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
)
from suz.local.load import around, ground, news
from suz.local.load import orders as ordering
from suz.local.load.tables import bare, continue_numbering, run

FILLED = (
    *(Customer, Consent, Order, OrderLine, HistoryEntry, Offer, Assignment, DealerQuote, Plan),
    *(PointsEntry, Attention, Message, Delivery, PriceUpload),
)


@transaction.atomic
def fill(*, now, orders, seed, say):
    """Write so many orders into an empty database; ``say`` takes a line of progress.

    The same ``seed`` and ``now`` give the same rows. The statistics are not brought up to date
    here: ``VACUUM ANALYZE`` needs to stand outside of a transaction.
    """
    run("SET LOCAL work_mem = '256MB'")
    run("SET LOCAL maintenance_work_mem = '512MB'")
    # Rows written in parallel would be numbered otherwise each time.
    run("SET LOCAL max_parallel_workers_per_gather = 0")
    watch = Watch(say)
    staff = ground.create_people(now, seed)
    ground.create_sources(now=now, orders=orders, seed=seed)
    watch.tell("Дилеры и каталог")
    people = {"administrator": staff[0]}
    with bare(FILLED):
        count = ordering.create_customers(now=now, orders=orders)
        watch.tell("Покупатели", count)
        ordering.stage_orders(now=now, orders=orders)
        watch.tell("Судьбы заказов", orders)
        watch.tell("Строки заказов", ordering.create_lines())
        watch.tell("Заказы", ordering.create_orders(**people))
        run("ANALYZE orders_order")
        watch.tell("Согласия", ordering.create_consents())
        watch.tell("Итоги покупателей", ordering.count_customers())
        watch.tell("История", around.create_history(**people, staff=staff))
        watch.tell("Предложения", around.create_offers())
        watch.tell("Назначения", around.create_assignments())
        run("CREATE INDEX load_line ON orders_orderline (order_id)")
        run("CREATE INDEX load_offer ON orders_offer (order_id)")
        watch.tell("Цены дилеров", around.create_quotes())
        watch.tell("Планы распределения", around.create_plans())
        run("DROP INDEX load_line, load_offer")
        watch.tell("Баллы", around.create_points())
        watch.tell("Требуют внимания", around.create_attention(now=now, staff=staff))
        watch.tell("Сообщения", news.create_messages(now=now, staff=staff))
        watch.tell("Письма", news.create_deliveries())
        watch.tell("Прайс-листы", news.create_uploads(now=now))
    watch.tell("Индексы и проверка связей")
    continue_numbering(FILLED)


class Watch:
    """Says what was done and how long it took."""

    def __init__(self, say):
        self.say = say
        self.since = time.monotonic()

    def tell(self, what, count=None):
        now = time.monotonic()
        number = "" if count is None else f"{count:,}".replace(",", " ")
        self.say(f"  {what:<28}{number:>12}{now - self.since:>9.1f} с")
        self.since = now
