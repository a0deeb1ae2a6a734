"""From a page opened to the visit of an order."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.collecting import folding
from analytics.collecting.consent import COOKIE
from analytics.collecting.folding import PAUSE, fold
from analytics.collecting.hits import Sight
from analytics.collecting.keeping import clean, forget
from analytics.collecting.settings import save_analytics_settings
from analytics.collecting.tests.test_origins import BOTS, CHROME, IPHONE
from analytics.models import (
    AnalyticsSettings,
    Device,
    Hit,
    HitKind,
    OrderFact,
    OrderVisit,
    Visit,
)
from catalog.visitor import PLACE_COOKIE
from dealers.models import AuditKind, AuditRecord
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    OrderFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
YANDEX = {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "Зима"}


@pytest.fixture
def agreed(client):
    """A browser that agreed to be counted."""
    client.cookies[COOKIE] = uuid.uuid4().hex
    client.defaults["HTTP_USER_AGENT"] = IPHONE
    return client


def hit(visitor, at, kind=HitKind.PAGE, **fields):
    return Hit.objects.create(
        visitor=visitor, at=at, kind=kind, path="/", device=Device.MOBILE, **fields
    )


def test_a_page_is_one_insert_more(agreed, django_assert_num_queries):
    del agreed.cookies[COOKIE]
    agreed.get("/")
    with CaptureQueriesContext(connection) as without:
        agreed.get("/")
    agreed.cookies[COOKIE] = uuid.uuid4().hex
    with django_assert_num_queries(len(without) + 1):
        agreed.get("/")
    assert Hit.objects.count() == 1


def test_what_is_kept_of_a_page(agreed):
    city = CityFactory()
    agreed.cookies[PLACE_COOKIE] = str(city.pk)
    agreed.cookies["_ym_uid"] = "1727345123456789012"
    agreed.get("/?utm_source=yandex&utm_medium=cpc&yclid=17&q=x", HTTP_REFERER="https://ya.ru/?a=1")
    kept = Hit.objects.get()
    assert kept.visitor.hex == agreed.cookies[COOKIE].value
    assert (kept.kind, kept.path, kept.referrer) == (HitKind.PAGE, "/", "https://ya.ru/")
    assert kept.marks == {
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "yclid": "17",
        "metrika": "1727345123456789012",
    }
    assert kept.device == Device.MOBILE
    assert kept.region_id == city.parent_id


def test_without_agreement_nothing_is_kept(client):
    client.defaults["HTTP_USER_AGENT"] = CHROME
    client.get("/?utm_source=yandex")
    client.cookies[COOKIE] = "no"
    client.get("/?utm_source=yandex")
    client.cookies[COOKIE] = "z" * 32
    client.get("/")
    assert not Hit.objects.exists()


@pytest.mark.parametrize("agent", BOTS)
def test_a_bot_with_the_cookie_is_not_counted(agreed, agent):
    agreed.get("/", HTTP_USER_AGENT=agent)
    assert not Hit.objects.exists()


def test_what_no_person_opened_is_not_counted(agreed):
    agreed.head("/")
    agreed.get("/", HTTP_SEC_PURPOSE="prefetch")
    agreed.get("/", HTTP_HX_REQUEST="true")
    agreed.get("/product/99999/nothing/")
    agreed.get(reverse("consents"))
    assert not Hit.objects.exists()


def test_a_customers_own_page_is_never_counted(agreed):
    agreed.get("/o/secret-token/")
    agreed.get(reverse("find_order"))
    assert not Hit.objects.exists()


def test_a_lost_hit_costs_no_page(agreed, monkeypatch):
    def fail(self, *, at):
        raise DatabaseError

    monkeypatch.setattr(Sight, "write", fail)
    assert agreed.get("/").status_code == 200


def test_a_product_put_into_the_cart_is_told(agreed):
    product = ProductFactory()
    agreed.post(reverse("cart_add"), {"product": product.pk, "quantity": 2})
    kept = Hit.objects.get()
    assert (kept.kind, kept.product_id) == (HitKind.CART, product.pk)


def test_the_question_is_asked_until_answered(client):
    client.defaults["HTTP_USER_AGENT"] = CHROME
    page = client.get("/?utm_source=vk", HTTP_REFERER="https://vk.com/")
    assert 'name="answer"' in page.content.decode()
    assert 'name="answer"' not in client.get("/", HTTP_SEC_GPC="1").content.decode()
    client.post(reverse("counting"), {"answer": "no", "next": "/"})
    assert 'name="answer"' not in client.get("/").content.decode()
    assert not Hit.objects.exists()


def test_an_agreement_counts_the_page_it_was_given_on(client):
    client.defaults["HTTP_USER_AGENT"] = CHROME
    response = client.post(
        reverse("counting"),
        {"answer": "yes", "next": "/?utm_source=vk", "referrer": "https://vk.com/feed"},
    )
    assert response.url == "/?utm_source=vk"
    kept = Hit.objects.get()
    assert (kept.path, kept.marks) == ("/", {"utm_source": "vk"})
    assert kept.referrer == "https://vk.com/feed"
    assert response.cookies[COOKIE]["httponly"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil", "", "x"])
def test_the_answer_leads_nowhere_else(client, target):
    response = client.post(reverse("counting"), {"answer": "yes", "next": target})
    assert response.url == "/"


def test_an_agreement_taken_back_is_forgotten(agreed):
    agreed.get("/")
    fold()
    visitor = uuid.UUID(agreed.cookies[COOKIE].value)
    agreed.post(reverse("counting"), {"answer": "no", "next": "/counting/"})
    assert agreed.cookies[COOKIE].value == "no"
    assert not Hit.objects.exists()
    assert not Visit.objects.filter(visitor=visitor).exists()
    assert Visit.objects.count() == 1


def test_pages_without_a_pause_are_one_visit():
    visitor = uuid.uuid4()
    hit(visitor, NOW, marks=YANDEX | {"yclid": "17"})
    hit(visitor, NOW + PAUSE, HitKind.PRODUCT, product_id=1)
    hit(visitor, NOW + 2 * PAUSE, HitKind.CART)
    hit(visitor, NOW + 3 * PAUSE + SECOND)
    assert fold() == 4
    first, second = Visit.objects.order_by("started_at")
    assert (first.started_at, first.ended_at, first.hits) == (NOW, NOW + 2 * PAUSE, 3)
    assert (first.saw_product, first.added_to_cart, first.began_checkout) == (True, True, False)
    assert (first.origin.source, first.origin.channel.code) == ("yandex", "paid_search")
    assert first.yclid == "17"
    assert (second.origin.source, second.hits) == ("(direct)", 1)
    assert fold() == 0


def test_coming_from_elsewhere_is_another_visit():
    visitor = uuid.uuid4()
    hit(visitor, NOW, marks=YANDEX)
    hit(visitor, NOW + SECOND, marks=YANDEX)
    hit(visitor, NOW + 2 * SECOND, referrer="https://vk.com/")
    fold()
    assert [visit.hits for visit in Visit.objects.order_by("started_at")] == [2, 1]


def test_folding_in_pieces_is_folding_at_once(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    visitors = [uuid.uuid4() for _ in range(3)]
    for number in range(5):
        for visitor in visitors:
            hit(visitor, NOW + number * SECOND, HitKind.PRODUCT if number == 4 else HitKind.PAGE)
    while fold():
        pass
    assert [(visit.hits, visit.saw_product) for visit in Visit.objects.all()] == [(5, True)] * 3


@pytest.mark.parametrize("visitors", [1, 30])
def test_folding_takes_as_many_queries_for_thirty(visitors, django_assert_max_num_queries):
    for _ in range(visitors):
        visitor, order = uuid.uuid4(), OrderFactory()
        hit(visitor, NOW, marks=YANDEX | {"utm_term": uuid.uuid4().hex})
        hit(visitor, NOW + SECOND, HitKind.ORDER, order_id=order.pk)
    with django_assert_max_num_queries(25):
        fold()


def test_an_order_has_its_first_and_last_touch(agreed):
    order, visitor = OrderFactory(), uuid.uuid4()
    placed = order.created_at
    hit(visitor, placed - timedelta(days=3), marks=YANDEX)
    hit(visitor, placed - 5 * SECOND, referrer="https://vk.com/")
    hit(visitor, placed, HitKind.ORDER, order_id=order.pk)
    # A form sent twice, and an order that is not there.
    hit(visitor, placed + SECOND, HitKind.ORDER, order_id=order.pk)
    hit(visitor, placed + SECOND, HitKind.ORDER, order_id=order.pk + 10_000)
    fold()
    assert OrderVisit.objects.get().visit.placed_order
    fact = OrderFact.objects.get()
    assert fact.first_origin.source == "yandex"
    assert fact.last_origin.source == "vk.com"
    assert fact.first_visit_at == placed - timedelta(days=3)


def test_the_first_touch_is_looked_back_for_as_long_as_the_settings_say():
    order, visitor = OrderFactory(), uuid.uuid4()
    hit(visitor, order.created_at - timedelta(days=10), marks=YANDEX)
    hit(visitor, order.created_at, HitKind.ORDER, order_id=order.pk)
    AnalyticsSettings.objects.create(pk=1, look_back_days=7)
    fold()
    assert OrderFact.objects.get().first_origin.source == "(direct)"


def test_old_hits_and_visits_go_but_those_of_orders_stay():
    order, buyer, looker = OrderFactory(), uuid.uuid4(), uuid.uuid4()
    for visitor in (buyer, looker):
        hit(visitor, NOW - timedelta(days=1_200))
        hit(visitor, NOW)
    fold()
    hit(looker, NOW - timedelta(days=1_200))
    OrderVisit.objects.create(order=order, visitor=buyer, visit=Visit.objects.last())
    # Two folded hits and the looker's old visit; what is not folded waits.
    assert clean(now=NOW) == 3
    assert clean(now=NOW) == 0
    assert Hit.objects.count() == 3
    assert sorted(Visit.objects.values_list("visitor", flat=True)) == sorted([buyer, buyer, looker])


def test_forgetting_parts_visits_from_the_browser_but_not_from_the_order():
    order, visitor = OrderFactory(), uuid.uuid4()
    hit(visitor, order.created_at, HitKind.ORDER, order_id=order.pk, marks=YANDEX | {"yclid": "1"})
    fold()
    forget([visitor])
    visit = Visit.objects.get()
    assert (visit.yclid, visit.origin.source) == ("", "yandex")
    assert visit.visitor != visitor
    assert OrderVisit.objects.get().visitor == visit.visitor
    assert not Hit.objects.exists()


def test_settings_are_kept_with_who_changed_them():
    by = AdministratorFactory()
    numbers = {"look_back_days": 30, "keep_hits_days": 90, "keep_visits_months": 36}
    assert save_analytics_settings(numbers=numbers, by=by, now=NOW)
    assert not save_analytics_settings(numbers=numbers, by=by, now=NOW)
    record = AuditRecord.objects.get(kind=AuditKind.ANALYTICS)
    assert record.data["changes"] == [{"field": "look_back_days", "before": 90, "after": 30}]
