"""Orders: nothing unseen can be taken, personal links stay where they are."""

import re

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
    """A visitor whose place is guessed: the page offers it nowhere but in its own addresses."""
    link = customer_link(offer.order)
    answer = client.get(link)
    assert answer.status_code == 200
    body = answer.content.decode()
    own = re.findall(rf'(?:href|action|hx-post|hx-get)="{link}[a-z]+/', body)
    assert body.count(link.strip("/").split("/")[-1]) == len(own)
    # No other site is told of it.
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_page_behind_a_link_can_send_its_forms(offer):
    """Without a referrer browsers send "Origin: null", which the check of forms refuses."""
    client = Client(enforce_csrf_checks=True)
    link, with_forms = customer_link(offer.order), 0
    for address in (link, f"{link}print/", f"{link}messages/", f"{link}change/", f"{link}cancel/"):
        page = client.get(address)
        has_form = 'method="post"' in page.content.decode()
        with_forms += has_form
        assert page.headers["Referrer-Policy"] == ("same-origin" if has_form else "no-referrer")
    assert with_forms == 3
    for origin, status in (
        ("null", 403),
        ("https://other.example", 403),
        ("http://testserver", 204),
    ):
        answer = client.post(
            f"{link}seen/",
            {"upto": "1", "csrfmiddlewaretoken": client.cookies["csrftoken"].value},
            headers={"origin": origin},
        )
        assert answer.status_code == status


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
