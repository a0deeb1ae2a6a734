"""Related products of a dealer in the editing of an order and in orders taken by phone."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.services.related import hide_related, remove_related
from orders.line_facts import Shelf, lines_with_products, recheck_order
from orders.models import HistoryEntry, Order
from orders.rechecking import Choice
from orders.services.accepting import accept_offer
from orders.services.errors import OrderError
from orders.services.lines import Edit, change_lines
from orders.services.versions import seen_of
from tests.factories import (
    NOW,
    DealerFactory,
    OfferFactory,
    ProductFactory,
    RelatedProductFactory,
    UserFactory,
)
from tests.pages import text_of

ADD = reverse("order_add")


@pytest.fixture
def rival(city):
    return DealerFactory(main_region=city.parent)


@pytest.fixture
def glue(dealer):
    return RelatedProductFactory(owner=dealer, name="Клей")


@pytest.fixture
def foam(dealer):
    return RelatedProductFactory(owner=dealer, name="Пена")


@pytest.fixture
def foreign(rival):
    return RelatedProductFactory(owner=rival, name="Чужой герметик")


@pytest.fixture
def taken(place, cart, dealer, dealer_manager):
    order = place(cart)
    OfferFactory(order=order, dealer=dealer)
    return accept_offer(order_id=order.pk, by=dealer_manager, now=NOW)


def edit_of(order, wanted, choice=None):
    order = Order.objects.select_related("dealer", "place").get(pk=order.pk)
    answer = recheck_order(order, lines_with_products(order), wanted, (), now=NOW).answer
    choice = choice or answer.choices(by_manufacturer=True)[0]
    return Edit(tuple(wanted), (), answer.digest, choice)


def change(order, by, *wanted, choice=None):
    order = Order.objects.get(pk=order.pk)
    return change_lines(
        order_id=order.pk,
        edit=edit_of(order, wanted, choice),
        seen=seen_of(order),
        key=uuid.uuid4(),
        by=by,
        now=NOW,
    )


@pytest.fixture
def with_glue(taken, glue, manager):
    """The order with three panels and two of glue."""
    change(taken, manager, (taken.lines.get().product, 3), (glue, 2))
    return Order.objects.get(pk=taken.pk)


def page_of(client, user, order):
    client.force_login(user)
    return client.get(reverse("order_lines", args=[order.pk]))


def posted(page, **changes):
    """What the form posts."""
    rows = page.context["rows"]
    data = {
        f"lines-{name}": rows.management_form[name].value()
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    for form in rows.forms:
        data |= {
            form.add_prefix(name): form[name].value()
            for name in form.fields
            if form[name].value() not in (None, False, "")
        }
    data |= {"seen": page.context["seen"], "key": page.context["key"]}
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


class TestLines:
    def test_the_owner_s_products_can_be_added_at_its_price(self, with_glue, dealer, glue):
        assert (with_glue.dealer, with_glue.total) == (dealer, Decimal(600 + 2 * 390))
        assert list(with_glue.lines.values_list("name", "quantity"))[1] == ("Клей", 2)

    def test_another_dealer_s_cannot(self, taken, manager, foreign):
        panel = taken.lines.get().product
        edit = edit_of(taken, [(panel, 3), (foreign, 1)])
        with pytest.raises(OrderError, match="больше не прода"):
            change_lines(
                order_id=taken.pk,
                edit=edit,
                seen=seen_of(Order.objects.get(pk=taken.pk)),
                key=uuid.uuid4(),
                by=manager,
                now=NOW,
            )

    def test_the_form_offers_what_the_order_s_dealer_has(
        self, client, manager, dealer_manager, taken, glue, foreign
    ):
        for user in (manager, dealer_manager):
            page = text_of(page_of(client, user, taken))
            assert "Клей" in page
            assert "Чужой герметик" not in page

    def test_to_an_order_of_nobody_none_is_offered(self, client, manager, place, cart, glue):
        assert "Клей" not in text_of(page_of(client, manager, place(cart)))

    def test_one_is_added_on_the_page(self, client, dealer_manager, taken, glue, foreign):
        page = page_of(client, dealer_manager, taken)
        new = {"lines__1__product": glue.pk, "lines__1__quantity": "2"}
        address = reverse("order_lines", args=[taken.pk])
        answer = client.post(address, posted(page, **new))
        data = posted(page, **new) | {
            "answer": answer.context["panel"].answer.digest,
            "choice": Choice.STAY,
        }
        assert client.post(address, data)["Location"] == reverse("order_card", args=[taken.pk])
        assert taken.lines.count() == 2
        refused = client.post(address, posted(page, **new | {"lines__1__product": foreign.pk}))
        assert refused.status_code == 422

    def test_it_is_no_colour_of_other_related_products(self, with_glue, glue, foam, foreign):
        shelf = Shelf([glue.pk, foam.pk, foreign.pk], [glue.pk], with_glue.dealer_id)
        assert shelf.variants(glue.pk) == [glue]
        assert set(shelf.products) == {glue.pk, foam.pk}

    def test_one_in_place_of_another_is_a_line_out_and_a_line_in(self, with_glue, foam, manager):
        panel = with_glue.lines.first().product
        change(with_glue, manager, (panel, 3), (foam, 2))
        facts = HistoryEntry.objects.filter(kind="lines").order_by("-id").first().data
        names = [[one and one["name"] for one in pair] for pair in facts["lines"]]
        assert names == [[panel.name, panel.name], [None, "Пена"], ["Клей", None]]

    @pytest.mark.parametrize("how", ["hidden", "removed"])
    def test_a_line_that_is_sold_no_more_stays_valid(
        self, client, with_glue, glue, manager, dealer_manager, how
    ):
        key = {"dealer_id": glue.owner_id, "product_id": glue.pk}
        if how == "hidden":
            hide_related(**key, reason="Нет", by=manager, now=NOW)
        else:
            assert not remove_related(**key, by=dealer_manager)
        page = page_of(client, dealer_manager, with_glue)
        address = reverse("order_lines", args=[with_glue.pk])
        answer = client.post(address, posted(page, lines__0__quantity="5"))
        assert answer.status_code == 200
        assert answer.context["rows"].is_valid()
        panel = with_glue.lines.first().product
        change(with_glue, manager, (panel, 5), (glue, 2), choice=Choice.STAY)
        assert set(with_glue.lines.values_list("quantity", flat=True)) == {5, 2}

    def test_only_the_owner_has_it(self, with_glue, glue, rival):
        order = Order.objects.select_related("dealer", "place").get(pk=with_glue.pk)
        lines = lines_with_products(order)
        wanted = [(line.product, line.quantity) for line in lines]
        answer = recheck_order(order, lines, wanted, (), now=NOW).answer
        assert answer.can_stay
        assert answer.of(rival.pk) is None

    def test_a_second_person_reads_of_a_product_that_was_deleted_since(
        self, client, with_glue, glue, manager, dealer_manager
    ):
        page = page_of(client, manager, with_glue)
        panel = with_glue.lines.first().product
        change(with_glue, UserFactory(dealer=with_glue.dealer), (panel, 3))
        assert remove_related(dealer_id=glue.owner_id, product_id=glue.pk, by=dealer_manager)
        address = reverse("order_lines", args=[with_glue.pk])
        data = posted(page, lines__0__quantity="9") | {"choice": Choice.STAY, "answer": "x"}
        assert client.post(address, data).status_code in (409, 422)


class TestByPhone:
    @pytest.fixture
    def typed(self, city, glue):
        product = ProductFactory(recommended_price=Decimal(200))
        return {
            "action": "count",
            "form_key": str(uuid.uuid4()),
            "name": "Роман",
            "phone": "8 900 123-45-67",
            "city": city.name,
            "lines-TOTAL_FORMS": "2",
            "lines-INITIAL_FORMS": "0",
            "lines-0-product": str(product.pk),
            "lines-0-quantity": "3",
            "lines-1-product": str(glue.pk),
            "lines-1-quantity": "1",
        }

    def test_the_chosen_dealer_s_products_can_be_ordered(self, client, manager, typed, dealer):
        client.force_login(manager)
        answer = client.post(ADD, typed | {"dealer": str(dealer.pk)})
        assert answer.status_code == 200
        assert "990" in text_of(answer)

    @pytest.mark.parametrize("who", ["nobody", "rival"])
    def test_others_and_distribution_cannot_have_them(self, client, manager, typed, rival, who):
        client.force_login(manager)
        chosen = str(rival.pk) if who == "rival" else ""
        answer = client.post(ADD, typed | {"dealer": chosen})
        assert answer.status_code == 422
        assert "больше не прода" in text_of(answer)
        assert not Order.objects.filter(created_at__gte=timezone.now()).exists()

    def test_the_page_offers_them_once_the_dealer_is_chosen(self, client, manager, typed, dealer):
        client.force_login(manager)
        assert "Клей" not in text_of(client.get(ADD))
        asked = typed | {"action": "more", "dealer": str(dealer.pk), "lines-1-product": ""}
        assert "Клей" in text_of(client.post(ADD, asked))
