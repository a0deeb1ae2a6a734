"""Screens of dealers, points, people and settings: what they show, to whom, at what cost."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from dealers.models import Dealer, DealerPhone, Outlet, PointsEntry
from dealers.services.points import add_points
from notifications.models import Delivery, Message
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    DealerFactory,
    DealerServiceFactory,
    OrderFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = AdministratorFactory(name="Анна Администратор")
    client.force_login(user)
    return user


def shown(client, name, query="", **kwargs):
    answer = client.get(reverse(name, kwargs=kwargs) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client, query=""):
    answer = client.get(reverse("dealer_list") + query)
    assert answer.status_code == 200
    return [dealer.name for dealer in answer.context["page"]]


def completed(dealer, order):
    return add_points(
        dealer_id=dealer.pk,
        amount=100,
        kind=PointsEntry.Kind.COMPLETED,
        order_id=order.pk,
        cycle=1,
        now=NOW,
    )


class TestList:
    def test_shows_the_columns_of_the_case(self, client, administrator):
        dealer = DealerFactory(name="Альфа", main_region__name="Архангельская область")
        OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
        page = shown(client, "dealer_list")
        for text in ("Альфа", "Архангельская область", "Без логотипа"):
            assert text in page
        for head in (
            "Название дилера",
            "Логотип",
            "Основной регион",
            "Авторизованный",
            "Заказы с сайта",
            "Звонок с сайта",
            "Баллы",
            "Заказы",
            "Регистрация",
        ):
            assert head in page

    def test_counts_orders_that_are_not_deleted(self, client, administrator):
        dealer = DealerFactory()
        for deleted in (None, None, NOW):
            OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW, deleted_at=deleted)
        answer = client.get(reverse("dealer_list"))
        assert [row.orders_count for row in answer.context["page"]] == [2]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["Альфа", "Бета", "вега"]),
            ("?sort=-name", ["вега", "Бета", "Альфа"]),
            ("?sort=points", ["Бета", "вега", "Альфа"]),
            ("?sort=-points", ["Альфа", "вега", "Бета"]),
            ("?sort=region", ["вега", "Альфа", "Бета"]),
            ("?sort=-orders", ["Бета", "вега", "Альфа"]),
            ("?sort=-registered", ["вега", "Бета", "Альфа"]),
            ("?sort=password", ["Альфа", "Бета", "вега"]),
        ],
    )
    def test_sorts(self, client, administrator, query, expected):
        for number, (name, region, points) in enumerate(
            [("Альфа", "Б", 30), ("Бета", "В", 10), ("вега", "А", 20)]
        ):
            dealer = DealerFactory(
                name=name,
                main_region__name=region,
                points=points,
                registered_at=NOW.replace(day=number + 1),
            )
            if name == "Бета":
                OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
        assert names(client, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?q=льф", ["Альфа"]),
            ("?q=8 (900) 111", ["Бета"]),
            ("?q=%00", ["Альфа", "Бета"]),
            ("?q=ничего", []),
            ("?is_authorised=no", ["Бета"]),
            ("?takes_site_orders=yes", ["Альфа", "Бета"]),
            ("?site_calls=yes", ["Альфа"]),
            ("?is_active=no", ["Бета"]),
            ("?is_active=maybe", ["Альфа", "Бета"]),
            ("?region=999999999999999999999", ["Альфа", "Бета"]),
            ("?after=nonsense", ["Альфа", "Бета"]),
        ],
    )
    def test_narrows(self, client, administrator, query, expected):
        DealerFactory(name="Альфа", site_calls=True)
        beta = DealerFactory(name="Бета", is_authorised=False, is_active=False)
        DealerPhone.objects.create(dealer=beta, number="+79001112233")
        assert names(client, query) == expected

    def test_a_region_finds_who_serves_anything_in_it(self, client, administrator):
        region = RegionFactory()
        DealerFactory(name="В регионе", main_region=region)
        DealerFactory(name="В городе").additional_places.add(CityFactory(parent=region))
        DealerFactory(name="Соседний").additional_places.add(region)
        DealerFactory(name="Чужой")
        assert names(client, f"?region={region.pk}") == ["В городе", "В регионе", "Соседний"]

    def test_has_pages(self, client, administrator, monkeypatch):
        monkeypatch.setattr("dealers.views.dealers.DealerList.page_size", 2)
        for name in "АБВ":
            DealerFactory(name=name)
        answer = client.get(reverse("dealer_list") + "?sort=-name")
        assert "Показано с 1 по 2 из 3" in answer.content.decode()
        after = answer.context["page"].after
        assert names(client, f"?sort=-name&after={after}") == ["А"]

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_one_and_for_many(
        self, client, administrator, django_assert_max_num_queries, count
    ):
        for _number in range(count):
            dealer = DealerFactory()
            OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
        with django_assert_max_num_queries(8):
            names(client)


class TestCard:
    def fill(self, dealer, count):
        for number in range(count):
            Outlet.objects.create(
                dealer=dealer,
                city=CityFactory(),
                address=f"ул. Садовая, {number}",
                latitude=55,
                longitude=37,
            )
            DealerPhone.objects.create(dealer=dealer, number=f"+7900111220{number % 10}")
            dealer.additional_places.add(CityFactory())
            UserFactory(dealer=dealer)
            completed(dealer, OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW))

    def test_tells_everything_about_the_dealer(self, client, administrator):
        dealer = DealerFactory(
            name="Альфа", email="alpha@example.com", description="Продаём фасады"
        )
        self.fill(dealer, 2)
        DealerServiceFactory(dealer=dealer, price=0)
        page = shown(client, "dealer_card", pk=dealer.pk)
        for text in (
            "Альфа",
            "alpha@example.com",
            "Продаём фасады",
            "ул. Садовая, 1",
            "+7 900 111-22-01",
            dealer.main_region.name,
            dealer.additional_places.first().name,
            dealer.managers.first().name,
            "бесплатно",
            "вся линейка",
            "Принят",
            "2 заказа",
            "Изменить условия",
        ):
            assert text in page

    @pytest.mark.parametrize("count", [1, 9])
    def test_costs_the_same_for_little_and_for_much(
        self, client, administrator, django_assert_max_num_queries, count
    ):
        dealer = DealerFactory()
        self.fill(dealer, count)
        with django_assert_max_num_queries(18):
            shown(client, "dealer_card", pk=dealer.pk)

    def test_a_dealer_sees_its_own_without_what_only_the_manufacturer_changes(self, client):
        manager = UserFactory()
        client.force_login(manager)
        page = shown(client, "dealer_card", pk=manager.dealer_id)
        assert manager.dealer.name in page
        for text in ("Изменить условия", "История изменений", "начисление вручную"):
            assert text not in page

    def test_own_pages_lead_to_the_dealer_of_the_person(self, client):
        manager = UserFactory()
        client.force_login(manager)
        assert client.get(reverse("own_dealer")).url == reverse(
            "dealer_card", kwargs={"pk": manager.dealer_id}
        )
        assert client.get(reverse("own_points")).url == reverse(
            "dealer_points", kwargs={"pk": manager.dealer_id}
        )


class TestPoints:
    def test_tells_for_what_and_leads_to_the_order(self, client):
        manager = UserFactory()
        dealer = manager.dealer
        order = OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
        completed(dealer, order)
        client.force_login(manager)
        page = shown(client, "dealer_points", pk=dealer.pk)
        assert "Мои баллы" in page
        assert f"№&nbsp;{order.pk}" in page
        assert reverse("order_card", kwargs={"pk": order.pk}) in page
        assert "+100" in page

    def test_an_order_that_left_the_dealer_is_named_without_a_link(self, client):
        manager = UserFactory()
        order = OrderFactory(dealer=DealerFactory(), status="accepted", accepted_at=NOW)
        add_points(
            dealer_id=manager.dealer_id,
            amount=-50,
            kind=PointsEntry.Kind.FAILED,
            order_id=order.pk,
            cycle=1,
            reason="Товар закончился",
            now=NOW,
        )
        client.force_login(manager)
        page = shown(client, "dealer_points", pk=manager.dealer_id)
        assert f"№&nbsp;{order.pk}" in page
        assert "Товар закончился" in page
        assert reverse("order_card", kwargs={"pk": order.pk}) not in page

    def test_who_entered_points_is_not_told_to_the_dealer(self, client, administrator):
        manager = UserFactory()
        add_points(
            dealer_id=manager.dealer_id,
            amount=5,
            kind=PointsEntry.Kind.MANUAL,
            reason="Выставка",
            by=administrator,
            now=NOW,
        )
        assert administrator.name in shown(client, "dealer_points", pk=manager.dealer_id)
        client.force_login(manager)
        page = shown(client, "dealer_points", pk=manager.dealer_id)
        assert "Выставка" in page
        assert administrator.name not in page

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_one_entry_and_for_many(
        self, client, administrator, django_assert_max_num_queries, count
    ):
        dealer = DealerFactory()
        for _number in range(count):
            order = OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
            completed(dealer, order)
        with django_assert_max_num_queries(11):
            shown(client, "dealer_points", pk=dealer.pk)

    def add(self, client, dealer, **data):
        newest = dealer.points_entries.order_by("-id").first()
        data = {"amount": "25", "reason": "Выставка", "seen": newest.pk if newest else ""} | data
        return client.post(reverse("points_add", kwargs={"pk": dealer.pk}), data, follow=True)

    def test_an_administrator_adds_and_takes(self, client, administrator):
        dealer = DealerFactory()
        answer = self.add(client, dealer)
        assert "Начислено 25 баллов. Баланс: 25." in answer.content.decode()
        answer = self.add(client, dealer, amount="-1")
        assert "Снят 1 балл. Баланс: 24." in answer.content.decode()
        entry = PointsEntry.objects.first()
        assert (entry.kind, entry.reason, entry.created_by) == ("manual", "Выставка", administrator)

    def test_a_form_sent_twice_counts_once(self, client, administrator):
        dealer = DealerFactory()
        self.add(client, dealer, seen="")
        answer = self.add(client, dealer, seen="")
        assert "Баллы изменились, пока вы писали" in answer.content.decode()
        assert PointsEntry.objects.count() == 1
        # Having seen the new balance, one may send the same again.
        self.add(client, dealer, seen=answer.context["form"]["seen"].value())
        assert PointsEntry.objects.count() == 2

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"amount": ""}, "amount"),
            ({"amount": "0"}, "amount"),
            ({"amount": "много"}, "amount"),
            ({"amount": "1e308"}, "amount"),
            ({"amount": "100001"}, "amount"),
            ({"amount": "9" * 400}, "amount"),
            ({"amount": "1.5"}, "amount"),
            ({"reason": ""}, "reason"),
            ({"reason": "   "}, "reason"),
            ({"reason": "x" * 251}, "reason"),
            ({"reason": "a\0b"}, "reason"),
            ({"seen": "x"}, "seen"),
            ({"seen": "9" * 30}, None),
        ],
    )
    def test_nonsense_gets_a_message_and_what_was_typed_stays(
        self, client, administrator, data, field
    ):
        dealer = DealerFactory()
        answer = self.add(client, dealer, **data)
        assert answer.status_code == 200
        form = answer.context["form"]
        assert form.errors[field or "__all__"]
        assert not PointsEntry.objects.exists()
        if field == "reason":
            assert form["amount"].value() == "25"


class TestTerms:
    def change(self, client, dealer, reason="Проверка договора", **switches):
        data = {
            name: "on"
            for name in ("is_active", "is_authorised", "takes_site_orders", "whole_line")
            if switches.get(name, True)
        } | {name: "on" for name in ("site_calls", "own_prices") if switches.get(name)}
        return client.post(
            reverse("dealer_terms", kwargs={"pk": dealer.pk}),
            data | {"reason": reason},
            follow=True,
        )

    def test_messages_that_wait_for_a_dealer_switched_off_are_cancelled(
        self, client, administrator
    ):
        dealer, other = DealerFactory(), DealerFactory()
        waiting = []
        for one in (dealer, other):
            message = Message.objects.create(
                event="order_offered",
                audience="dealer",
                user=UserFactory(dealer=one),
                subject_key="order:1",
                created_at=NOW,
            )
            waiting.append(
                Delivery.objects.create(
                    message=message, channel="email", address="a@example.com", due_at=NOW
                )
            )

        self.change(client, dealer, is_active=False)

        for delivery in waiting:
            delivery.refresh_from_db()
        assert [delivery.state for delivery in waiting] == ["cancelled", "pending"]
        assert waiting[0].error == "Дилера тем временем отключили."

    def test_an_administrator_changes_switches_and_the_history_keeps_who_and_why(
        self, client, administrator
    ):
        dealer = DealerFactory()
        answer = self.change(client, dealer, is_authorised=False, site_calls=True)
        dealer.refresh_from_db()
        assert (dealer.is_authorised, dealer.site_calls, dealer.takes_site_orders) == (
            False,
            True,
            True,
        )
        page = answer.content.decode()
        assert "Условия дилера сохранены" in page
        assert "Проверка договора" in page
        assert administrator.name in page

    def test_a_reason_is_required(self, client, administrator):
        dealer = DealerFactory()
        answer = self.change(client, dealer, reason=" ", is_authorised=False)
        assert answer.context["form"].errors["reason"]
        dealer.refresh_from_db()
        assert dealer.is_authorised

    def test_the_same_again_is_no_change(self, client, administrator):
        dealer = DealerFactory()
        before = dealer.events.count()
        assert "Ничего не изменилось" in self.change(client, dealer).content.decode()
        assert dealer.events.count() == before

    def test_fields_that_are_no_switches_are_ignored(self, client, administrator):
        dealer = DealerFactory(name="Альфа", points=10)
        client.post(
            reverse("dealer_terms", kwargs={"pk": dealer.pk}),
            {"name": "Взлом", "points": "999", "is_active": "on", "reason": "x"},
        )
        stored = Dealer.objects.get(pk=dealer.pk)
        assert (stored.name, stored.points, stored.is_authorised) == ("Альфа", 10, False)


def test_among_very_many_orders_their_numbers_are_kept_for_a_minute(
    client, administrator, monkeypatch
):
    monkeypatch.setattr("dealers.selectors.LARGE", -2)
    order = OrderFactory(status="accepted", dealer=DealerFactory(name="Альфа"))
    DealerFactory(name="Бета")
    client.force_login(administrator)

    def numbers():
        page = client.get(reverse("dealer_list"), {"sort": "-orders"}).context["page"]
        return [(row.name, row.orders_count) for row in page]

    assert numbers() == [("Альфа", 1), ("Бета", 0)]
    OrderFactory(status="accepted", dealer=order.dealer)
    assert numbers() == [("Альфа", 1), ("Бета", 0)]
    cache.delete("dealers.orders_count")
    assert numbers() == [("Альфа", 2), ("Бета", 0)]
