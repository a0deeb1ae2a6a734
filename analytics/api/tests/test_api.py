"""What a dealer's program may do and read, and what it may not."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from analytics.api.tokens import (
    MOST,
    TokenRefused,
    authenticate,
    create_token,
    revoke_token,
)
from analytics.api.v1 import api as v1
from analytics.models import ApiToken
from analytics.models.tokens import Scope
from catalog.models import DealerProduct
from dealers.models import AuditKind, AuditRecord, Dealer
from orders.models import HistoryEntry, OfferState, Order
from orders.statuses import Status
from tests.factories import (
    NOW,
    AdministratorFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db
DIGITS = re.compile(r"\D")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def head():
    return UserFactory(dealer=DealerFactory(own_prices=True), is_head=True)


@pytest.fixture
def secret(head):
    return create_token(name="1С", scopes=list(Scope), by=head, now=NOW)[1]


@pytest.fixture
def api(client, secret):
    """Calls an address with the token; returns (status, content)."""

    def call(method, path, content=None, token=secret):
        answer = getattr(client, method)(
            f"/api/v1/{path}",
            data=None if content is None else json.dumps(content),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code, json.loads(answer.content or b"null")

    return call


def offered(dealer, **fields):
    order = OrderFactory(**fields)
    OrderLineFactory(order=order)
    OfferFactory(order=order, dealer=dealer, state=OfferState.OPEN, closed_at=None)
    return order


def own(user, status=Status.ACCEPTED, **fields):
    order = OrderFactory(dealer=user.dealer, manager=user, status=status, accepted_at=NOW, **fields)
    OrderLineFactory(order=order)
    OfferFactory(order=order, dealer=user.dealer, state=OfferState.ACCEPTED, closed_at=NOW)
    return order


def test_a_token_is_kept_as_a_digest_only(head, secret):
    token = ApiToken.objects.get()
    assert secret not in str(vars(token))
    assert secret.startswith(token.prefix)
    assert authenticate(secret, now=NOW) == token
    assert ApiToken.objects.get().used_at == NOW
    assert AuditRecord.objects.get(kind=AuditKind.TOKEN_ADDED).data["name"] == "1С"


@pytest.mark.parametrize("wrong", ["", "suz_", "suz_" + "a" * 43, "a" * 500, "\x00", "é", "\ud800"])
def test_a_wrong_token_opens_nothing(secret, wrong):
    assert authenticate(wrong, now=NOW) is None


def test_a_token_ends_with_its_person_its_dealer_and_when_revoked(head, secret):
    token = ApiToken.objects.get()
    head.is_active = False
    head.save()
    assert authenticate(secret, now=NOW) is None
    head.is_active = True
    head.save()
    Dealer.objects.filter(pk=head.dealer_id).update(is_active=False)
    assert authenticate(secret, now=NOW) is None
    Dealer.objects.filter(pk=head.dealer_id).update(is_active=True)
    assert authenticate(secret, now=NOW) == token
    with pytest.raises(ApiToken.DoesNotExist):
        revoke_token(token_id=token.pk, dealer_id=DealerFactory().pk, by=head, now=NOW)
    revoke_token(token_id=token.pk, dealer_id=head.dealer_id, by=head, now=NOW)
    assert authenticate(secret, now=NOW) is None


def test_only_heads_make_tokens_and_not_without_end(head):
    for by in (UserFactory(dealer=head.dealer), ManagerFactory(), AdministratorFactory()):
        with pytest.raises(TokenRefused):
            create_token(name="x", scopes=[Scope.READ], by=by, now=NOW)
    for _ in range(MOST):
        create_token(name="x", scopes=[Scope.READ], by=head, now=NOW)
    with pytest.raises(TokenRefused):
        create_token(name="x", scopes=[Scope.READ], by=head, now=NOW)


def test_the_secret_is_shown_once(client, head):
    client.force_login(head, backend="dealers.auth.WorkspaceBackend")
    address = reverse("api_tokens", args=[head.dealer_id])
    page = client.post(address, {"name": "Склад", "scopes": ["read", "prices"]})
    shown = re.search(r"suz_[\w-]{43}", page.content.decode())[0]
    assert page["Cache-Control"] == "no-store"
    assert authenticate(shown, now=NOW).scopes == ["prices", "read"]
    assert shown not in client.get(address).content.decode()
    assert client.post(address, {"name": "", "scopes": []}).status_code == 422


@pytest.mark.parametrize(
    ("scope", "method", "path", "content"),
    [
        (Scope.READ, "post", "orders/1/accept", {}),
        (Scope.READ, "put", "prices", {"items": [{"product_id": 1}]}),
        (Scope.ORDERS, "get", "offers", None),
        (Scope.PRICES, "get", "orders", None),
        (Scope.PRICES, "post", "orders/1/comments", {"text": "x"}),
    ],
)
def test_a_scope_does_what_it_says_and_no_more(api, head, scope, method, path, content):
    _token, narrow = create_token(name="x", scopes=[scope], by=head, now=NOW)
    status, answer = api(method, path, content, token=narrow)
    assert (status, answer["code"]) == (403, "forbidden")
    assert api(method, path, content, token="suz_wrong")[0] == 401


def test_every_address_wants_a_token(client):
    tried = 0
    for path, methods in v1.get_openapi_schema()["paths"].items():
        for method in methods:
            address = path.replace("{number}", "1")
            answer = client.generic(method.upper(), address, "{}", "application/json")
            assert answer.status_code == 401, address
            tried += 1
    assert tried == len(v1.get_openapi_schema()["paths"]) >= 11


def test_a_session_opens_nothing(client, head):
    client.force_login(head, backend="dealers.auth.WorkspaceBackend")
    assert client.get("/api/v1/offers").status_code == 401


def test_guessing_tokens_ends_soon(api):
    for _ in range(60):
        assert api("get", "offers", token="suz_guess")[0] == 401
    assert api("get", "offers", token="suz_guess")[0] == 429


def test_offers_are_those_of_the_dealer_and_without_the_customer(api, head):
    order = offered(
        head.dealer, customer_name="Зинаида Гиппиус", phone="+79217654321", email="zina@example.com"
    )
    offered(DealerFactory())
    status, page = api("get", "offers")
    assert [one["number"] for one in page["items"]] == [order.pk]
    status, shown = api("get", f"orders/{order.pk}")
    assert status == 200
    assert shown["is_offered"]
    assert shown["customer"] is None
    text = json.dumps(shown, ensure_ascii=False)
    assert "Зинаида" not in text
    assert "zina@" not in text
    assert "9217654321" not in DIGITS.sub("", text)


def test_a_phone_is_hidden_until_a_call_where_calls_are_made_from_the_site(api, head):
    from dealers.models import SystemSettings

    settings = SystemSettings.load()
    settings.calls_enabled = True
    settings.save()
    Dealer.objects.filter(pk=head.dealer_id).update(site_calls=True)
    order = own(head, phone="+79217654321", comment="Звоните +7 916 555-44-33")
    _status, shown = api("get", f"orders/{order.pk}")
    assert shown["customer"]["phone"] is None or "•" in shown["customer"]["phone"]
    digits = DIGITS.sub("", json.dumps(shown))
    assert "9217654321" not in digits
    assert "9165554433" not in digits


def test_anothers_order_is_as_one_that_is_not_there(api, head):
    theirs = own(UserFactory())
    missing = {"code": "missing", "message": "Такого заказа нет.", "rows": []}
    because = {"reason_id": reason("cancel", "dealer").pk}
    for number in (theirs.pk, theirs.pk + 1_000, 2**63 - 1):
        for method, path, content in (
            ("get", "", None),
            ("post", "/accept", {}),
            ("post", "/decline", because),
            ("post", "/give-up", because),
            ("post", "/status", {"status": "delivery"}),
            ("post", "/comments", {"text": "x"}),
        ):
            assert api(method, f"orders/{number}{path}", content) == (404, missing), path
    assert Order.objects.get(pk=theirs.pk).status == Status.ACCEPTED


def test_accepting_twice_is_accepting_once(api, head):
    order = offered(head.dealer)
    for _ in range(2):
        status, shown = api("post", f"orders/{order.pk}/accept", {})
        assert (status, shown["status"], shown["is_offered"]) == (200, "accepted", False)
    assert Order.objects.get().manager == head
    assert HistoryEntry.objects.filter(kind="accepted").count() == 1


def test_who_comes_too_late_is_told_so(api, head):
    order = offered(head.dealer)
    OfferFactory(order=order, dealer=DealerFactory(), state=OfferState.OPEN, closed_at=None)
    Order.objects.filter(pk=order.pk).update(
        status=Status.ACCEPTED, dealer=DealerFactory(), accepted_at=NOW
    )
    status, answer = api("post", f"orders/{order.pk}/accept", {})
    assert (status, answer["code"]) == (409, "gone")


def test_declining_and_giving_up(api, head):
    first, second = offered(head.dealer), own(head)
    status, _ = api(
        "post", f"orders/{first.pk}/decline", {"reason_id": reason("decline", "dealer").pk}
    )
    assert status == 204
    assert first.offers.get().state == OfferState.DECLINED
    status, _ = api(
        "post", f"orders/{second.pk}/give-up", {"reason_id": reason("give_up", "dealer").pk}
    )
    assert status == 204
    second.refresh_from_db()
    assert (second.status, second.dealer) == (Status.NEW, None)


def test_statuses_follow_the_table(api, head):
    order = own(head)
    assert api("post", f"orders/{order.pk}/status", {"status": "delivery"})[0] == 409
    for status in ("processed", "clarification", "payment", "delivery", "delivery"):
        code, shown = api("post", f"orders/{order.pk}/status", {"status": status})
        assert (code, shown["status"]) == (200, status)
    code, shown = api(
        "post", f"orders/{order.pk}/status", {"status": "completed", "earned": "1234.50"}
    )
    assert (code, shown["status"]) == (200, "completed")
    order.refresh_from_db()
    assert str(order.earned) == "1234.50"


def test_fields_that_a_dealer_may_not_set_are_ignored(api, head):
    order = own(head)
    wanted = {"status": "processed", "dealer": 1, "total": "1", "points": 100, "manager": 5}
    api("post", f"orders/{order.pk}/status", wanted)
    again = Order.objects.get(pk=order.pk)
    assert (again.dealer_id, again.total, again.manager_id) == (
        head.dealer_id,
        order.total,
        head.pk,
    )


def test_a_comment(api, head):
    order = own(head)
    assert api("post", f"orders/{order.pk}/comments", {"text": "Отгрузим в среду"})[0] == 204
    entry = HistoryEntry.objects.get(kind="comment")
    assert (entry.text, entry.actor, entry.is_visible) == ("Отгрузим в среду", head, False)
    for text in ("", "\x00", "а" * 4_001):
        assert api("post", f"orders/{order.pk}/comments", {"text": text})[0] == 422


def test_orders_by_status_and_by_news(api, head):
    old, new = own(head), own(head, Status.DELIVERY)
    HistoryEntry.objects.create(order=old, kind="comment", created_at=NOW - timedelta(days=3))
    HistoryEntry.objects.create(order=new, kind="comment", created_at=NOW)
    assert [one["number"] for one in api("get", "orders")[1]["items"]] == [new.pk, old.pk]
    page = api("get", "orders?status=delivery")[1]
    assert [one["number"] for one in page["items"]] == [new.pk]
    since = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    page = api("get", f"orders?changed_since={since}")[1]
    assert [one["number"] for one in page["items"]] == [new.pk]
    assert api("get", "orders?status=nonsense")[0] == 422


def test_pages_follow_one_another(api, head):
    numbers = [own(head).pk for _ in range(5)]
    first = api("get", "orders?limit=3")[1]
    second = api("get", f"orders?limit=3&after={first['next']}")[1]
    found = [one["number"] for one in first["items"] + second["items"]]
    assert found == numbers[::-1]
    assert second["next"] is None


@pytest.mark.parametrize("count", [1, 30])
def test_lists_take_as_many_queries_for_thirty(api, head, count, django_assert_max_num_queries):
    for _ in range(count):
        offered(head.dealer)
        own(head)
        ProductFactory()
    for path, most in (("offers", 9), ("orders", 6), ("products", 7), ("reasons", 6)):
        with django_assert_max_num_queries(most):
            assert api("get", path)[0] == 200


def test_prices_and_stock_are_set_for_all_rows_or_none(api, head):
    first, second = ProductFactory(), ProductFactory()
    DealerProductFactory(dealer=head.dealer, product=second, price="700", in_stock=True)
    rows = [
        {"product_id": first.pk, "price": "512.30", "in_stock": True},
        {"product_id": second.pk, "in_stock": False},
    ]
    assert api("put", "prices", {"items": rows}) == (
        200,
        {"changed": [first.pk, second.pk], "moved": []},
    )
    kept = dict(DealerProduct.objects.values_list("product", "price"))
    assert (str(kept[first.pk]), str(kept[second.pk])) == ("512.30", "700.00")
    assert not DealerProduct.objects.get(product=second).in_stock
    assert api("put", "prices", {"items": rows})[1]["changed"] == []
    bad = [
        *rows[1:],
        {"product_id": first.pk, "price": "0"},
        {"product_id": second.pk, "price": "1.001"},
        {"product_id": 10**9, "price": "5"},
    ]
    status, answer = api("put", "prices", {"items": bad})
    assert (status, answer["code"]) == (422, "invalid")
    assert sorted(row["row"] for row in answer["rows"]) == [2, 3, 3, 4]
    assert DealerProduct.objects.get(product=first).price == kept[first.pk]


@pytest.mark.parametrize("price", ["nan", "1e308", "-1", "а", "", "inf", "1" * 20, "1e-9", "\x00"])
def test_no_price_breaks_it(api, price):
    product = ProductFactory()
    rows = [{"product_id": product.pk, "price": price}]
    assert api("put", "prices", {"items": rows})[0] == 422
    assert not DealerProduct.objects.exists()


def test_who_works_at_recommended_prices_sets_stock_only(api, head):
    Dealer.objects.filter(pk=head.dealer_id).update(own_prices=False)
    product = ProductFactory()
    assert api("put", "prices", {"items": [{"product_id": product.pk, "price": "5"}]})[0] == 422
    rows = [{"product_id": product.pk, "in_stock": True}]
    assert api("put", "prices", {"items": rows})[0] == 200


def test_products_tell_own_terms(api, head):
    product = ProductFactory()
    DealerProductFactory(dealer=head.dealer, product=product, price="700", in_stock=True)
    [item] = api("get", "products")[1]["items"]
    assert (item["id"], item["price"], item["in_stock"]) == (product.pk, "700.00", True)


def test_too_many_rows_are_refused(api):
    rows = [{"product_id": number} for number in range(1, 2_002)]
    assert api("put", "prices", {"items": rows})[0] == 422
