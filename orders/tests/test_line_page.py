"""The page on which an order's lines are edited."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from orders.links import customer_link
from orders.models import HistoryKind, Order, OrderLine
from orders.services.accepting import accept_offer
from orders.services.progress import cancel
from suz.common.text import money
from tests.factories import (
    NOW,
    DealerFactory,
    DealerProductFactory,
    OfferFactory,
    OrderLineFactory,
    ProductFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def light(cart):
    product = cart.lines.get().product
    product.name, product.colour, product.colour_code = "Дуб светлый", "светлый", "#c8a26a"
    product.save()
    return product


@pytest.fixture
def dark(light):
    return ProductFactory(
        family=light.family,
        name="Дуб тёмный",
        colour="тёмный",
        colour_code="#5a3a22",
        recommended_price=210,
    )


@pytest.fixture
def rival(dealer, city):
    return DealerFactory(main_region=city.parent, name="Соперник")


@pytest.fixture
def new(place, cart, light, dark, dealer, rival):
    order = place(cart)
    for one in (dealer, rival):
        OfferFactory(order=order, dealer=one)
    return order


@pytest.fixture
def taken(new, dealer_manager):
    return accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)


def address(order):
    return reverse("order_lines", args=[order.pk])


class Form:
    """What the page's form posts, read from the page itself."""

    def __init__(self, client, order):
        self.client, self.order = client, order
        page = client.get(address(order))
        assert page.status_code == 200
        self.data = {}
        self.read(page)

    def read(self, page):
        """Take over what the page carries, as a browser does."""
        context = page.context
        rows = context["rows"]
        self.data = {
            f"lines-{name}": rows.management_form[name].value()
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        for form in rows.forms:
            for name in form.fields:
                value = form[name].value()
                if value not in (None, False, ""):
                    self.data[form.add_prefix(name)] = value
        self.data |= {"seen": context["seen"], "key": context["key"]}
        services = context["services"]
        self.data |= {name: "on" for name in services.fields if services[name].value()}
        if context["panel"].answer:
            self.data["answer"] = context["panel"].answer.digest
        return page

    def post(self, **changes):
        for name, value in changes.items():
            self.data[name.replace("line", "lines-").replace("__", "-")] = value
        return self.client.post(address(self.order), self.data)

    def check(self, **changes):
        return self.read(self.post(**changes))

    def save(self, choice, **extra):
        return self.client.post(address(self.order), self.data | {"choice": choice} | extra)


@pytest.fixture
def form(client, manager, taken):
    client.force_login(manager)
    return Form(client, taken)


def lines(order):
    return [(line.product_id, line.quantity) for line in order.lines.order_by("position")]


class TestThePage:
    def test_shows_the_lines_with_their_colours(self, form, dark, taken):
        page = form.client.get(address(taken))
        assertContains(page, "Дуб светлый")
        assertContains(page, 'data-colour="#5a3a22"')
        assertContains(page, "Пока ничего не изменено")
        assert not page.context["panel"].is_changed

    def test_a_colour_that_the_dealer_has_is_saved(self, form, dark, taken, dealer):
        page = form.check(line0__product=dark.pk, line0__quantity=4)
        assertContains(page, "У дилера есть всё")
        assertContains(page, "840\u00a0₽")
        assertContains(page, "+240\u00a0₽")
        assertContains(page, "было: Дуб светлый × 3")
        assertRedirects(form.save("stay"), reverse("order_card", args=[taken.pk]))
        assert lines(taken) == [(dark.pk, 4)]
        assert Order.objects.get(pk=taken.pk).dealer == dealer

    def test_what_the_dealer_lacks_is_named_with_who_has_it(self, form, dark, taken, dealer):
        DealerProductFactory(dealer=dealer, product=dark, in_stock=False)
        page = form.check(line0__product=dark.pk)
        assertContains(page, "У дилера нет:")
        assertContains(page, "нет у дилера")
        assertContains(page, "Соперник")
        assertContains(page, "630\u00a0₽")
        question = form.post(ask="return")
        assertContains(question, "Сохранить и вернуть заказ в распределение?")
        form.save("return")
        assert Order.objects.get(pk=taken.pk).status == "new"

    def test_it_is_given_to_another_dealer_at_once(self, form, dark, taken, dealer, rival):
        DealerProductFactory(dealer=dealer, product=dark, in_stock=False)
        form.check(line0__product=dark.pk)
        question = form.post(ask=f"assign-{rival.pk}")
        assertContains(question, "Сохранить и передать заказ дилеру «Соперник» за 630\u00a0₽?")
        form.save(f"assign-{rival.pk}")
        assert Order.objects.get(pk=taken.pk).dealer == rival

    def test_a_line_is_removed_and_another_added(self, form, taken, light):
        plinth = ProductFactory(name="Плинтус", recommended_price=90)
        page = form.check(line1__product=plinth.pk, line1__quantity=5, action="add")
        assertContains(page, "новый товар в заказе")
        assert len(page.context["rows"].forms) == 3
        form.data.pop("action", None)
        page = form.check(line0__remove="on")
        assertContains(page, "будет убрано из заказа")
        form.save("stay")
        assert lines(taken) == [(plinth.pk, 5)]

    def test_a_product_in_the_last_row_counts_without_adding_it_first(self, form, taken, light):
        plinth = ProductFactory(recommended_price=90)
        form.check(line1__product=plinth.pk, line1__quantity=5)
        form.save("stay")
        assert lines(taken) == [(light.pk, 3), (plinth.pk, 5)]

    def test_the_same_product_twice_is_one_line(self, form, taken, light):
        form.check(line1__product=light.pk, line1__quantity=5)
        form.save("stay")
        assert lines(taken) == [(light.pk, 8)]

    def test_a_service_is_asked_for(self, form, taken):
        page = form.check(wants_installation="on")
        assertContains(page, "монтаж")
        assertContains(page, "У дилера нет:")
        assert page.context["panel"].can_return

    def test_a_new_order_shows_the_new_promise(self, client, manager, new, dark, rival, own_price):
        own_price(rival, dark, 300)
        client.force_login(manager)
        form = Form(client, new)
        page = form.check(line0__product=dark.pk)
        assertContains(page, "от 630\u00a0₽ до 900\u00a0₽")
        form.save("anew")
        order = Order.objects.get(pk=new.pk)
        assert (order.price_min, order.price_max, order.cycle) == (630, 900, 2)

    def test_while_typing_only_the_answer_comes(self, form, dark):
        data = form.data | {"lines-0-product": dark.pk, "lines-0-quantity": "-1"}
        page = form.client.post(address(form.order), data, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assertNotContains(page, "<form")
        assertContains(page, 'id="line-0-note" hx-swap-oob="true"')
        assertContains(page, "Напишите не меньше 1")

    def test_nothing_changed_says_so(self, form, taken):
        page = form.client.post(address(taken), form.data | {"choice": "stay"}, follow=True)
        assertContains(page, "Ничего не изменилось")


class TestWho:
    def test_its_own_dealer_sees_no_other_by_name(
        self, client, dealer_manager, taken, dark, dealer
    ):
        DealerProductFactory(dealer=dealer, product=dark, in_stock=False)
        client.force_login(dealer_manager)
        form = Form(client, taken)
        page = form.check(line0__product=dark.pk)
        assertNotContains(page, "Соперник")
        assertNotContains(page, "630\u00a0₽")
        assertContains(page, "Ещё у 1 дилера есть всё")
        assert form.save("return").url == reverse("order_list")

    def test_its_own_dealer_sets_no_price(self, client, dealer_manager, taken, dark):
        client.force_login(dealer_manager)
        form = Form(client, taken)
        form.check(line0__product=dark.pk)
        forged = {"price": "1", "lines-0-price": "1", "total": "1", "dealer": "1", "status": "new"}
        form.save("stay", **forged)
        assert Order.objects.get(pk=taken.pk).total == 630

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_dealer_to_whom_it_is_offered_finds_nothing(
        self, client, dealer_manager, new, method
    ):
        client.force_login(dealer_manager)
        assert getattr(client, method)(address(new)).status_code == 404

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_another_dealer_finds_nothing(self, client, taken, method):
        client.force_login(UserFactory())
        assert getattr(client, method)(address(taken)).status_code == 404

    def test_a_closed_order_leads_back_to_its_card(self, client, manager, taken):
        closing = reason("cancel", "customer")
        cancel(order_id=taken.pk, by=manager, reason_id=closing.pk, now=NOW)
        client.force_login(manager)
        for page in (
            client.get(address(taken), follow=True),
            client.post(address(taken), follow=True),
        ):
            assertContains(page, "Заказ закрыт")
            assertNotContains(page, f'href="{address(taken)}"')

    def test_the_card_leads_to_it(self, client, dealer_manager, taken):
        client.force_login(dealer_manager)
        card = client.get(reverse("order_card", args=[taken.pk]))
        assertContains(card, f'href="{address(taken)}"')


class TestTwoPeople:
    def test_the_second_reads_what_changed_and_keeps_what_was_typed(
        self, client, form, taken, light, dark, administrator
    ):
        form.check(line0__quantity=9)
        other = Form(client_of(administrator), taken)
        other.check(line0__product=dark.pk)
        other.save("stay")
        page = form.save("stay")
        assert page.status_code == 409
        assertContains(page, "Ничего не перезаписано", status_code=409)
        assertContains(page, administrator.name, status_code=409)
        assertContains(page, "<del>Дуб светлый × 3 шт.</del>", status_code=409)
        assert page.context["shown"][0].form["quantity"].value() == "9"
        assert lines(taken) == [(dark.pk, 3)]
        form.read(page)
        assert form.save("stay").status_code == 302
        assert lines(taken) == [(light.pk, 9)]

    def test_what_the_second_did_not_touch_shows_what_the_first_saved(
        self, form, taken, light, dark, administrator
    ):
        plinth, profile = ProductFactory(), ProductFactory()
        other = Form(client_of(administrator), taken)
        form.check(line1__product=plinth.pk, line1__quantity=5)
        other.check(line0__product=dark.pk, line1__product=profile.pk, line1__quantity=1)
        other.save("stay")
        form.read(form.save("stay"))
        form.save("stay")
        assert lines(taken) == [(dark.pk, 3), (plinth.pk, 5), (profile.pk, 1)]

    def test_an_order_accepted_meanwhile_is_told(self, client, manager, new, dealer_manager):
        client.force_login(manager)
        form = Form(client, new)
        form.check(line0__quantity=9)
        accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)
        page = form.save("anew")
        assertContains(page, "Принял дилер", status_code=409)
        assert Order.objects.get(pk=new.pk).status == "accepted"

    def test_a_price_changed_meanwhile_is_shown(self, form, taken, dark, dealer, own_price):
        form.check(line0__product=dark.pk)
        own_price(dealer, dark, 333)
        page = form.save("stay")
        assertContains(page, "Цены или наличие уже не те", status_code=409)
        assertContains(page, "999\u00a0₽", status_code=409)
        form.read(page)
        form.save("stay")
        assert Order.objects.get(pk=taken.pk).total == 999

    def test_the_same_form_twice_is_one_change(self, form, taken):
        form.check(line0__quantity=9)
        for _time in range(2):
            assert form.save("stay").status_code == 302
        assert taken.history.filter(kind=HistoryKind.LINES).count() == 1


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


QUANTITIES = ["-1", "0", "1e308", "много", "\x00", "1\x002", "100001", "9" * 5000, "1.5", "😀", ""]
PRODUCTS = ["0", "-1", "99999999999", "x", "\x00", "9" * 400, "1e308", "😀", ""]


class TestNonsense:
    @pytest.mark.parametrize("quantity", QUANTITIES)
    def test_a_quantity_is_refused_beside_its_field(self, form, taken, light, quantity):
        page = form.post(line0__quantity=quantity)
        assert page.status_code == 422
        row = page.context["shown"][0].form
        assert row.errors["quantity"]
        assert row["quantity"].value() == quantity
        saved = form.save("stay")
        assert saved.status_code == 422
        assert lines(taken) == [(light.pk, 3)]

    @pytest.mark.parametrize("row", [0, 1])
    @pytest.mark.parametrize("product", PRODUCTS)
    def test_a_product_is_refused_beside_its_field(self, form, taken, light, product, row):
        data = form.data | {f"lines-{row}-product": product, f"lines-{row}-quantity": "2"}
        page = form.client.post(address(taken), data | {"choice": "stay"})
        assert page.status_code == 422
        assert page.context["shown"][row].form.errors["product"]
        assert lines(taken) == [(light.pk, 3)]

    def test_a_product_not_on_sale_does_not_come_in(self, form, taken, light):
        gone = ProductFactory(is_active=False)
        for row in (0, 1):
            data = form.data | {f"lines-{row}-product": gone.pk, f"lines-{row}-quantity": 1}
            assert form.client.post(address(taken), data | {"choice": "stay"}).status_code == 422

    def test_a_product_of_the_order_that_went_off_sale_stays(self, form, taken, light):
        light.is_active = False
        light.save()
        form.check(line0__quantity=2)
        form.save("stay")
        assert lines(taken) == [(light.pk, 2)]

    def test_everything_removed_is_refused(self, form, taken, light):
        page = form.post(line0__remove="on")
        assertContains(page, "хотя бы один товар", status_code=422)

    @pytest.mark.parametrize("total", ["", "x", "-1", "0", "9" * 30, "\x00", "²"])
    def test_a_broken_form_shows_the_order_as_it_is(self, form, taken, total):
        page = form.post(**{"line" + "TOTAL_FORMS": total})
        assertContains(page, "Форма устарела", status_code=422)
        assertContains(page, "Дуб светлый", status_code=422)

    @pytest.mark.parametrize("total", ["400", "99999"])
    def test_more_rows_than_there_are_do_no_harm(self, form, taken, total):
        assert form.post(**{"line" + "TOTAL_FORMS": total}).status_code in (200, 422)

    @pytest.mark.parametrize(
        "extra",
        [
            {"key": "\x00"},
            {"key": ""},
            {"seen": "\x00"},
            {"seen": "9" * 500},
            {"answer": "\x00"},
            {"choice": "\x00"},
            {"choice": "assign-" + "9" * 5000},
            {"choice": "assign-²"},
            {"choice": "anew"},
            {"ask": "assign-\x00"},
            {"wants_delivery": ["on", "on"]},
            {"lines-0-quantity": ["4", "5", "-1"]},
        ],
    )
    def test_forged_fields_change_nothing_and_break_nothing(self, form, taken, light, extra):
        form.check(line0__quantity=7)
        page = form.client.post(address(taken), form.data | {"choice": "stay"} | extra)
        assert page.status_code in (200, 302, 409, 422)

    def test_the_sum_has_a_bound(self, form, taken, dark):
        dark.recommended_price = 9_999_999
        dark.save()
        page = form.check(line0__product=dark.pk, line0__quantity=100_000)
        assertContains(page, "Сумма слишком велика")
        assert form.save("stay").status_code == 409


class TestItIsRead:
    def test_by_the_customer(self, client, form, taken, dark):
        form.check(line0__product=dark.pk, line0__quantity=4)
        form.save("stay")
        page = client.get(customer_link(taken))
        assertContains(page, "Состав заказа изменён")
        assertContains(page, "<del>Дуб светлый × 3 шт.</del>")
        assertContains(page, "Дуб тёмный × 4 шт.")
        assertContains(page, "840\u00a0₽")

    def test_on_the_card_with_prices(self, form, taken, dark):
        form.check(line0__product=dark.pk, line0__quantity=4)
        form.save("stay")
        card = form.client.get(reverse("order_card", args=[taken.pk]))
        assertContains(card, "<del>Дуб светлый × 3 шт.</del>")
        assertContains(card, "200\u00a0₽ → 210\u00a0₽")
        assertContains(card, "600\u00a0₽ → <strong>840\u00a0₽</strong>")

    def test_by_a_later_dealer_without_what_others_charge(
        self, client, manager, new, dark, dealer_manager, rival, own_price
    ):
        own_price(rival, dark, 777)
        client.force_login(manager)
        form = Form(client, new)
        form.check(line0__product=dark.pk)
        form.save("anew")
        OfferFactory(order=Order.objects.get(pk=new.pk), dealer=dealer_manager.dealer)
        accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)
        client.force_login(dealer_manager)
        card = client.get(reverse("order_card", args=[new.pk]))
        assertContains(card, "Состав изменён до принятия")
        # As a sum: a form's token may hold the figures.
        assertNotContains(card, money(777))
        assertNotContains(card, "2\u202f331")


class TestQueries:
    @pytest.mark.parametrize("count", [3, 30])
    @pytest.mark.parametrize("step", ["page", "check", "save"])
    def test_do_not_grow_with_the_lines(
        self, client, manager, taken, count, step, django_assert_num_queries
    ):
        OrderLine.objects.filter(order=taken).delete()
        for position in range(1, count + 1):
            product = ProductFactory()
            ProductFactory(family=product.family, colour="другой")
            OrderLineFactory(order=taken, product=product, position=position)
        taken.quotes.update(prices=[200] * count)
        client.force_login(manager)
        form = Form(client, taken)
        form.check(line0__quantity=7)
        with django_assert_num_queries({"page": 17, "check": 16, "save": 40}[step]):
            if step == "page":
                client.get(address(taken))
            elif step == "check":
                form.post()
            else:
                assert form.save("stay").status_code == 302
