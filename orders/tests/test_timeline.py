"""The time line: pages, kinds, what the customer is shown."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.links import customer_link
from orders.models import HistoryEntry, HistoryKind, Order
from orders.services.accepting import accept_offer
from orders.services.comments import add_comment, show_comment
from orders.services.errors import OrderNotFound
from orders.timeline_pages import PAGE_SIZE
from tests.factories import (
    NOW,
    DealerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)


@pytest.fixture
def order(city, dealer, dealer_manager):
    made = OrderFactory(place=city, created_at=timezone.now())
    OfferFactory(order=made, dealer=dealer)
    return accept_offer(order_id=made.pk, by=dealer_manager, now=timezone.now())


def write(order, by, text="Слово", **fields):
    return add_comment(
        order_id=order.pk, by=by, text=text, is_visible=False, now=timezone.now(), **fields
    )


def card(client, order, query=""):
    return client.get(reverse("order_card", args=[order.pk]) + query)


def shown(answer):
    return answer.context["card"].timeline


class TestPages:
    @pytest.fixture
    def long(self, order, manager):
        HistoryEntry.objects.bulk_create(
            HistoryEntry(
                order=order,
                kind=HistoryKind.COMMENT,
                text=f"Слово {number}",
                actor=manager,
                created_at=timezone.now(),
            )
            for number in range(200)
        )
        return order

    def test_the_last_fifty_and_the_way_to_the_rest(self, client, long, manager):
        client.force_login(manager)
        answer = card(client, long)
        timeline = shown(answer)
        assert len(timeline.events) == PAGE_SIZE
        assert timeline.events[0].text == "Слово 199"
        assert "Показать раньше" in answer.content.decode()

    def test_every_entry_is_met_once_to_the_end(self, client, long, manager):
        client.force_login(manager)
        seen, before = [], ""
        while before is not None:
            answer = client.get(
                reverse("order_history", args=[long.pk]), {"before": before} if before else {}
            )
            timeline = answer.context["timeline"]
            seen += [event.pk for event in timeline.events]
            before = timeline.before
        assert seen == list(long.history.order_by("-pk").values_list("pk", flat=True))

    def test_without_scripts_the_card_shows_the_page(self, client, long, manager):
        client.force_login(manager)
        before = shown(card(client, long)).before
        earlier = shown(card(client, long, f"?before={before}"))
        assert earlier.events[0].text == "Слово 149"

    @pytest.mark.parametrize("query", ["?before=x", "?before=-1", f"?before={10**40}", "?show=y"])
    def test_nonsense_is_the_first_page(self, client, long, manager, query):
        client.force_login(manager)
        assert shown(card(client, long, query)).events[0].text == "Слово 199"


class TestKinds:
    @pytest.mark.parametrize(
        ("show", "kinds"),
        [
            ("all", {"comment", "accepted", "status"}),
            ("talk", {"comment"}),
            ("changes", {"status"}),
            ("distribution", {"accepted"}),
        ],
    )
    def test_each_shows_its_own(self, client, order, manager, show, kinds):
        write(order, manager)
        order.history.create(
            kind=HistoryKind.STATUS, data={"from": "new", "to": "accepted"}, created_at=NOW
        )
        client.force_login(manager)
        events = shown(card(client, order, f"?show={show}")).events
        assert {event.kind for event in events} == kinds

    def test_a_dealer_meets_nothing_of_others_in_any(self, client, order, dealer_manager, manager):
        other = DealerFactory()
        order.history.create(
            kind=HistoryKind.DECLINED,
            dealer=other,
            data={"dealer": "Чужой", "reason": "x"},
            created_at=NOW,
        )
        order.history.create(kind=HistoryKind.DISTRIBUTED, data={"dealers": 3}, created_at=NOW)
        order.history.create(kind=HistoryKind.PHONE_SHOWN, actor=manager, created_at=NOW)
        client.force_login(dealer_manager)
        for show in ("all", "talk", "changes", "distribution"):
            answer = client.get(reverse("order_history", args=[order.pk]), {"show": show})
            kinds = {event.kind for event in answer.context["timeline"].events}
            assert not kinds & {"declined", "distributed", "phone_shown"}

    def test_the_history_is_another_s_404(self, client, order, other_manager):
        client.force_login(other_manager)
        assert client.get(reverse("order_history", args=[order.pk])).status_code == 404


class TestVisibility:
    def switch(self, client, order, entry, visible, **kwargs):
        url = reverse("order_comment_show", args=[order.pk, entry.pk])
        return client.post(url, {"visible": visible}, **kwargs)

    def test_the_author_shows_it_and_hides_it_again(self, client, order, dealer_manager):
        entry = write(order, dealer_manager, "Привезём завтра")
        client.force_login(dealer_manager)
        self.switch(client, order, entry, "1")
        assert "Привезём завтра" in client.get(customer_link(order)).content.decode()
        self.switch(client, order, entry, "0")
        assert "Привезём завтра" not in client.get(customer_link(order)).content.decode()
        changes = order.history.filter(kind=HistoryKind.VISIBILITY)
        assert [one.data["shown"] for one in changes] == [True, False]
        assert {one.actor for one in changes} == {dealer_manager}

    def test_the_trace_is_not_the_customer_s(self, client, order, dealer_manager):
        entry = write(order, dealer_manager)
        client.force_login(dealer_manager)
        self.switch(client, order, entry, "1")
        Order.objects.get(pk=order.pk).history.update(is_visible=True)
        assert "виден покупателю" not in Client().get(customer_link(order)).content.decode()

    def test_in_place_it_answers_with_the_line(self, client, order, manager):
        entry = write(order, manager)
        client.force_login(manager)
        answer = self.switch(client, order, entry, "1", headers={"hx-request": "true"})
        text = answer.content.decode()
        assert "<html" not in text
        assert "видит покупатель" in text
        assert "Скрыть от покупателя" in text

    def test_twice_is_once(self, order, manager):
        entry = write(order, manager)
        for _ in range(2):
            show_comment(order_id=order.pk, entry_id=entry.pk, is_visible=True, by=manager, now=NOW)
        assert order.history.filter(kind=HistoryKind.VISIBILITY).count() == 1

    def test_the_manufacturer_decides_for_everybody_a_colleague_does_not(
        self, order, dealer, dealer_manager, manager
    ):
        entry = write(order, dealer_manager)
        colleague = UserFactory(dealer=dealer)
        arguments = {"order_id": order.pk, "entry_id": entry.pk, "is_visible": True, "now": NOW}
        with pytest.raises(OrderNotFound):
            show_comment(**arguments, by=colleague)
        assert show_comment(**arguments, by=manager).is_visible

    def test_what_the_customer_wrote_is_not_switched(self, order, manager):
        entry = order.history.create(
            kind=HistoryKind.COMMENT, text="x", by_customer=True, is_visible=True, created_at=NOW
        )
        with pytest.raises(OrderNotFound):
            show_comment(
                order_id=order.pk, entry_id=entry.pk, is_visible=False, by=manager, now=NOW
            )

    def test_other_entries_and_other_orders_are_404(self, client, city, order, manager):
        accepted = order.history.get(kind=HistoryKind.ACCEPTED)
        entry = write(OrderFactory(place=city), manager)
        client.force_login(manager)
        for one in (accepted, entry):
            assert self.switch(client, order, one, "1").status_code == 404
        url = reverse("order_comment_show", args=[order.pk, 2**63])
        assert client.post(url, {"visible": "1"}).status_code == 404

    def test_a_rival_switches_nothing(self, client, order, dealer_manager, other_manager):
        entry = write(order, dealer_manager)
        client.force_login(other_manager)
        assert self.switch(client, order, entry, "1").status_code == 404
