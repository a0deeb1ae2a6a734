"""What is asked of the lists: addresses made from what the database holds.

At each size they are chosen so that the page shows as many rows: how long a page takes must not
depend on how many orders there are that it does not show.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category
from dealers.models import Dealer, PointsEntry, Role, User
from notifications.models import Delivery, Message
from orders.customer_list import customers_for_list
from orders.customer_list import sort_keys as customer_keys
from orders.filters import sort_keys
from orders.models import Attention, Customer, Order, OrderLine
from orders.models.customers import CURRENT
from orders.statuses import FINAL
from suz.common.keyset import cursor_at

ADMINISTRATOR, MANAGER, DEALER = "administrator", "manager", "dealer"
ROLES = {
    ADMINISTRATOR: "administrator",
    MANAGER: "manufacturer's manager",
    DEALER: "dealer's manager",
}
# From the end, for the last page.
LAST_ROWS = 20
SHOWN = 'id="order-'
TABS = ("available", "mine", "done")
# A page so short that it is full at every size.
FULL = 25
# How many orders a name finds, or a first name and a letter, or the first figures of a phone,
# whatever the size: as many as there are at the smallest. None: the most.
FOUND_NAMES = {ADMINISTRATOR: 28, DEALER: 3}
FOUND_4 = {ADMINISTRATOR: None, DEALER: 3}
FOUND_6 = {ADMINISTRATOR: 10, DEALER: 1}
FOUND_BEGUN = {ADMINISTRATOR: 250, DEALER: 8}
# The same of customers.
CUSTOMERS_OF_NAME, CUSTOMERS_OF_7, CUSTOMERS_OF_REGION = 11, 18, 150
CUSTOMER_SORTS = ("-last", "name", "-orders", "-bought", "created")
SORTS = ("-number", "-created", "sum", "-sum", "term")


@dataclass(frozen=True)
class View:
    """A page as one role asks for it. ``shows`` must be in the answer.

    ``floor_rows`` is how many orders the floor beside it shows.
    """

    name: str
    role: str
    path: str
    query: dict = field(default_factory=dict)
    shows: str = SHOWN
    floor_rows: int = 20


def users():
    """One user of each role; the dealer's is of the dealer with most orders."""
    busy = (
        Order.objects.filter(dealer__isnull=False)
        .values("dealer")
        .annotate(number=Count("pk"))
        .order_by("-number")
    )
    dealer = Dealer.objects.get(pk=busy[0]["dealer"])
    return {
        ADMINISTRATOR: User.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")[0],
        MANAGER: User.objects.filter(role=Role.MANUFACTURER_MANAGER).order_by("pk")[0],
        DEALER: dealer.managers.order_by("-is_head", "pk")[0],
    }


def views(people):
    """Every measured view. Numbers are drawn from the middle of what is there."""
    return [
        *_pages(people),
        *_searches(people),
        *_filters(people),
        *_customers(),
        *_other_lists(people),
    ]


def _list(name, role, /, **query):
    return View(name, role, reverse("order_list"), {"tab": "all"} | query)


def _visible(people, role, **narrowing):
    return Order.objects.visible_to(people[role]).filter(**narrowing)


def _cursor(orders, sort, *, last=False):
    """A cursor to the middle of the list, or to its last rows."""
    keys = sort_keys(sort)
    orders = orders.annotate(shown_total=F("total"))
    if last:
        backwards = [key[1:] if key.startswith("-") else f"-{key}" for key in keys]
        row = orders.order_by(*backwards)[LAST_ROWS]
        return cursor_at(row, keys, orders.count() - LAST_ROWS)
    count = orders.count()
    return cursor_at(orders.order_by(*keys)[count // 2], keys, count // 2)


def _pages(people):
    found = []
    for role in ROLES:
        orders = _visible(people, role)
        if role == DEALER:
            orders = orders.filter(dealer=people[role].dealer)
        # The manufacturer's people see the same orders; only their tabs differ.
        for sort in SORTS if role != MANAGER else SORTS[:1]:
            found.append(_list(f"sorted by {sort}", role, sort=sort))
            cursor = _cursor(orders, sort)
            found.append(_list(f"sorted by {sort}, deep", role, sort=sort, after=cursor))
            if sort == "-number":
                found.append(_list("deep, one page back", role, sort=sort, before=cursor))
                cursor = _cursor(orders, sort, last=True)
                found.append(_list("last page", role, sort=sort, after=cursor))
                full = _list("100 on a page", role, size=100)
                found.append(replace(full, floor_rows=100))
        found += [_list(f"tab {tab}", role, tab=tab, size=FULL) for tab in TABS]
    return found


def _searches(people):
    newest = Order.objects.order_by("-pk")[0].pk
    found = []
    for role in (ADMINISTRATOR, DEALER):
        orders = _own(people, role)
        middle = orders.filter(pk__gte=newest // 2).order_by("pk")[0]
        number = str(middle.pk)
        names = Counter(dict(orders.values_list("customer_name").annotate(Count("pk"))))
        name = partial(_prefix, names)
        # A dealer finds the phones that are open to it: of orders in work.
        at_work = orders.exclude(status__in=[*FINAL, "new"]) if role == DEALER else orders
        phones = Counter(
            {str(one): number for one, number in at_work.values_list("phone").annotate(Count("pk"))}
        )
        phone = _nearest(phones, 3 if role == ADMINISTRATOR else 1)
        found += [
            _list("number", role, q=number),
            _list("beginning of a number, 1 figure", role, q=number[0]),
            _list("beginning of a number, all but 2 figures", role, q=number[:-2]),
            _list("beginning of a number, all but 3 figures", role, q=number[:-3]),
            _list("beginning of a number, by sum", role, q=number[:-3], sort="-sum"),
            _list("whole name", role, q=name(None, FOUND_NAMES[role])),
            _list("beginning of a name, 1 letter", role, q=name(1)),
            _list("beginning of a name, 2 letters", role, q=name(2), size=FULL),
            _list("first name", role, q=name(0), size=FULL),
            _list("first name and a letter", role, q=name(-2, FOUND_BEGUN[role])),
            _list("first name, by sum", role, q=name(0), size=FULL, sort="-sum"),
            _list("whole phone", role, q=phone),
            _list("phone from 8", role, q="8" + phone[2:]),
            _list("beginning of a phone, 4 figures", role, q=_begun(phones, 4, FOUND_4[role])),
            _list("beginning of a phone, 6 figures", role, q=_begun(phones, 6, FOUND_6[role])),
        ]
    return found


def _own(people, role):
    """The orders whose customers the user may see."""
    return _visible(people, role, **({"dealer": people[role].dealer} if role == DEALER else {}))


def _prefix(names, letters, wanted=None):
    """A beginning of names that as nearly as can be ``wanted`` orders have, or the most.

    ``letters`` are its length; 0 is the first name, -2 the first name and a letter more, None the
    whole.
    """
    found = Counter()
    for name, number in names.items():
        space = name.index(" ")
        end = {0: space, -2: space + 2, None: None}.get(letters, letters)
        found[name[:end]] += number
    return _nearest(found, wanted)


def _begun(phones, figures, wanted):
    """So many first figures after +7 of as many orders' phones."""
    found = Counter()
    for phone, number in phones.items():
        found[phone[2 : 2 + figures]] += number
    return _nearest(found, wanted)


def _nearest(counts, wanted):
    """The key that is counted most nearly so often; the most often where nothing is wanted."""
    if wanted is None:
        return max(counts, key=lambda key: (counts[key], key))
    return min(counts, key=lambda key: (abs(counts[key] - wanted), key))


def _filters(people):
    today = timezone.localdate()

    def ago(days):
        return (today - timedelta(days=days)).isoformat()

    regions = list(
        Order.objects.values_list("region").annotate(number=Count("pk")).order_by("-number")
    )
    categories = list(
        OrderLine.objects.filter(order__lt=20_000)
        .values_list("category")
        .annotate(number=Count("pk"))
        .order_by("-number")
    )
    goods = [pk for pk, _number in categories]
    assert len(goods) <= Category.objects.count()
    largest, middling, smallest = regions[0][0], regions[len(regions) // 2][0], regions[-1][0]
    dealer = people[DEALER].dealer_id
    found = []
    for role in (ADMINISTRATOR, DEALER):
        since = today - timedelta(days=_days(_own(people, role), today))
        found += [
            _list("status new", role, status="new", shows="status-tabs"),
            _list("status payment", role, status="payment", size=FULL),
            _list("status completed", role, status="completed"),
            _list("three statuses of work", role, size=FULL,
                  status=["accepted", "processed", "clarification"]),
            _list("the last days", role, since=since.isoformat(), size=FULL),
            _list("a month half a year ago", role, since=ago(210), until=ago(180)),
            _list("half a year, until half a year ago", role, since=ago(365), until=ago(180)),
            _list("a month, by sum", role, since=ago(210), until=ago(180), sort="-sum"),
            _list("category, frequent", role, category=goods[0]),
            _list("category, rare", role, category=goods[-1]),
            _list("source phone", role, source="phone"),
            _list("sum from 50 000", role, sum_from="50000"),
            _list("sum from 10 000 to 20 000", role, sum_from="10000", sum_to="20000"),
            _list("overdue", role, overdue="1", size=FULL),
            _list("completed, category, a month", role, status="completed", category=goods[1],
                  since=ago(210), until=ago(180)),
            _list("phone, completed", role, source="phone", status="completed"),
        ]  # fmt: skip
    found += [
        _list("attention", ADMINISTRATOR, attention="1"),
        _list("region, largest", ADMINISTRATOR, region=largest),
        _list("region, middling", ADMINISTRATOR, region=middling),
        _list("region, smallest", ADMINISTRATOR, region=smallest, size=FULL),
        _list("region, by sum", ADMINISTRATOR, region=middling, sort="-sum"),
        _list("a dealer's", ADMINISTRATOR, dealer=dealer),
        _list("a dealer's, by sum", ADMINISTRATOR, dealer=dealer, sort="-sum"),
        _list("a dealer's, payment", ADMINISTRATOR, dealer=dealer, status="payment", size=FULL),
        _list("region, cancelled", ADMINISTRATOR, region=largest, status="cancelled"),
        _list("region, a month", ADMINISTRATOR, region=middling, since=ago(210), until=ago(180)),
        _list("region, category, rare", ADMINISTRATOR, region=middling, category=goods[-1]),
        _list("region, first name", ADMINISTRATOR, region=largest, q="Анна"),
        _list("overdue, by term", ADMINISTRATOR, overdue="1", sort="term"),
    ]  # fmt: skip
    return found


def _days(orders, today):
    """So many days that a page of their orders is full, at any size."""
    return next(
        days
        for days in (1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 365)
        if orders.filter(created_at__date__gte=today - timedelta(days=days)).count() >= FULL
    )


def _customers():
    """The list of customers and the card of one with most orders."""
    newest = Customer.objects.order_by("-pk")[0].pk
    middle = Customer.objects.filter(pk__gte=newest // 2).exclude(email="").order_by("pk")[0]
    busy = Customer.objects.order_by("-order_count", "-pk")[0]
    order = Order.objects.filter(customer=middle).order_by("pk").first()
    regions = list(
        Customer.objects.exclude(region=None)
        .values_list("region")
        .annotate(number=Count("pk"))
        .order_by("-number")
    )
    few = _nearest(dict(regions), CUSTOMERS_OF_REGION)
    names = Counter(Customer.objects.filter(CURRENT).values_list("name", flat=True))
    phones = Counter(str(one) for one in Customer.objects.values_list("phone", flat=True) if one)
    first, last = middle.name.split(" ")[0], middle.name.split(" ")[-1]
    phone = str(middle.phone)
    today = timezone.localdate()

    def page(name, **query):
        shows = 'id="customer-'
        return View(f"customers, {name}", MANAGER, reverse("customer_list"), query, shows=shows)

    def deep(sort):
        rows = customers_for_list().filter(CURRENT)
        count, keys = rows.count(), customer_keys(sort)
        return cursor_at(rows.order_by(*keys)[count // 2], keys, count // 2)

    found = [page(f"sorted by {sort}", sort=sort) for sort in CUSTOMER_SORTS]
    found += [
        page(f"sorted by {sort}, deep", sort=sort, after=deep(sort)) for sort in CUSTOMER_SORTS
    ]
    found += [
        page("whole name", q=_prefix(names, None, CUSTOMERS_OF_NAME)),
        page("beginning of a name, 1 letter", q=first[0]),
        page("beginning of a name, 3 letters", q=first[:3]),
        page("first name", q=first),
        page("surname", q=last),
        page("beginning of a surname, 2 letters", q=last[:2]),
        page("first name, by sum", q=first, sort="-bought"),
        page("whole phone", q=phone),
        page("phone from 8", q="8" + phone[2:]),
        page("beginning of a phone, 4 figures", q=phone[2:6]),
        page("beginning of a phone, 7 figures", q=_begun(phones, 7, CUSTOMERS_OF_7)),
        page("whole e-mail", q=middle.email),
        page("beginning of an e-mail, 1 letter", q=middle.email[0]),
        page("beginning of an e-mail", q=middle.email[:9]),
        page("order number", q=str(order.pk) if order else "1"),
        page("region, largest", region=regions[0][0]),
        page("region, few customers", region=few),
        page("with an open order", open="yes"),
        page("without an open order", open="no"),
        page("robot may call", calls="yes"),
        page("robot may not call", calls="no"),
        page("two orders and more", orders_from="2"),
        page("ten orders and more", orders_from="10"),
        page("region, two orders and more", region=regions[5][0], orders_from="2"),
        page(
            "last order half a year ago",
            since=(today - timedelta(days=210)).isoformat(),
            until=(today - timedelta(days=180)).isoformat(),
        ),
        View("customers, card", MANAGER, reverse("customer_card", args=[busy.pk]), shows="history"),
    ]  # fmt: skip
    return found


def _other_lists(people):
    dealer = people[DEALER].dealer_id
    entries = PointsEntry.objects.filter(dealer=dealer).order_by("-id")
    lines = Attention.objects.filter(resolved_at__isnull=True).order_by("-raised_at", "-id")
    mails = Delivery.objects.order_by("-id")
    messages = Message.objects.filter(user=people[DEALER]).order_by("-id")

    def deep(rows, *keys):
        count = rows.count()
        return cursor_at(rows[count // 2], keys, max(count // 2, 1))

    def page(name, role, view, *, shows="pager", args=(), **query):
        return View(name, role, reverse(view, args=args), query, shows=shows)

    administrator = ADMINISTRATOR
    order = mails.filter(state="sent")[0].message.subject_key.partition(":")[2]
    return [
        page("dealers", administrator, "dealer_list", shows="<table"),
        page("dealers by orders", administrator, "dealer_list", shows="<table", sort="-orders"),
        page("points of a dealer", administrator, "dealer_points", args=[dealer], shows="<table"),
        page("points of a dealer, deep", administrator, "dealer_points", args=[dealer],
             shows="<table", after=deep(entries, "-id")),
        page("own points", DEALER, "dealer_points", args=[dealer], shows="<table"),
        page("attention list", administrator, "attention_list", shows="content"),
        page("attention list, deep", administrator, "attention_list", shows="content",
             after=deep(lines, "-raised_at", "-id")),
        page("attention list, overdue", administrator, "attention_list", shows="content",
             reason="overdue"),
        page("deleted orders", administrator, "order_deleted", shows="order-rows"),
        page("messages", DEALER, "message_list", shows="content"),
        page("messages, deep", DEALER, "message_list", shows="content",
             after=deep(messages, "-id")),
        page("unread messages", MANAGER, "message_list", shows="content", show="unread"),
        page("mails", administrator, "mail_list", shows="content"),
        page("mails, deep", administrator, "mail_list", shows="content", after=deep(mails, "-id")),
        page("mails, failed", administrator, "mail_list", shows="content", state="dead"),
        page("mails of an event", administrator, "mail_list", shows="content",
             event="order_assigned"),
        page("mails about an order", administrator, "mail_list", shows="content", order=order),
        page("dealers' prices", administrator, "dealer_prices", shows="content"),
        page("price uploads", DEALER, "price_uploads", shows="content"),
        page("staff", administrator, "user_list", shows="<table"),
    ]  # fmt: skip


def floor_keys(seed, count):
    """So many numbers of orders out of all."""
    newest = Order.objects.order_by("-pk")[0].pk
    return random.Random(seed).sample(range(1, newest + 1), count)
