"""The interface as others meet it: a program over HTTP, two at once, and whatever may be sent."""

import json
from threading import Barrier

import pytest
import schemathesis
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import HealthCheck, settings
from requests import Request

from analytics.api.tokens import create_token
from analytics.api.v1 import api
from analytics.models.tokens import Scope
from dealers.models import User
from orders.models import Assignment, OfferState, Order
from orders.statuses import Status
from tests.factories import (
    DealerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    UserFactory,
    reason,
)
from tests.onec_client import Client, Refused
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TRIES = 10


def head_of(dealer):
    user = UserFactory(dealer=dealer, is_head=True)
    _token, secret = create_token(name="1С", scopes=list(Scope), by=user, now=timezone.now())
    return secret


def offered_to(*dealers):
    order = OrderFactory(created_at=timezone.now())
    OrderLineFactory(order=order)
    for dealer in dealers:
        OfferFactory(
            order=order, dealer=dealer, state=OfferState.OPEN, closed_at=None,
            opened_at=timezone.now(),
        )  # fmt: skip
    return order


def test_an_accounting_program_works_a_day(live_server):
    dealer = DealerFactory(own_prices=True)
    first, second = offered_to(dealer), offered_to(dealer)
    product = ProductFactory()
    program = Client(f"{live_server.url}/api/v1/", head_of(dealer))

    assert {one["number"] for one in program.all("offers", limit=1)} == {first.pk, second.pk}
    assert program.get(f"orders/{first.pk}")["customer"] is None
    taken = program.post(f"orders/{first.pk}/accept")
    assert taken["customer"]["name"] == first.customer_name
    reasons = {one["kind"]: one["id"] for one in program.get("reasons")}
    program.post(f"orders/{second.pk}/decline", reason_id=reasons["decline"])
    program.post(f"orders/{first.pk}/comments", text="Собираем", is_visible=False)
    for status in ("processed", "clarification", "payment", "delivery"):
        assert program.post(f"orders/{first.pk}/status", status=status)["status"] == status
    done = program.post(f"orders/{first.pk}/status", status="completed", earned=taken["total"])
    assert done["status"] == "completed"
    rows = [{"product_id": product.pk, "price": "345.60", "in_stock": True}]
    assert program.put("prices", items=rows)["changed"] == [product.pk]
    listed = {one["id"]: one for one in program.all("products")}
    assert listed[product.pk]["price"] == "345.60"
    with pytest.raises(Refused) as refusal:
        program.post(f"orders/{first.pk}/give-up", reason_id=reasons["give_up"])
    assert refusal.value.status == 409
    assert Order.objects.get(pk=first.pk).status == Status.COMPLETED
    assert program.all("offers") == []


def accepting(secrets, order):
    def call(secret):
        return lambda: (
            Browser()
            .post(
                f"/api/v1/orders/{order.pk}/accept",
                data="{}",
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            .status_code
        )

    return at_once([call(secret) for secret in secrets])


def test_two_programs_at_once_and_one_has_the_order():
    dealers = DealerFactory.create_batch(6)
    order = offered_to(*dealers)
    codes = accepting([head_of(dealer) for dealer in dealers], order)
    assert sorted(codes) == [200, *[409] * 5]
    assert Assignment.objects.filter(order=order).count() == 1


def test_looking_first_and_taking_afterwards_gives_it_to_many(monkeypatch):
    """The control: without the conditional update more than one believes to have it."""
    dealers = DealerFactory.create_batch(3)
    order = offered_to(*dealers)
    looked = Barrier(3)

    def careless(*, order_id, by, now, cycle=None):
        is_free = Order.objects.get(pk=order_id).status == Status.NEW
        looked.wait()
        if is_free:
            Order.objects.filter(pk=order_id).update(
                status=Status.ACCEPTED, dealer=by.dealer, manager=by, accepted_at=now
            )

    monkeypatch.setattr("analytics.api.v1.accepting.accept_offer", careless)
    secrets = [head_of(dealer) for dealer in dealers]
    answered = at_once(
        [
            lambda secret=secret: Browser().post(
                f"/api/v1/orders/{order.pk}/accept",
                data="{}",
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            for secret in secrets
        ]
    )
    # Whoever is answered 404 had written the row as well, and was overwritten by a later one.
    assert not any(isinstance(one, Exception) for one in answered)
    assert all(one.status_code in (200, 404) for one in answered)
    assert Assignment.objects.count() == 0


schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))


@schema.parametrize()
@settings(
    max_examples=TRIES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_nothing_that_may_be_sent_breaks_it(case):
    secret = _SECRETS.get("secret") or _SECRETS.setdefault("secret", _world())
    sent = case.as_transport_kwargs(base_url="http://localhost")
    prepared = Request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        json=sent.get("json"),
        data=sent.get("data"),
    ).prepare()
    browser = Browser(raise_request_exception=False)
    response = browser.generic(
        prepared.method,
        prepared.path_url,
        prepared.body or b"",
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert response.status_code < 500, (prepared.method, prepared.path_url, prepared.body)
    # An address that no pattern fits is answered by the site's own page.
    if "json" in response.get("Content-Type", ""):
        json.loads(response.content)


_SECRETS: dict[str, str] = {}


@pytest.fixture(autouse=True)
def forget_secret():
    _SECRETS.clear()


def _world():
    """Something for the calls to meet: an offer, an own order, products, reasons."""
    dealer = DealerFactory(own_prices=True)
    secret = head_of(dealer)
    offered_to(dealer)
    OrderFactory(
        dealer=dealer,
        manager=User.objects.get(dealer=dealer),
        status=Status.ACCEPTED,
        accepted_at=timezone.now(),
    )
    ProductFactory()
    for kind in ("decline", "give_up", "cancel"):
        reason(kind, "dealer")
    return secret
