"""The attention list and what is done from it."""

import datetime
import re

import pytest
from django.template import Context, Template
from django.urls import reverse

from distribution.attention import assignable_dealers, cases, count_by_reason
from distribution.models import Plan
from orders.models import Attention, AttentionReason, HistoryEntry, Offer, Order
from orders.services.attention import raise_attention
from orders.statuses import Status
from suz.common.keyset import Total
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    DealerQuoteFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = ManagerFactory()
    client.force_login(user)
    return user


def troubled(cause=AttentionReason.UNCLAIMED, minutes=0, **fields):
    order = OrderFactory(**fields)
    now = NOW + datetime.timedelta(minutes=minutes)
    raise_attention(order_id=order.pk, reason=cause, now=now)
    return order


def text(response):
    return " ".join(response.content.decode().split())


def listed(response):
    """Numbers of the orders on the page, from above."""
    return [int(number) for number in re.findall(r'id="order-(\d+)"', response.content.decode())]


PAGES = ["attention_list", "attention_assign"]
ACTIONS = ["attention_assign", "attention_seen", "distribution_restart"]


def address(name, order):
    return reverse(name, args=[] if name == "attention_list" else [order.pk])


@pytest.mark.parametrize("factory", [ManagerFactory, AdministratorFactory])
@pytest.mark.parametrize("name", PAGES)
def test_the_manufacturer_opens_the_pages(client, factory, name):
    client.force_login(factory())

    assert client.get(address(name, troubled())).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_dealer_finds_no_such_page(client, name):
    client.force_login(UserFactory())

    assert client.get(address(name, troubled())).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_a_dealer_can_do_nothing(client, action):
    order = troubled()
    client.force_login(OfferFactory(order=order).dealer.managers.create(**head()))

    response = client.post(address(action, order), {"dealer": order.offers.get().dealer_id})

    assert response.status_code == 404
    order.refresh_from_db()
    assert (order.status, order.cycle) == (Status.NEW, 1)
    assert order.attention.filter(resolved_at__isnull=True).exists()


def head():
    return {"email": "head@example.com", "name": "Олег Ким", "role": "dealer_manager"}


@pytest.mark.parametrize("action", ["attention_seen", "distribution_restart"])
def test_what_changes_something_is_not_done_by_get(client, manager, action):
    assert client.get(address(action, troubled())).status_code == 405


@pytest.mark.parametrize("name", [*PAGES, *ACTIONS])
def test_a_visitor_is_sent_to_log_in(client, name):
    response = client.post(address(name, troubled()))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("pk", [999_999, 2**70])
def test_an_order_that_is_not_there_answers_404(client, manager, action, pk):
    assert client.post(f"/workspace/{path(action, pk)}").status_code == 404


def path(action, pk):
    return {
        "attention_assign": f"attention/{pk}/assign/",
        "attention_seen": f"attention/{pk}/seen/",
        "distribution_restart": f"orders/{pk}/restart/",
    }[action]


def test_the_list_tells_the_cause_the_place_the_sum_and_who_has_seen_the_order(client, manager):
    order = troubled(AttentionReason.ALL_DECLINED, price_min=400, price_max=500)
    OfferFactory(order=order, dealer__name="Стройдвор")
    OfferFactory(
        order=order, dealer__name="Фасад", state="declined", closed_at=NOW, reason=reason()
    )

    page = text(client.get(reverse("attention_list")))

    assert f"Заказ № {order.pk}" in page
    assert str(order.region) in page
    assert "от 400 ₽ до 500 ₽" in page
    assert "Видели 2 дилера:" in page
    assert f"Фасад (отклонил: {reason().text.lower()})" in page


def test_a_customer_is_not_named(client, manager):
    troubled(customer__name="Роман Сергеевич")

    assert "Роман Сергеевич" not in text(client.get(reverse("attention_list")))


def test_an_empty_list_says_so(client, manager):
    assert "Все заказы идут своим ходом" in text(client.get(reverse("attention_list")))


def test_the_newest_cause_comes_first():
    old, new = troubled(minutes=0), troubled(minutes=5)

    _page, found = cases()

    assert [case.order for case in found] == [new, old]


def test_an_order_with_two_causes_stands_once():
    order = troubled(AttentionReason.UNCLAIMED)
    raise_attention(order_id=order.pk, reason=AttentionReason.OVERDUE, now=NOW)

    _page, [case] = cases()

    assert {line.reason for line in case.lines} == {"unclaimed", "overdue"}


def test_the_list_is_narrowed_by_reason(client, manager):
    troubled()
    overdue = troubled(AttentionReason.OVERDUE)

    response = client.get(reverse("attention_list"), {"reason": "overdue"})

    assert listed(response) == [overdue.pk]


@pytest.mark.parametrize("nonsense", ["", "nonsense", "%00", "'; drop", "😀" * 300])
def test_a_nonsense_filter_shows_all(client, manager, nonsense):
    order = troubled()

    page = client.get(
        reverse("attention_list"), {"reason": nonsense, "after": nonsense, "before": nonsense}
    )

    assert listed(page) == [order.pk]


def test_what_was_settled_deleted_or_closed_is_not_listed():
    settled, deleted, closed = troubled(), troubled(), troubled()
    Attention.objects.filter(order=settled).update(resolved_at=NOW)
    Order.objects.filter(pk=deleted.pk).update(deleted_at=NOW)
    Order.objects.filter(pk=closed.pk).update(status=Status.CANCELLED, closed_at=NOW)

    _page, found = cases()

    assert found == []
    assert count_by_reason()[""] == Total(0)


def test_past_a_limit_the_orders_of_a_reason_are_not_counted(client, manager, monkeypatch):
    for _number in range(3):
        troubled()
    monkeypatch.setattr("distribution.attention.COUNT_LIMIT", 2)

    assert count_by_reason()[""] == Total(2, is_more=True)
    page = client.get(reverse("attention_list")).content.decode()
    assert '<span class="attention-filter-count">2+</span>' in page
    assert "всего больше" in page


@pytest.mark.parametrize("number", [1, 25])
def test_the_list_costs_the_same_however_long_it_is(
    client, manager, number, django_assert_max_num_queries
):
    for minute in range(number):
        order = troubled(minutes=minute)
        OfferFactory(order=order)
        OfferFactory(order=order)
    # Nothing is due any more after the first look.
    client.get(reverse("attention_list"))

    with django_assert_max_num_queries(10):
        client.get(reverse("attention_list"))


def test_dealers_that_can_deliver_come_first_and_the_others_say_why_not():
    place = CityFactory()
    order = OrderFactory(place=place)
    able = DealerFactory(main_region=place.parent)
    DealerQuoteFactory(order=order, dealer=able)
    unable = DealerFactory(main_region=place.parent)
    line = order.lines.get()
    DealerProductFactory(dealer=unable, product=line.product, in_stock=False)
    declined = DealerFactory(main_region=place.parent)
    OfferFactory(order=order, dealer=declined, state="declined", closed_at=NOW)
    stranger = DealerFactory()
    DealerFactory(is_active=False)

    groups = {title: dict(choices) for title, choices in assignable_dealers(order, now=NOW)}

    assert list(groups) == [
        "Могут выполнить заказ",
        "Обслуживают место, но не могут",
        "Другие территории",
    ]
    assert groups["Могут выполнить заказ"] == {able.pk: f"{able.name} — 400\u00a0₽, баллов: 0"}
    assert groups["Обслуживают место, но не могут"] == {
        unable.pk: f"{unable.name} — нет в наличии: {line.name}",
        declined.pk: f"{declined.name} — отклонил этот заказ",
    }
    assert groups["Другие территории"] == {stranger.pk: f"{stranger.name} — {stranger.main_region}"}


@pytest.mark.parametrize("number", [1, 40])
def test_choosing_a_dealer_costs_the_same_however_many_there_are(
    number, django_assert_max_num_queries
):
    place = CityFactory()
    order = OrderFactory(place=place)
    for _ in range(number):
        DealerFactory(main_region=place.parent)
        DealerFactory()

    with django_assert_max_num_queries(11):
        groups = assignable_dealers(order, now=NOW)

    assert sum(len(choices) for _title, choices in groups) == 2 * number


def test_an_order_is_given_to_a_dealer(client, manager):
    order, dealer = troubled(), DealerFactory()

    response = client.post(
        reverse("attention_assign", args=[order.pk]), {"dealer": dealer.pk, "reason": "unclaimed"}
    )

    order.refresh_from_db()
    assert response.url == reverse("attention_list", query={"reason": "unclaimed"})
    assert (order.status, order.dealer) == (Status.ACCEPTED, dealer)
    assert not order.attention.filter(resolved_at__isnull=True).exists()


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "abc", "1e308", "\x00", "9" * 400, "😀"])
def test_a_nonsense_dealer_is_refused_beside_the_field(client, manager, nonsense):
    order = troubled()

    response = client.post(reverse("attention_assign", args=[order.pk]), {"dealer": nonsense})

    assert response.status_code == 422
    assert "Выберите дилера" in text(response)
    order.refresh_from_db()
    assert order.status == Status.NEW


def test_a_closed_order_is_not_given_away(client, manager):
    order = troubled()
    Order.objects.filter(pk=order.pk).update(status=Status.CANCELLED, closed_at=NOW)

    response = client.post(
        reverse("attention_assign", args=[order.pk]),
        {"dealer": DealerFactory().pk, "reason": ""},
        follow=True,
    )

    assert "Заказ закрыт" in text(response)


def test_an_order_seen_to_leaves_the_list(client, manager):
    order = troubled()

    client.post(reverse("attention_seen", args=[order.pk]), {"cause": "unclaimed", "reason": ""})

    line = order.attention.get()
    assert line.resolved_at is not None
    assert line.resolved_by == manager


def test_a_cause_that_came_meanwhile_stays(client, manager):
    order = troubled(AttentionReason.UNCLAIMED)
    raise_attention(order_id=order.pk, reason=AttentionReason.OVERDUE, now=NOW)

    client.post(reverse("attention_seen", args=[order.pk]), {"cause": "unclaimed"})

    assert [line.reason for line in order.attention.filter(resolved_at=None)] == ["overdue"]


def test_distribution_starts_again_and_its_first_stage_opens_at_once(client, manager):
    place = CityFactory()
    order = troubled(place=place)
    dealer = DealerFactory(main_region=place.parent)

    response = client.post(reverse("distribution_restart", args=[order.pk]))

    order.refresh_from_db()
    assert response.url == reverse("order_card", args=[order.pk])
    assert order.cycle == 2
    assert Plan.objects.get(order=order).cycle == 2
    assert Offer.objects.get(order=order).dealer == dealer
    assert HistoryEntry.objects.filter(order=order, kind="restarted", actor=manager).exists()


def test_a_closed_order_does_not_start_again(client, manager):
    order = troubled()
    Order.objects.filter(pk=order.pk).update(status=Status.CANCELLED, closed_at=NOW)

    client.post(reverse("distribution_restart", args=[order.pk]))

    order.refresh_from_db()
    assert order.cycle == 1


@pytest.mark.parametrize(
    ("factory", "shown"),
    [(ManagerFactory, "2"), (AdministratorFactory, "2"), (UserFactory, "")],
)
def test_the_menu_counts_orders_for_the_manufacturer_only(factory, shown):
    twice = troubled()
    raise_attention(order_id=twice.pk, reason=AttentionReason.OVERDUE, now=NOW)
    troubled()
    template = Template(
        "{% load status_tags %}{% staff_figures user as figures %}{{ figures.attention }}"
    )

    assert template.render(Context({"user": factory()})) == shown


def test_nothing_to_see_to_shows_no_count():
    template = Template(
        "{% load status_tags %}{% staff_figures user as figures %}{{ figures.attention }}"
    )

    assert template.render(Context({"user": ManagerFactory()})) == "0"


def test_what_is_due_is_done_before_the_list_is_read(client, manager):
    order = OrderFactory()

    response = client.get(reverse("attention_list"))

    assert listed(response) == [order.pk]
    assert order.attention.get().reason == AttentionReason.NO_DEALER
