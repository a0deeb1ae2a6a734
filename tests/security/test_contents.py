"""Editing an order's contents: no way out of a promise, none into another dealer's goods."""

import uuid

import pytest
from django.urls import reverse

from catalog.models import Product
from orders.line_facts import lines_with_products, recheck_order
from orders.models import Attention, AttentionReason, HistoryKind, Order
from orders.services.accepting import accept_offer
from orders.services.errors import OrderError
from orders.services.lines import Edit, change_lines
from orders.services.versions import seen_of
from orders.timeline import event_of
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    RelatedProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def dealer(city):
    return DealerFactory(main_region=city.parent)


@pytest.fixture
def user(dealer):
    return UserFactory(dealer=dealer)


@pytest.fixture
def glue(city):
    """A related product of the neighbour."""
    return RelatedProductFactory(owner=DealerFactory(main_region=city.parent), name="Клей соседа")


@pytest.fixture
def order(city, user):
    """Taken by the dealer."""
    made = OrderFactory(place=city)
    OfferFactory(order=made, dealer=user.dealer)
    return accept_offer(order_id=made.pk, by=user, now=NOW)


def change(order, by, *wanted):
    order = Order.objects.select_related("dealer", "place").get(pk=order.pk)
    answer = recheck_order(order, lines_with_products(order), wanted, (), now=NOW).answer
    choice = answer.choices(by_manufacturer=by.is_manufacturer)[0]
    return change_lines(
        order_id=order.pk,
        edit=Edit(wanted, (), answer.digest, choice),
        seen=seen_of(order),
        key=uuid.uuid4(),
        by=by,
        now=NOW,
    )


def posted(order, *products, **fields):
    rows = {
        f"lines-{index}-{name}": value
        for index, product in enumerate(products)
        for name, value in (("product", product.pk), ("quantity", 1))
    }
    total = {"lines-TOTAL_FORMS": len(products) + 1, "lines-INITIAL_FORMS": 0}
    return rows | total | {"seen": seen_of(order), "key": uuid.uuid4()} | fields


class TestRelatedProductsOfOthers:
    def test_a_forged_row_neither_shows_nor_takes_one(self, client, user, order, glue):
        own = RelatedProductFactory(owner=user.dealer, name="Клей свой")
        client.force_login(user)
        for product, is_answered in ((glue, False), (own, True)):
            page = client.post(reverse("order_lines", args=[order.pk]), posted(order, product))
            assert "Клей соседа" not in page.content.decode()
            assert (page.context["panel"].answer is not None) == is_answered

    def test_an_order_with_one_does_not_offer_the_others_as_colours(self, client, order, glue):
        OrderLineFactory(order=order, position=9, product=glue)
        RelatedProductFactory(owner=glue.owner, name="Ещё что-то соседа")
        client.force_login(ManagerFactory())
        page = client.get(reverse("order_lines", args=[order.pk])).content.decode()
        assert "Клей соседа" in page
        assert "Ещё что-то соседа" not in page

    def test_the_service_refuses_it_too(self, order, user, glue):
        product = Product.objects.select_related("family__category").get(pk=glue.pk)
        with pytest.raises(OrderError):
            change(order, user, (product, 1))

    def test_one_that_is_in_the_order_stays(self, order, user, glue):
        line = order.lines.select_related("product__family__category").get()
        kept = OrderLineFactory(order=order, position=9, product=glue)
        change(order, ManagerFactory(), (line.product, line.quantity + 1), (kept.product, 1))
        assert order.lines.filter(product=glue).exists()


class TestPuttingBack:
    """A dealer that chooses what it lacks is rid of the order without points: people must see."""

    @pytest.fixture
    def lacking(self, dealer):
        product = ProductFactory()
        DealerProductFactory(dealer=dealer, product=product, in_stock=False)
        return Product.objects.select_related("family__category").get(pk=product.pk)

    def test_by_the_dealer_calls_the_manufacturer(self, order, user, lacking):
        change(order, user, (lacking, 1))
        assert Order.objects.get(pk=order.pk).dealer is None
        reasons = Attention.objects.filter(order=order, resolved_at=None).values_list("reason")
        assert list(reasons) == [(AttentionReason.PUT_BACK,)]

    def test_stays_on_the_list_when_another_takes_the_order(self, city, order, user, lacking):
        change(order, user, (lacking, 1))
        other = UserFactory(dealer=DealerFactory(main_region=city.parent))
        now = Order.objects.get(pk=order.pk)
        OfferFactory(order=now, dealer=other.dealer, cycle=now.cycle)
        accept_offer(order_id=order.pk, by=other, now=NOW)
        assert Attention.objects.filter(order=order, resolved_at=None).exists()

    def test_the_history_says_who_put_it_back(self, order, user, dealer, lacking):
        change(order, user, (lacking, 1))
        entry = order.history.get(kind=HistoryKind.LINES)
        title = event_of(entry, ManagerFactory(), hides_phones=False).title
        assert title == f"«{dealer}» возвращает заказ: состав изменён на то, чего у дилера нет"

    def test_by_the_manufacturer_needs_nobody(self, order, lacking):
        change(order, ManagerFactory(), (lacking, 1))
        assert not Attention.objects.filter(order=order).exists()


def test_a_product_deleted_since_does_not_break_the_page_of_the_second_editor(client, order, user):
    line = order.lines.select_related("product__family__category").get()
    old, seen = line.product, seen_of(order)
    new = Product.objects.select_related("family__category").get(pk=ProductFactory().pk)
    change(order, ManagerFactory(), (new, 2))
    old.delete()
    client.force_login(user)
    answer = client.post(
        reverse("order_lines", args=[order.pk]),
        posted(order, new, choice="stay", answer="x") | {"seen": seen},
    )
    assert answer.status_code == 409
