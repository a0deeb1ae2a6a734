"""A dealer's assortment: who edits it, what is kept, what is taken back."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.grid import products_of
from catalog.models import AssortmentChange, DealerProduct, DealerService, Service
from catalog.services.assortment import (
    Bulk,
    Edit,
    NothingToUndo,
    PricesAreRecommended,
    Terms,
    change_many,
    save_rows,
    undo_last,
)
from catalog.workspace.forms import RowForm
from dealers.services.errors import Refused
from tests.factories import (
    NOW,
    CategoryFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
    ProductFamilyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ABSENT = Terms(False, None)


@pytest.fixture
def dealer():
    return DealerFactory(own_prices=True, whole_line=False)


@pytest.fixture
def person(dealer, client):
    user = UserFactory(dealer=dealer)
    client.force_login(user)
    return user


def save(dealer, person, product, seen, wanted):
    return save_rows(dealer_id=dealer.pk, edits={product.pk: Edit(seen, wanted)}, by=person)


def terms(dealer, product):
    return DealerProduct.objects.filter(dealer=dealer, product=product).values_list(
        "in_stock", "price"
    )


def posted(product, *, seen="0|", price="", stock=True):
    data = {"row": product.pk, f"{product.pk}-seen": seen, f"{product.pk}-price": price}
    return data | ({f"{product.pk}-stock": "on"} if stock else {})


# Rows.


def test_a_row_is_saved_and_its_history_says_who(dealer, person):
    product = ProductFactory()
    saved = save(dealer, person, product, ABSENT, Terms(True, Decimal(210)))
    assert saved.changed == (product.pk,)
    row = DealerProduct.objects.get(dealer=dealer, product=product)
    assert (row.in_stock, row.price) == (True, Decimal(210))
    event = row.events.get()
    assert event.pgh_context.metadata["user"] == person.pk


def test_the_second_of_two_people_overwrites_nothing_and_is_told(dealer, person):
    product = ProductFactory()
    save(dealer, person, product, ABSENT, Terms(True, Decimal(210)))
    saved = save(dealer, person, product, ABSENT, Terms(True, Decimal(190)))
    assert saved.moved == (product.pk,)
    assert list(terms(dealer, product)) == [(True, Decimal(210))]


def test_changes_of_different_parts_of_a_row_live_together(dealer, person):
    product = ProductFactory()
    save(dealer, person, product, ABSENT, Terms(False, Decimal(210)))
    saved = save(dealer, person, product, ABSENT, Terms(True, None))
    assert saved.changed == (product.pk,)
    assert list(terms(dealer, product)) == [(True, Decimal(210))]


def test_a_row_left_as_it_was_makes_no_row_of_the_dealer(dealer, person):
    product = ProductFactory()
    assert not save(dealer, person, product, ABSENT, ABSENT).changed
    assert not DealerProduct.objects.exists()


def test_prices_are_ignored_while_recommended_ones_hold(dealer, person):
    dealer.own_prices = False
    dealer.save(update_fields=["own_prices"])
    product = ProductFactory()
    save(dealer, person, product, ABSENT, Terms(True, Decimal(1)))
    assert list(terms(dealer, product)) == [(True, None)]


def test_products_off_sale_are_left_alone(dealer, person):
    product = ProductFactory(is_active=False)
    assert not save(dealer, person, product, ABSENT, Terms(True, None)).changed


# Many at once.


def test_many_are_marked_and_the_change_is_taken_back_whole(dealer, person):
    new, known = ProductFactory(), ProductFactory()
    DealerProductFactory(dealer=dealer, product=known, in_stock=False, price=Decimal(99))
    ids = [new.pk, known.pk]
    change_many(dealer_id=dealer.pk, product_ids=ids, action=Bulk.IN_STOCK, by=person, now=NOW)
    assert set(products_of(dealer).values_list("pk", "has")) == {(pk, True) for pk in ids}
    assert undo_last(dealer_id=dealer.pk, by=person, now=NOW) == (2, 0)
    assert not DealerProduct.objects.filter(product=new).exists()
    assert list(terms(dealer, known)) == [(False, Decimal(99))]


def test_taking_back_keeps_what_was_edited_since(dealer, person):
    first, second = ProductFactory(), ProductFactory()
    change_many(
        dealer_id=dealer.pk,
        product_ids=[first.pk, second.pk],
        action=Bulk.PERCENT,
        percent=Decimal(10),
        by=person,
        now=NOW,
    )
    DealerProduct.objects.filter(product=second).update(price=Decimal(250))
    assert undo_last(dealer_id=dealer.pk, by=person, now=NOW) == (1, 1)
    assert list(terms(dealer, second)) == [(False, Decimal(250))]
    assert not terms(dealer, first)


def test_a_change_is_taken_back_once_and_not_another_dealers(dealer, person):
    product = ProductFactory()
    other = DealerFactory(whole_line=False)
    change_many(
        dealer_id=dealer.pk, product_ids=[product.pk], action=Bulk.IN_STOCK, by=person, now=NOW
    )
    with pytest.raises(NothingToUndo):
        undo_last(dealer_id=other.pk, by=person, now=NOW)
    undo_last(dealer_id=dealer.pk, by=person, now=NOW)
    with pytest.raises(NothingToUndo):
        undo_last(dealer_id=dealer.pk, by=person, now=NOW)


@pytest.mark.parametrize(
    ("recommended", "percent", "price"),
    [(200, 5, 210), (200, "-3.5", 193), ("199.90", 0, 200), (1, "-40", 1)],
)
def test_prices_by_per_cent_are_whole_rubles(dealer, person, recommended, percent, price):
    product = ProductFactory(recommended_price=Decimal(recommended))
    change_many(
        dealer_id=dealer.pk,
        product_ids=[product.pk],
        action=Bulk.PERCENT,
        percent=Decimal(percent),
        by=person,
        now=NOW,
    )
    assert list(terms(dealer, product)) == [(False, Decimal(price))]


@pytest.mark.parametrize(("recommended", "percent"), [("0.5", -90), (9_999_999, 500)])
def test_a_price_out_of_bounds_changes_nothing_at_all(dealer, person, recommended, percent):
    wrong = ProductFactory(recommended_price=Decimal(recommended))
    right = ProductFactory()
    with pytest.raises(Refused):
        change_many(
            dealer_id=dealer.pk,
            product_ids=[right.pk, wrong.pk],
            action=Bulk.PERCENT,
            percent=Decimal(percent),
            by=person,
            now=NOW,
        )
    assert not DealerProduct.objects.exists()


def test_recommended_dealers_have_no_prices_to_change(dealer, person):
    dealer.own_prices = False
    dealer.save(update_fields=["own_prices"])
    with pytest.raises(PricesAreRecommended):
        change_many(
            dealer_id=dealer.pk,
            product_ids=[ProductFactory().pk],
            action=Bulk.PERCENT,
            percent=Decimal(5),
            by=person,
            now=NOW,
        )


# The form of a row.


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234.5", "1234.5"),
        ("1\u202f250 ₽", "1250"),
        ("0,01", "0.01"),
        ("", None),
    ],
)
def test_prices_are_read_as_people_write_them(typed, price):
    form = RowForm({"1-seen": "0|", "1-price": typed}, prefix="1")
    assert form.is_valid()
    assert form.edit.wanted.price == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "-5",
        "1e308",
        "1e3",
        "NaN",
        "Infinity",
        "дорого",
        "1,234,50",
        "0,001",
        "\0",
        "9" * 40,
        "🙂",
    ],
)
def test_a_wrong_price_is_told_beside_its_field_with_what_was_typed(client, dealer, person, typed):
    product = ProductFactory()
    answer = client.post(reverse("assortment_row", args=[product.pk]), posted(product, price=typed))
    assert answer.status_code == 200
    row = answer.context["row"]
    assert row.error
    assert row.typed == typed
    assert not DealerProduct.objects.exists()


# Pages.


def test_the_page_as_one_form_saves_every_row(client, dealer, person):
    first, second = ProductFactory(), ProductFactory()
    data = {
        "row": [first.pk, second.pk],
        f"{first.pk}-seen": "0|",
        f"{first.pk}-stock": "on",
        f"{first.pk}-price": "210,50",
        f"{second.pk}-seen": "0|",
        f"{second.pk}-price": "",
    }
    answer = client.post(reverse("assortment"), data)
    assert answer.status_code == 302
    assert list(terms(dealer, first)) == [(True, Decimal("210.50"))]
    assert not terms(dealer, second)


def test_one_wrong_row_keeps_what_was_typed_and_the_others_are_saved(client, dealer, person):
    first, second = ProductFactory(), ProductFactory()
    data = posted(first, price="дорого") | posted(second, price="5")
    answer = client.post(reverse("assortment"), data | {"row": [first.pk, second.pk]})
    assert answer.status_code == 422
    assert "дорого" in answer.content.decode()
    assert list(terms(dealer, second)) == [(True, Decimal(5))]
    assert not terms(dealer, first)


def test_all_that_the_filters_find_is_changed_and_nothing_else(client, dealer, person):
    wanted, other = ProductFactory(name="Дуб"), ProductFactory(name="Клён", colour="")
    client.post(
        reverse("assortment") + "?q=дуб",
        {"bulk": "1", "action": "in_stock", "scope": "found"},
    )
    assert list(terms(dealer, wanted)) == [(True, None)]
    assert not terms(dealer, other)


@pytest.mark.parametrize(
    "data",
    [
        {"action": "in_stock", "scope": "chosen"},
        {"action": "percent", "scope": "found"},
        {"action": "percent", "percent": "1e308", "scope": "found"},
        {"action": "percent", "percent": "много", "scope": "found"},
        {"action": "everything"},
        {"action": "in_stock", "scope": "found", "filter": "?category=x"},
        {"action": "in_stock", "scope": "chosen", "pick": ["x", "\0", "9" * 30, "-1"]},
    ],
)
def test_nonsense_for_many_products_is_refused(client, dealer, person, data):
    ProductFactory()
    address = reverse("assortment") + data.get("filter", "")
    assert client.post(address, data | {"bulk": "1"}).status_code == 422
    assert not AssortmentChange.objects.exists()


def test_what_a_dealer_may_not_set_is_ignored(client, dealer, person):
    for name in ("is_authorised", "points", "takes_site_orders", ""):
        client.post(reverse("assortment_terms"), {"switch": name, "value": "off"})
    client.post(reverse("assortment_terms"), {"switch": "whole_line", "value": "on"})
    dealer.refresh_from_db()
    assert dealer.is_authorised
    assert dealer.takes_site_orders
    assert dealer.whole_line


def test_a_dealer_changes_its_own_rows_only(client, person):
    other = DealerProductFactory(price=Decimal(100))
    data = posted(other.product, seen="1|100", price="5") | {"dealer": other.dealer_id}
    client.post(reverse("assortment_row", args=[other.product_id]), data)
    other.refresh_from_db()
    assert other.price == Decimal(100)


def test_a_product_off_sale_is_missing(client, person):
    product = ProductFactory(is_active=False)
    address = reverse("assortment_row", args=[product.pk])
    assert client.post(address, posted(product)).status_code == 404


def test_the_manufacturer_reads_the_dealers_prices(client, dealer):
    row = DealerProductFactory(dealer=dealer, price=Decimal(219))
    client.force_login(ManagerFactory())
    address = reverse("dealer_assortment", args=[dealer.pk])
    page = client.get(address).content.decode()
    assert row.product.name in page
    assert "219\u00a0₽" in page
    assert f"{row.product_id}-price" not in page
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?has=yes", {"дешевле", "дороже"}),
        ("?has=no", {"нет"}),
        ("?price=none", {"нет"}),
        ("?price=own", {"дешевле", "дороже"}),
        ("?price=below", {"дешевле"}),
        ("?price=above", {"дороже"}),
        ("?q=дешев", {"дешевле"}),
        ("?q=" + "9" * 60, set()),
        ("?q=%00&price=x&after=zzz", {"дешевле", "дороже", "нет"}),
    ],
)
def test_filters(client, dealer, person, query, found):
    for name, price in (("дешевле", 190), ("дороже", 210)):
        DealerProductFactory(dealer=dealer, product__name=name, price=Decimal(price))
    DealerProductFactory(product=ProductFactory(name="нет"), price=Decimal(5))
    answer = client.get(reverse("assortment") + query)
    assert {row.product.name for row in answer.context["rows"]} == found


def test_pages_go_through_the_categories_in_the_order_of_the_site(client, person):
    late = CategoryFactory(position=2)
    early = CategoryFactory(position=1)
    families = [ProductFamilyFactory(category=one) for one in (late, early)]
    made = [ProductFactory(family=family) for family in families for _ in range(30)]
    first = client.get(reverse("assortment"))
    page = first.context["page"]
    second = client.get(reverse("assortment"), {"after": page.after})
    ids = [row.product.pk for row in (*first.context["rows"], *second.context["rows"])]
    assert ids == [product.pk for product in (*made[30:], *made[:30])]


def test_queries_of_the_page_do_not_grow_with_products(
    client, dealer, person, django_assert_max_num_queries
):
    for number in range(3):
        for _ in range(1 if number == 0 else 20):
            DealerProductFactory(dealer=dealer, price=Decimal(100))
        with django_assert_max_num_queries(12):
            assert client.get(reverse("assortment")).status_code == 200


# Services.


def services(client, **fields):
    return client.post(reverse("assortment_services"), fields)


def test_services_are_offered_priced_and_withdrawn(client, dealer, person):
    services(client, **{"delivery-offered": "on", "delivery-price": "1 500", "delivery-note": "МО"})
    row = DealerService.objects.get(dealer=dealer)
    assert (row.service, row.price, row.note) == (Service.DELIVERY, Decimal(1500), "МО")
    services(client, **{"delivery-seen_price": "1500", "delivery-seen_note": "МО"})
    assert not DealerService.objects.exists()


def test_a_service_changed_meanwhile_is_not_overwritten(client, dealer, person):
    DealerService.objects.create(dealer=dealer, service=Service.DELIVERY, price=700)
    services(client, **{"delivery-offered": "on", "delivery-price": "900"})
    assert DealerService.objects.get().price == Decimal(700)


@pytest.mark.parametrize("price", ["", "-1", "1e308", "x", "99999999"])
def test_a_service_needs_a_price(client, person, price):
    answer = services(client, **{"delivery-offered": "on", "delivery-price": price})
    assert answer.status_code == 422
    assert not DealerService.objects.exists()
