"""Correspondence of customers with dealers and the manufacturer, written by the services."""

import uuid
from datetime import timedelta

from django.db.models import F

from dealers.models import User
from orders.models import Ask, HistoryEntry, HistoryKind, Order
from orders.services.comments import add_comment
from orders.services.contact import confirm_on_page
from orders.services.conversations import (
    seen_by_customer,
    seen_by_staff,
    settle_wish,
    tell_of_unanswered,
    write_as_customer,
)
from orders.statuses import IN_WORK, Status
from suz.local.demo.accounts import HEAD_EMAIL

# Who says what: the customer, the dealer, the manufacturer; "staff" is the dealer among the staff.
# "asks" and "cancels" are wishes, "refused" settles one, "confirms" and "read" are deeds.
OWN_TALKS = (
    (
        ("customer", "Добрый день! Подскажите, когда будет доставка? Бригада приезжает в субботу."),
        ("dealer", "Здравствуйте! Привезём в пятницу с 10 до 14, водитель позвонит за час."),
        ("customer", "Отлично. Подъезд за шлагбаумом, пропуск закажу на пятницу."),
        ("staff", "Машина на пятницу забронирована, гружёный рейс № 14."),
        ("dealer", "Спасибо, передал водителю. Если что-то изменится, напишите здесь."),
        ("read", ""),
        ("confirms", ""),
    ),
    (
        ("customer", "Здравствуйте, а плинтус в цвет панелей у вас есть?"),
        ("dealer", "Есть, «Орех» и «Дуб светлый», по 431 ₽ за метр. Добавить в заказ?"),
        ("read", ""),
        ("asks", "Да, добавьте, пожалуйста, 8 метров плинтуса «Орех». И панелей на две больше."),
    ),
    (("customer", "Добрый день! Счёт пришёл, но в нём нет доставки. Это правильно?"),),
)
TALKS = (
    (
        ("customer", "Можно забрать заказ самостоятельно, без доставки?"),
        ("dealer", "Да, склад работает с 9 до 18 без выходных. Паспорт не нужен, только номер."),
        ("read", ""),
        ("customer", "Спасибо, заеду в четверг."),
        ("dealer", "Ждём вас. Заказ будет у второго окна."),
    ),
    (
        ("customer", "Нам насчитали монтаж, но мы будем ставить сами."),
        ("manufacturer", "Здравствуйте! Передали дилеру: монтаж уберут, сумма станет меньше."),
        ("dealer", "Убрали монтаж, новый счёт отправил на почту."),
        ("read", ""),
        ("confirms", ""),
    ),
    (("cancels", "Нашли вариант дешевле, извините за беспокойство."),),
    (
        ("cancels", "Передумали делать ремонт в этом году."),
        ("dealer", "Панели уже распилены под ваш размер, отменить без удержания не получится."),
        ("refused", ""),
        ("read", ""),
    ),
    (("customer", "Прошло три дня, а мне никто не позвонил. Заказ ещё в силе?"),),
    (("asks", "Измените адрес: теперь ул. Садовая, д. 12, кв. 4."),),
    (
        ("customer", "Какой толщины панели? На сайте не нашла."),
        ("dealer", "1,1 мм сама панель, с подложкой 8 мм."),
        ("customer", "Спасибо большое!"),
    ),
)

# What has no sense once an order is closed.
ONLY_OPEN = ("asks", "cancels", "refused", "confirms")


def write_talks(rng, *, staff, now):
    """Give newest orders in work their correspondence; what waits too long has been told of."""
    head = User.objects.select_related("dealer").get(email=HEAD_EMAIL)
    orders = (
        Order.objects.alive()
        .filter(manager__isnull=False)
        .exclude(status=Status.CANCELLED)
        .select_related("manager__dealer")
    )
    # The demo's dealer has few orders in work, if any: its latest ones then.
    own = orders.filter(dealer=head.dealer).order_by(F("closed_at").desc(nulls_first=True), "-pk")
    own = list(own[: len(OWN_TALKS)])
    others = orders.filter(status__in=IN_WORK).exclude(dealer=head.dealer).order_by("-pk")
    others = list(others[2 : len(TALKS) + 2])
    for order, talk in (*zip(own, OWN_TALKS, strict=False), *zip(others, TALKS, strict=False)):
        _Talk(rng, order, staff, now).play(talk)
    new = Order.objects.alive().filter(status=Status.NEW).order_by("-pk").first()
    if new is not None:
        _Talk(rng, new, staff, now).play((("customer", "Подскажите, когда найдётся дилер?"),))
    tell_of_unanswered(now=now)


class _Talk:
    """One order's correspondence, its words spread over the time since the last event."""

    def __init__(self, rng, order, staff, now):
        self.rng, self.order, self.staff, self.now = rng, order, staff, now

    def play(self, talk):
        last = self.order.history.order_by("-pk").first()
        span = (self.now - last.created_at) / (len(talk) + 1)
        for number, (deed, text) in enumerate(talk, start=1):
            if deed in ONLY_OPEN and not self.order.is_open:
                continue
            moment = last.created_at + span * number
            getattr(self, f"_{deed}")(text, moment - timedelta(seconds=self.rng.randint(0, 50)))

    def _customer(self, text, moment, asks=""):
        write_as_customer(
            order_id=self.order.pk,
            text=text,
            key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            asks=asks,
            now=moment,
        )

    def _asks(self, text, moment):
        self._customer(text, moment, asks=Ask.CHANGE)

    def _cancels(self, text, moment):
        self._customer(text, moment, asks=Ask.CANCEL)

    def _dealer(self, text, moment, is_visible=True):
        manager = self.order.manager
        seen_by_staff(order=self.order, upto=self._newest(), by=manager)
        add_comment(
            order_id=self.order.pk, by=manager, text=text, is_visible=is_visible, now=moment
        )

    def _staff(self, text, moment):
        self._dealer(text, moment, is_visible=False)

    def _manufacturer(self, text, moment):
        seen_by_staff(order=self.order, upto=self._newest(), by=self.staff[1])
        add_comment(
            order_id=self.order.pk, by=self.staff[1], text=text, is_visible=True, now=moment
        )

    def _refused(self, text, moment):
        settle_wish(order_id=self.order.pk, is_granted=False, by=self.order.manager, now=moment)

    def _read(self, text, moment):
        seen_by_customer(order_id=self.order.pk, upto=self._newest())

    def _confirms(self, text, moment):
        version = Order.objects.values_list("version", flat=True).get(pk=self.order.pk)
        confirm_on_page(order_id=self.order.pk, version=version, now=moment)

    def _newest(self):
        comments = HistoryEntry.objects.filter(order=self.order, kind=HistoryKind.COMMENT)
        newest = comments.order_by("-pk").first()
        return newest.pk if newest else 0
