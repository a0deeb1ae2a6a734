"""Orders: nothing unseen can be taken, personal links stay where they are."""

import pytest
from django.test import Client
from django.urls import reverse

from dealers.models import SystemSettings
from orders.links import customer_link
from orders.models import Order
from orders.services.accepting import accept_offer
from tests.factories import (
    NOW,
    CartLineFactory,
    CityFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    return OfferFactory(order=OrderFactory())


@pytest.fixture
def user(offer):
    return UserFactory(dealer=offer.dealer)


@pytest.fixture
def only_own():
    SystemSettings.objects.update_or_create(pk=1, defaults={"dealers_see_only_own": True})


def test_what_a_dealer_does_not_see_it_cannot_take(client, offer, user, only_own):
    client.force_login(user)
    assert client.get(reverse("order_card", args=[offer.order_id])).status_code == 404
    assert client.post(reverse("order_accept", args=[offer.order_id])).status_code == 404
    assert Order.objects.get(pk=offer.order_id).status == "new"


def test_taking_the_own_order_again_is_a_success_all_the_same(client, offer, user, only_own):
    accept_offer(order_id=offer.order_id, by=user, now=NOW)
    client.force_login(user)
    answer = client.post(reverse("order_accept", args=[offer.order_id]))
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "verb", ["accept", "decline", "give-up", "move", "complete", "cancel", "comment", "contacted"]
)
def test_anothers_order_answers_as_a_missing_one(client, offer, verb):
    client.force_login(UserFactory())
    fields = {"target": "cancelled", "text": "x", "earned": "1", "reason": "1"}
    anothers = client.post(f"/workspace/orders/{offer.order_id}/{verb}/", fields)
    missing = client.post(f"/workspace/orders/{10**12}/{verb}/", fields)
    assert (anothers.status_code, missing.status_code) == (404, 404)
    assert anothers.content == missing.content


@pytest.mark.parametrize("verb", ["move", "complete", "cancel", "comment", "contacted"])
def test_an_offer_gives_no_right_to_work_on_the_order(client, offer, user, verb):
    client.force_login(user)
    client.post(
        f"/workspace/orders/{offer.order_id}/{verb}/",
        {"target": "processed", "text": "x", "earned": "1", "reason": "1"},
    )
    order = Order.objects.get(pk=offer.order_id)
    assert (order.status, order.dealer_id, order.history.count()) == ("new", None, 0)


def test_fields_of_nobody_are_ignored(client, offer, user):
    accept_offer(order_id=offer.order_id, by=user, now=NOW)
    client.force_login(user)
    client.post(
        reverse("order_comment", args=[offer.order_id]),
        {"text": "Слово", "dealer": "1", "status": "completed", "total": "1", "by": "1"},
    )
    order = Order.objects.get(pk=offer.order_id)
    assert (order.status, order.dealer_id, order.total) == ("accepted", user.dealer_id, 400)
    entry = order.history.get(kind="comment")
    assert (entry.actor_id, entry.dealer_id) == (user.pk, user.dealer_id)


def test_the_personal_link_stands_in_no_other_address(client, offer):
    """A visitor whose place is guessed: the page offers it nowhere."""
    link = customer_link(offer.order)
    answer = client.get(link)
    assert answer.status_code == 200
    assert link.strip("/").split("/")[-1] not in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_personal_page_has_no_form_that_could_not_be_sent(offer):
    """Without a referrer browsers send "Origin: null", which the check of forms refuses."""
    client = Client(enforce_csrf_checks=True)
    page = client.get(customer_link(offer.order)).content.decode()
    assert 'method="post"' not in page
    client.get(reverse("home"))
    answer = client.post(
        reverse("place_choose"),
        {"place": CityFactory().pk, "csrfmiddlewaretoken": client.cookies["csrftoken"].value},
        headers={"origin": "null"},
    )
    assert answer.status_code == 403


def test_anothers_cart_is_not_changed_by_product(client):
    theirs = CartLineFactory(quantity=2)
    mine = CartLineFactory(product=theirs.product, quantity=3)
    client.cookies["cart"] = mine.cart.token
    client.post(
        reverse("cart_update"),
        {
            f"quantity_{theirs.product_id}": "7",
            "cart": theirs.cart_id,
            "token": theirs.cart.token,
        },
    )
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.quantity, mine.quantity) == (2, 7)
