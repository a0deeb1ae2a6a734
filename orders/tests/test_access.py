"""Who may act on an order in which state of theirs with it: another's answers as a missing one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import HistoryEntry, Order, ReasonKind
from orders.services.accepting import accept_offer, decline_offer
from tests.factories import DealerFactory, OfferFactory, OrderFactory, UserFactory, reason

PAGES = ("order_card", "order_print")
ACTIONS = {
    "order_accept": {},
    "order_decline": {"reason": ReasonKind.DECLINE},
    "order_give_up": {"reason": ReasonKind.GIVE_UP},
    "order_contacted": {},
    "order_move": {"target": "processed"},
    "order_complete": {"earned": "1"},
    "order_cancel": {"reason": ReasonKind.CANCEL},
    "order_assign": {"dealer": "1"},
    "order_reopen": {"reason": "Так надо"},
    "order_comment": {"text": "Слово"},
    "order_delete": {},
    "order_phone": {},
}
# What a dealer with an open offer may do besides reading.
WITH_AN_OFFER = {"order_accept", "order_decline"}
MANUFACTURER_ONLY = {"order_assign", "order_phone"}
ADMINISTRATOR_ONLY = {"order_reopen", "order_delete"}


@pytest.fixture
def order(city, dealer):
    made = OrderFactory(place=city, created_at=timezone.now())
    OfferFactory(order=made, dealer=dealer)
    return made


def send(client, name, order):
    data = {
        key: reason(value).pk if isinstance(value, ReasonKind) else value
        for key, value in ACTIONS[name].items()
    }
    return client.post(reverse(name, args=[order.pk]), data)


def state(order):
    return (
        Order.objects.values().get(pk=order.pk),
        list(order.offers.order_by("pk").values_list("dealer_id", "state")),
        HistoryEntry.objects.filter(order=order).exclude(kind="distributed").count(),
    )


@pytest.fixture
def stranger(db):
    """A manager of a dealer elsewhere, who was never offered the order."""
    return UserFactory(dealer=DealerFactory())


@pytest.fixture
def refuser(order, other_manager):
    """A manager of a dealer that has declined the order."""
    OfferFactory(order=order, dealer=other_manager.dealer)
    decline_offer(order_id=order.pk, by=other_manager, reason_id=reason().pk, now=timezone.now())
    return other_manager


@pytest.mark.parametrize("name", [*PAGES, *ACTIONS])
def test_a_stranger_finds_nothing_and_changes_nothing(client, order, stranger, name):
    client.force_login(stranger)
    before = state(order)
    answer = (
        send(client, name, order) if name in ACTIONS else client.get(reverse(name, args=[order.pk]))
    )
    missing = client.get(reverse("order_card", args=[order.pk + 1000]))
    assert answer.status_code == missing.status_code == 404
    assert state(order) == before


@pytest.mark.parametrize("name", ACTIONS)
def test_after_declining_nothing_can_be_done(client, order, refuser, name):
    client.force_login(refuser)
    before = state(order)
    assert send(client, name, order).status_code in (302, 404, 409)
    assert state(order) == before


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - WITH_AN_OFFER))
def test_an_offer_allows_only_to_accept_or_decline(client, order, dealer_manager, name):
    client.force_login(dealer_manager)
    before = state(order)
    assert send(client, name, order).status_code == 404
    assert state(order) == before


@pytest.mark.parametrize("name", sorted(MANUFACTURER_ONLY | ADMINISTRATOR_ONLY))
def test_the_own_dealer_has_no_rights_of_the_manufacturer(client, order, dealer_manager, name):
    accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())
    client.force_login(dealer_manager)
    before = state(order)
    assert send(client, name, order).status_code == 404
    assert state(order) == before


@pytest.mark.parametrize("name", sorted(ADMINISTRATOR_ONLY | {"order_accept", "order_give_up"}))
def test_a_manufacturer_s_manager_neither_reopens_nor_deletes_nor_accepts(
    client, order, manager, name
):
    client.force_login(manager)
    before = state(order)
    assert send(client, name, order).status_code == 404
    assert state(order) == before


@pytest.mark.parametrize("name", [*PAGES, *ACTIONS, "order_list", "order_available"])
def test_a_visitor_is_sent_to_the_login(client, order, name):
    arguments = [order.pk] if name in (*PAGES, *ACTIONS) else []
    url = reverse(name, args=arguments)
    answer = client.post(url) if name in ACTIONS else client.get(url)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ACTIONS)
def test_reading_never_acts(client, order, administrator, dealer_manager, name):
    before = state(order)
    for user in (administrator, dealer_manager):
        client.force_login(user)
        assert client.get(reverse(name, args=[order.pk])).status_code in (404, 405)
        client.logout()
    assert state(order) == before


def test_a_deactivated_dealer_is_out_at_the_next_request(client, order, dealer, dealer_manager):
    client.force_login(dealer_manager)
    assert client.get(reverse("order_card", args=[order.pk])).status_code == 200
    dealer.is_active = False
    dealer.save(update_fields=["is_active"])
    assert client.get(reverse("order_card", args=[order.pk])).status_code == 302
