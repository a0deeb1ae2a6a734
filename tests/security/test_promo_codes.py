"""Promo codes: nobody guesses them, nobody locks others out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.limits import PROMO_BY_SESSION
from orders.models import PromoCode
from orders.promo_code_forms import PromoCodeForm
from orders.services.promo_code_editing import create_code
from tests.factories import (
    AdministratorFactory,
    CartFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(dealer=DealerFactory(main_region=CityFactory().parent))


def made(code="VESNA"):
    day = timezone.localdate() - timedelta(days=1)
    terms = {"code": code, "percent": 10, "amount": None, "min_sum": None, "note": ""}
    terms |= {"starts_on": day, "ends_on": None, "max_uses": None, "regions": []}
    return create_code(values=terms, by=AdministratorFactory(), now=timezone.now())


@pytest.fixture
def code():
    return made()


def test_an_order_that_is_only_offered_tells_nothing_of_codes(client, user, code):
    order = OrderFactory()
    OfferFactory(order=order, dealer=user.dealer)
    client.force_login(user)
    address = reverse("order_promo", args=[order.pk])
    for typed in (code.code, "NICHEGO"):
        assert client.post(address, {"code": typed}).status_code == 404
    assert PromoCode.objects.get().uses == 0


def test_a_visitor_does_not_use_up_the_tries_of_a_dealer(client, user):
    cart = CartFactory(token=f"user {user.pk}")
    CartLineFactory(cart=cart)
    client.cookies["cart"] = cart.token
    for number in range(12):
        client.post(
            reverse("checkout_price"), {"promo_action": "apply", "promo": f"NICHEGO{number}"}
        )
    assert PROMO_BY_SESSION.hit(f"user {user.pk}", now=timezone.now())


def test_of_two_people_who_make_the_same_code_at_once_the_second_is_told(client, code, monkeypatch):
    client.force_login(AdministratorFactory())
    form = {"code": "VESNA", "kind": "percent", "percent": "5", "starts_on": "2026-06-01"}
    # Both forms were checked before either was saved.
    monkeypatch.setattr(PromoCodeForm, "clean_code", lambda form: form.cleaned_data["code"])
    answer = client.post(reverse("promo_code_add"), form)
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors
    other = made("LETO")
    changed = form | {"seen": other.version}
    answer = client.post(reverse("promo_code_edit", args=[other.pk]), changed)
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors
