"""What a dealer may do with an order after an offer or a refusal, beyond the matrix of roles."""

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import HistoryEntry, Order, ReasonKind
from orders.services.accepting import decline_offer
from tests.factories import OfferFactory, OrderFactory, PromoCodeFactory, reason

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
    "order_promo": {"code": "ОСЕНЬ"},
    "order_promo_remove": {},
    "order_delete": {},
    "order_phone": {},
}
# What a dealer with an open offer may do besides reading.
WITH_AN_OFFER = {"order_accept", "order_decline"}


@pytest.fixture
def order(city, dealer):
    PromoCodeFactory(code="ОСЕНЬ")
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
def refuser(order, other_manager):
    """A manager of a dealer that has declined the order."""
    OfferFactory(order=order, dealer=other_manager.dealer)
    decline_offer(order_id=order.pk, by=other_manager, reason_id=reason().pk, now=timezone.now())
    return other_manager


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


@pytest.mark.parametrize("name", ACTIONS)
def test_reading_never_acts(client, order, administrator, dealer_manager, name):
    before = state(order)
    for user in (administrator, dealer_manager):
        client.force_login(user)
        assert client.get(reverse(name, args=[order.pk])).status_code in (404, 405)
        client.logout()
    assert state(order) == before
