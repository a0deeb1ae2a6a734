"""What the list finds by its indexes is what a plain look at every order finds."""

import datetime
import random
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from orders.counting import status_counts
from orders.filters import SORTS, sort_keys
from orders.models import (
    Attention,
    Customer,
    DealerQuote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
)
from orders.selectors import Filters, Tab, branches, narrowed, orders_of_tab, with_facts
from orders.statuses import FINAL, IN_WORK, OPEN, STATUSES
from suz.common.keyset import Total, count_to_limit, paginate, united
from suz.common.search import digits_of, number_ranges
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    CustomerFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    UserFactory,
)

ORDERS, QUESTIONS, SIZE = 140, 45, 20
NAMES = ("Анна Белова", "Анна Зуева", "Антон Ким", "Борис Ан", "Яна 41")
DAY = datetime.timedelta(days=1)


class World:
    """Orders of every kind at random, and people who look at them."""

    def __init__(self, seed):
        rng = self.rng = random.Random(seed)
        self.cities = CityFactory.create_batch(3)
        self.dealers = DealerFactory.create_batch(3, main_region=self.cities[0].parent)
        self.products = [ProductFactory() for _ in range(4)]
        self.people = {
            "administrator": AdministratorFactory(),
            "manager": ManagerFactory(),
            "dealer": UserFactory(dealer=self.dealers[0]),
        }
        numbers = rng.sample([*range(1, 60), *range(390, 440), *range(4000, 4300)], ORDERS)
        customers = Customer.objects.bulk_create(
            CustomerFactory.build(name=rng.choice(NAMES), phone=f"+7900{rng.randrange(9):03}{n:04}")
            for n in range(ORDERS)
        )
        Order.objects.bulk_create(
            self._order(number, customer)
            for number, customer in zip(numbers, customers, strict=True)
        )
        self.orders = list(Order.objects.all())
        self._surround()

    def _order(self, number, customer):
        rng = self.rng
        status = rng.choice((*STATUSES, "new", "new"))
        total = Decimal(rng.randrange(1, 9)) * 100
        created = NOW - DAY * rng.randrange(40)
        dealer = None if status == "new" else rng.choice(self.dealers)
        return OrderFactory.build(
            pk=number,
            customer=customer,
            place=rng.choice(self.cities),
            status=status,
            dealer=dealer,
            source=rng.choice(("site", "site", "phone")),
            price_max=total,
            total=total,
            created_at=created,
            due_on=created.date() + DAY * rng.randrange(5),
            closed_at=NOW if status in FINAL else None,
            overdue_at=NOW if rng.random() < 0.3 else None,
            deleted_at=NOW if rng.random() < 0.1 else None,
            contact_kind=rng.choice(("", "call")) if dealer else "",
        )

    def _surround(self):
        rng = self.rng
        some = {"state": "open", "cycle": 1, "strategy": "base", "opened_at": NOW}
        closed = {"state": "declined", "closed_at": NOW}
        money = {"prices": [], "goods_total": 1}
        offers, quotes, lines = [], [], []
        for order in self.orders:
            for place, product in enumerate(rng.sample(self.products, rng.randrange(1, 3))):
                lines.append(
                    OrderLineFactory.build(order=order, product=product, position=place + 1)
                )
            for dealer in rng.sample(self.dealers, 2) if order.status == "new" else ():
                is_open = rng.random() < 0.7
                row = {"order": order, "dealer": dealer}
                offers.append(Offer(**row, **some | ({} if is_open else closed)))
                total = Decimal(rng.randrange(1, 9)) * 100
                quotes.append(DealerQuote(**row, **money, total=total, created_at=NOW))
        OrderLine.objects.bulk_create(lines)
        Offer.objects.bulk_create(offers)
        DealerQuote.objects.bulk_create(quotes)
        HistoryEntry.objects.bulk_create(
            HistoryEntry(order=order, kind="comment", actor=actor, created_at=NOW)
            for order in rng.sample(self.orders, 60)
            for actor in rng.choices([self.people["manager"], self.people["administrator"]], k=2)
        )
        Attention.objects.bulk_create(
            Attention(
                order=order,
                reason="overdue",
                raised_at=NOW,
                resolved_at=rng.choice((None, NOW)),
            )
            for order in rng.sample(self.orders, 40)
        )

    def question(self):
        """A tab, filters and a sort at random: few of the filters at a time."""
        rng = self.rng
        order = rng.choice(self.orders)
        every = {
            "statuses": tuple(rng.sample([*STATUSES], rng.randrange(1, 3))),
            "text": rng.choice(
                (
                    *(str(order.pk)[: rng.randrange(1, 5)], "4", "41", "9007", "7900", "8900"),
                    *(str(order.phone), order.customer_name, order.customer_name[:6].lower()),
                    *("Ан", "%"),
                )
            ),
            "region_id": order.region_id,
            "dealer_id": rng.choice(self.dealers).pk,
            "created_from": NOW - DAY * 25,
            "created_before": NOW - DAY * 5,
            "overdue": True,
            "attention": True,
            "category_id": rng.choice(self.products).family.category_id,
            "source": rng.choice(("site", "phone")),
            "sum_from": Decimal(300),
            "sum_to": Decimal(600),
        }
        chosen = rng.sample([*every], rng.choice((0, 1, 1, 1, 2, 2, 3)))
        sort = rng.choice(("", "-")) + rng.choice([*SORTS])
        return rng.choice([*Tab]), Filters(**{name: every[name] for name in chosen}), sort


class Plain:
    """The same question answered by looking at one order after another."""

    def __init__(self, world, user, settings):
        self.world, self.user, self.settings = world, user, settings
        self.offers = set(
            Offer.objects.filter(state="open", dealer=user.dealer_id).values_list(
                "order", flat=True
            )
        )
        self.quotes = dict(
            DealerQuote.objects.filter(dealer=user.dealer_id).values_list("order", "total")
        )
        self.touched = set(HistoryEntry.objects.filter(actor=user).values_list("order", flat=True))
        self.attention = set(
            Attention.objects.filter(resolved_at=None).values_list("order", flat=True)
        )
        self.categories = {}
        for line in OrderLine.objects.select_related("product__family"):
            kinds = self.categories.setdefault(line.order_id, set())
            kinds.add(line.product.family.category_id)

    def answer(self, tab, filters, sort):
        found = [order for order in self.world.orders if self._is_shown(order, tab, filters)]
        values = {"number": "pk", "created": "created_at", "term": "due_on"}
        name = values.get(sort.lstrip("-"))
        found.sort(
            key=lambda order: (getattr(order, name) if name else self._total(order), order.pk),
            reverse=sort.startswith("-"),
        )
        return [order.pk for order in found]

    def _is_own(self, order):
        return order.dealer_id is not None and order.dealer_id == self.user.dealer_id

    def _total(self, order):
        if self.user.is_manufacturer or self._is_own(order):
            return order.total
        return self.quotes.get(order.pk, Decimal(0))

    def _is_shown(self, order, tab, filters):
        user = self.user
        offered = order.status == "new" and order.pk in self.offers
        if user.is_dealer and not (
            self._is_own(order) or (offered and not self.settings.dealers_see_only_own)
        ):
            return False
        mine = (
            self._is_own(order) and order.status in IN_WORK
            if user.is_dealer
            else order.pk in self.touched and order.status in OPEN
        )
        staff = user.is_manufacturer
        return (
            order.deleted_at is None
            and {
                Tab.AVAILABLE: order.status == "new",
                Tab.DONE: order.status in FINAL,
                Tab.MINE: mine,
                Tab.ALL: True,
            }[tab]
            and (not filters.statuses or order.status in filters.statuses)
            and (not filters.created_from or order.created_at >= filters.created_from)
            and (not filters.created_before or order.created_at < filters.created_before)
            and (not filters.overdue or (order.status in OPEN and order.overdue_at is not None))
            and (not filters.source or order.source == filters.source)
            and (not filters.category_id or filters.category_id in self.categories[order.pk])
            and (filters.sum_from is None or self._total(order) >= filters.sum_from)
            and (filters.sum_to is None or self._total(order) <= filters.sum_to)
            and (not staff or not filters.region_id or order.region_id == filters.region_id)
            and (not staff or not filters.dealer_id or order.dealer_id == filters.dealer_id)
            and (not staff or not filters.attention or order.pk in self.attention)
            and (not filters.text or self._is_found(order, filters.text))
        )

    def _is_found(self, order, text):
        digits = digits_of(text)
        if digits is None:
            named = order.customer_name.lower().startswith(text.lower())
            return named and (self.user.is_manufacturer or self._is_own(order))
        if str(order.pk).startswith(digits):
            return True
        opened = self.user.is_manufacturer or (self._is_own(order) and order.status in IN_WORK)
        if self.settings.calls_enabled and self.user.is_dealer and self.user.dealer.site_calls:
            opened = opened and order.contact_kind != ""
        starts = ["+7" + digits] + (["+7" + digits[1:]] if digits[0] in "78" else [])
        return len(digits) >= 4 and opened and str(order.phone).startswith(tuple(starts))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "calls", "only_own"),
    [
        ("manager", False, False),
        ("dealer", False, False),
        ("dealer", True, False),
        ("dealer", True, True),
    ],
)
def test_pages_and_numbers_are_those_of_a_plain_look(role, calls, only_own):
    world = World(f"{role} {calls}")
    user = world.people[role]
    world.dealers[0].site_calls = True
    world.dealers[0].save()
    user.refresh_from_db()
    settings = SystemSettings.load()
    settings.calls_enabled, settings.dealers_see_only_own = calls, only_own
    plain = Plain(world, user, settings)
    for _number in range(QUESTIONS):
        tab, filters, sort = question = world.question()
        expected = plain.answer(*question)
        found = branches(user, tab, filters, settings)
        assert walked(found, user, sort) == expected, question
        assert walked(found, user, sort, backwards=True) == expected, question
        assert count_to_limit(found) == Total(len(expected)), question
        # What exports are made from.
        whole = narrowed(orders_of_tab(user, tab, settings), filters, user=user, settings=settings)
        if filters.sum_from is None and filters.sum_to is None:
            assert set(whole.values_list("pk", flat=True)) == set(expected), question
        everything = [row for row in world.orders if row.pk in set(expected)]
        counts, total = status_counts(user, tab, filters, settings, tuple(STATUSES))
        if not filters.statuses:
            assert {code: one.count for code, one in counts.items()} == {
                code: sum(row.status == code for row in everything) for code in STATUSES
            }, question
        assert total in (None, Total(len(expected))), question


def walked(found, user, sort, *, backwards=False):
    """The numbers of all pages, one after another; or from the last page back to the first."""
    keys, numbers = sort_keys(sort), []
    facts = with_facts(Order.objects.all(), user)
    cursor, last = {}, None
    while True:
        page = paginate(
            with_facts(Order.objects.all(), user),
            keys=keys,
            size=7,
            branches=found,
            total=Total(0),
            **cursor,
        )
        numbers.append([row.pk for row in page])
        if not page.after:
            last = page
            break
        cursor = {"after": page.after}
    if backwards:
        pages, page = [numbers[-1]], last
        while page.before:
            page = paginate(
                facts, keys=keys, size=SIZE, branches=found, total=Total(0), before=page.before
            )
            pages.insert(0, [row.pk for row in page])
        numbers = pages
    return [number for page in numbers for number in page]


@pytest.mark.django_db
@pytest.mark.parametrize("only_own", [False, True])
def test_the_parts_are_what_is_visible(only_own):
    world = World("parts")
    for user in world.people.values():
        parts = Order.objects.visible_parts(user, only_own=only_own)
        numbers = [pk for part in parts for pk in part.values_list("pk", flat=True)]
        visible = Order.objects.visible_to(user, only_own=only_own)
        assert sorted(numbers) == sorted(visible.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_person_without_access_sees_no_part(dealer_manager):
    dealer_manager.is_active = False
    assert Order.objects.visible_parts(dealer_manager) == []
    assert branches(dealer_manager, Tab.ALL, Filters(), SystemSettings.load()) == []
    assert count_to_limit([]) == Total(0)


def test_numbers_that_begin_so():
    assert number_ranges("41", newest=4_150) == [(41, 41), (410, 419), (4100, 4150)]
    assert number_ranges("0041", newest=100) == [(41, 41)]
    assert number_ranges("0", newest=100) == []
    assert number_ranges("9161234567", newest=1_000_000) == []
    assert number_ranges("9" * 100, newest=1_000_000) == []


def test_the_beginning_of_a_number_finds_in_the_list(client, manager, city):
    for number in (4, 41, 410, 419, 420, 4100):
        OrderFactory(pk=number, place=city, created_at=timezone.now())
    client.force_login(manager)
    answer = client.get(reverse("order_list"), {"tab": "all", "q": "№ 41"})
    assert [row.order.pk for row in answer.context["rows"]] == [4100, 419, 410, 41]


def test_past_the_limit_numbers_are_the_least_there_are(client, manager, city, monkeypatch):
    monkeypatch.setattr("orders.counting.COUNT_LIMIT", 3)
    monkeypatch.setattr("suz.common.keyset.COUNT_LIMIT", 3)
    for _number in range(5):
        OrderFactory(place=city, customer=CustomerFactory(name="Анна"))
    settings = SystemSettings.load()
    filters = Filters(source="site")
    counts, total = status_counts(manager, Tab.ALL, filters, settings, ("new", "payment"))
    assert (counts["new"], total) == (Total(4, is_more=True), Total(3, is_more=True))
    client.force_login(manager)
    answer = client.get(reverse("order_list"), {"tab": "all", "source": "site"})
    assert "Показано с 1 по 5, всего больше 5" in answer.content.decode().replace("\xa0", " ")


@pytest.mark.django_db
def test_a_line_keeps_the_category_it_was_sold_in():
    product, other = ProductFactory(), ProductFactory()
    line = OrderLineFactory(product=product)
    sold_in = product.family.category_id
    product.family.category = other.family.category
    product.family.save()
    line.refresh_from_db()
    assert line.category_id == sold_in
    line.product = other
    line.save(update_fields=["product"])
    line.refresh_from_db()
    assert line.category_id == other.family.category_id


@pytest.mark.django_db
def test_rows_in_two_branches_are_there_once(city):
    orders = OrderFactory.create_batch(3, place=city)
    both = [Order.objects.all(), Order.objects.filter(pk=orders[0].pk)]
    assert united(both).count() == count_to_limit(both).count == 3
