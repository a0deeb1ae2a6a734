"""Related products: who has them, who edits them, what the manufacturer may do."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.assortment import load_terms
from catalog.holders import holders_of
from catalog.importing.exporting import price_list_rows, price_list_yml
from catalog.importing.services import applying, reading, receiving
from catalog.models import Category, DealerProduct, Product
from catalog.services import related
from catalog.services.changes import Moved
from catalog.services.related import add_related, hide_related, save_related, snapshot
from catalog.tests.price_files import csv_file
from catalog.visitor import PLACE_COOKIE
from notifications.models import Message
from tests.factories import (
    NOW,
    CategoryFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    ProductFactory,
    RelatedProductFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db

VALUES = {
    "name": "Клей монтажный, 440 мл",
    "unit": "piece",
    "price": Decimal(390),
    "description": "Держит панели.",
    "in_stock": True,
    "is_active": True,
    "picture": None,
}


@pytest.fixture
def dealer(city):
    return DealerFactory(main_region=city.parent)


@pytest.fixture
def person(dealer, client):
    user = UserFactory(dealer=dealer)
    client.force_login(user)
    return user


@pytest.fixture
def glue(dealer):
    return RelatedProductFactory(owner=dealer, name="Клей монтажный")


def picture(name="glue.png", file_format="PNG", size=(40, 30)):
    data = BytesIO()
    Image.new("RGB", size, "green").save(data, format=file_format)
    return SimpleUploadedFile(name, data.getvalue())


def posted(**changes):
    data = {"name": "Клей", "price": "390", "unit": "piece", "in_stock": "on", "is_active": "on"}
    return data | changes


def seen_of(client, product):
    return client.get(reverse("related_edit", args=[product.pk])).context["form"]["seen"].value()


# Who has it.


def test_only_the_owner_has_it_even_where_others_have_the_whole_line(dealer, glue):
    rival = DealerFactory(whole_line=True)
    terms = load_terms([dealer, rival], [glue.pk], place=dealer.main_region, now=NOW)
    assert terms[dealer.pk].has(glue.pk)
    assert not terms[rival.pk].has(glue.pk)
    assert terms[dealer.pk].price(glue.pk, glue.recommended_price) == 390


def test_an_owner_that_is_not_asked_about_is_known_as_well(glue):
    rival = DealerFactory(whole_line=True)
    assert not load_terms([rival], [glue.pk], place=rival.main_region, now=NOW)[rival.pk].has(
        glue.pk
    )


def test_a_row_of_another_dealer_gives_it_nothing(glue):
    rival = DealerFactory(whole_line=True)
    DealerProduct.objects.create(dealer=rival, product=glue, in_stock=True)
    assert not load_terms([rival], [glue.pk], place=rival.main_region, now=NOW)[rival.pk].has(
        glue.pk
    )


@pytest.mark.parametrize("number", [1, 30])
def test_terms_cost_three_queries(dealer, number, django_assert_num_queries):
    products = [RelatedProductFactory(owner=dealer) for _ in range(number)] + [ProductFactory()]
    dealers = [dealer, *(DealerFactory() for _ in range(number))]
    with django_assert_num_queries(3):
        load_terms(
            dealers,
            [product.pk for product in products],
            place=dealer.main_region,
            now=NOW,
        )


# Services.


def test_adding_makes_the_common_category_once_and_the_owners_row(dealer, person):
    first = add_related(dealer_id=dealer.pk, values=VALUES, by=person)
    second = add_related(dealer_id=dealer.pk, values=VALUES, by=person)
    assert first.family == second.family
    category = Category.objects.get(is_related=True)
    assert category.name == "Сопутствующие товары"
    row = DealerProduct.objects.get(product=first)
    assert (row.dealer, row.in_stock, row.price) == (dealer, True, 390)


def test_a_category_of_the_same_name_is_left_alone(dealer, person):
    CategoryFactory(name="Сопутствующие товары", slug="soputstvuyushchie-tovary")
    product = add_related(dealer_id=dealer.pk, values=VALUES, by=person)
    assert product.family.category.name == "Сопутствующие товары дилеров"


def test_there_is_a_limit(dealer, person, client, monkeypatch):
    monkeypatch.setattr(related, "MAX_RELATED", 1)
    add_related(dealer_id=dealer.pk, values=VALUES, by=person)
    response = client.post(reverse("related_add"), posted(name="Второй"))
    assert response.status_code == 422
    assert "не больше 1 своего товара" in text_of(response)
    assert "Второй" in response.content.decode()
    assert Product.objects.count() == 1


def test_the_second_of_two_people_overwrites_nothing_and_is_told(dealer, person, glue):
    seen = snapshot(glue, True)
    change = {"dealer_id": dealer.pk, "product_id": glue.pk, "seen": seen, "by": person}
    assert save_related(values=VALUES | {"price": Decimal(400)}, **change)
    with pytest.raises(Moved) as caught:
        save_related(values=VALUES | {"price": Decimal(380)}, **change)
    assert {one.field for one in caught.value.changes} >= {"price", "name"}
    glue.refresh_from_db()
    assert glue.recommended_price == 400


def test_the_second_person_sees_what_changed_and_keeps_what_was_typed(person, client, glue):
    seen = seen_of(client, glue)
    address = reverse("related_edit", args=[glue.pk])
    first = posted(name="Клей монтажный", price="400", description="", seen=seen)
    assert client.post(address, first).status_code == 302
    second = first | {"name": "Клей особый", "price": "390"}
    response = client.post(address, second)
    assert response.status_code == 422
    page = text_of(response)
    assert "Пока вы писали" in page
    assert "390 ₽ → 400 ₽" in page
    form = response.context["form"]
    assert (form["name"].value(), form["price"].value()) == ("Клей особый", "400")
    again = second | {"price": "400", "seen": form["seen"].value()}
    assert client.post(address, again).status_code == 302
    glue.refresh_from_db()
    assert (glue.name, glue.recommended_price) == ("Клей особый", 400)
    assert "Клей монтажный → Клей особый" in text_of(client.get(address))


def test_one_never_ordered_is_deleted_an_ordered_one_goes_off_sale(person, client, glue, dealer):
    ordered = RelatedProductFactory(owner=dealer)
    OrderFactory(lines__product=ordered)
    for product in (glue, ordered):
        client.post(reverse("related_remove", args=[product.pk]))
    assert not Product.objects.filter(pk=glue.pk).exists()
    ordered.refresh_from_db()
    assert not ordered.is_active


def test_the_manufacturer_hides_one_and_the_dealer_is_told_why(glue, dealer, client):
    person, manager = UserFactory(dealer=dealer), ManagerFactory()
    client.force_login(manager)
    address = reverse("related_review", args=[dealer.pk, glue.pk])
    assert client.post(address, {"act": "hide", "reason": "  "}).status_code == 422
    client.post(address, {"act": "hide", "reason": "Нет сертификата"})
    glue.refresh_from_db()
    assert glue.hidden_at
    assert client.get(reverse("product", args=[glue.pk, "x"])).status_code == 404
    message = Message.objects.get(user=person, event="related_hidden")
    assert message.context["reason"] == "Нет сертификата"
    client.force_login(person)
    for name, arguments in (("related_list", []), ("related_edit", [glue.pk])):
        assert "Нет сертификата" in text_of(client.get(reverse(name, args=arguments)))
    assert message.url == reverse("related_edit", args=[glue.pk])
    assert "скрыл ваш товар «Клей монтажный»" in text_of(client.get(reverse("message_list")))
    client.force_login(manager)
    client.post(address, {"act": "show"})
    glue.refresh_from_db()
    assert glue.is_sold
    assert Message.objects.filter(user=person, event="related_shown").count() == 1


def test_hiding_twice_tells_once(glue, dealer):
    UserFactory(dealer=dealer)
    for _time in range(2):
        hide_related(
            dealer_id=dealer.pk, product_id=glue.pk, reason="x", by=ManagerFactory(), now=NOW
        )
    assert Message.objects.filter(event="related_hidden").count() == 1


# Forms.


def test_adding_with_a_picture(person, client):
    response = client.post(reverse("related_add"), posted(picture=picture()))
    assert response.status_code == 302
    product = Product.objects.get(owner=person.dealer)
    assert product.picture.name.endswith(".png")
    assert "glue" not in product.picture.name
    client.post(
        reverse("related_edit", args=[product.pk]),
        posted(remove_picture="on", seen=seen_of(client, product)),
    )
    product.refresh_from_db()
    assert not product.picture


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: SimpleUploadedFile("a.svg", SVG), "PNG, JPEG или WebP"),
        (lambda: SimpleUploadedFile("a.png", SVG), "не картинка"),
        (lambda: SimpleUploadedFile("a.png", b"just text"), "не картинка"),
        (lambda: picture(size=(5000, 4000)), "16 мегапикселей"),
        (lambda: SimpleUploadedFile("a.jpg", picture().read()), "не картинка"),
        (lambda: SimpleUploadedFile("a.png", b"\0" * (2 * 1024 * 1024 + 1)), "больше 2 МБ"),
        (lambda: SimpleUploadedFile("a.png", b""), "пуст"),
    ],
)
def test_a_wrong_picture_is_refused_and_what_was_typed_stays(person, client, file, words):
    response = client.post(reverse("related_add"), posted(picture=file()))
    assert response.status_code == 422
    assert words.lower() in text_of(response).lower()
    assert 'value="Клей"' in response.content.decode()
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "a\0b"),
        *(("price", value) for value in ("", "0", "-5", "1e308", "NaN", "даром", "9" * 30)),
        ("price", "1,234"),
        ("unit", "tonne"),
        ("unit", ""),
        ("description", "x" * 4001),
        ("description", "\0"),
    ],
)
def test_nonsense_is_marked_beside_its_field(person, client, field, value):
    response = client.post(reverse("related_add"), posted(**{field: value}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Product.objects.exists()


@pytest.mark.parametrize("seen", ["", "nonsense", "a:b:c"])
def test_a_form_without_what_it_was_made_from_saves_nothing(person, client, glue, seen):
    response = client.post(reverse("related_edit", args=[glue.pk]), posted(seen=seen))
    assert response.status_code == 422
    glue.refresh_from_db()
    assert glue.name == "Клей монтажный"


def test_fields_of_others_are_ignored(person, client, glue):
    other = DealerFactory()
    data = posted(owner=other.pk, hidden_at="2026-01-01", family=1, seen=seen_of(client, glue))
    client.post(reverse("related_edit", args=[glue.pk]), data)
    glue.refresh_from_db()
    assert (glue.owner, glue.hidden_at) == (person.dealer, None)


def test_anothers_product_is_not_there(client, glue):
    client.force_login(UserFactory())
    for name in ("related_edit", "related_remove"):
        assert client.post(reverse(name, args=[glue.pk])).status_code == 404
    client.force_login(ManagerFactory())
    address = reverse("related_review", args=[DealerFactory().pk, glue.pk])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_costs_the_same_with_many(
    person, client, dealer, number, django_assert_max_num_queries
):
    for _ in range(number):
        RelatedProductFactory(owner=dealer)
    with django_assert_max_num_queries(7):
        response = client.get(reverse("related_list"))
    assert len(response.context["page"]) == number


def test_an_empty_list_says_what_to_do(person, client):
    assert "Своих товаров пока нет" in text_of(client.get(reverse("related_list")))


# The shop.


def test_it_stands_on_the_dealers_page_and_on_its_own(visitor, dealer, glue):
    page = text_of(visitor.get(reverse("dealer_page", args=[dealer.slug])))
    assert "Сопутствующие товары" in page
    assert glue.name in page
    response = visitor.get(reverse("product", args=[glue.pk, glue.slug]))
    assert "Продаёт только дилер" in text_of(response)
    assert "В корзину" in text_of(response)


@pytest.mark.parametrize("number", [1, 30])
def test_pages_of_the_shop_cost_the_same(visitor, dealer, number, django_assert_max_num_queries):
    products = [RelatedProductFactory(owner=dealer) for _ in range(number)]
    with django_assert_max_num_queries(9):
        page = visitor.get(reverse("dealer_page", args=[dealer.slug]))
    assert len(page.context["related"]) == min(number, 12)
    everything = visitor.get(reverse("dealer_page", args=[dealer.slug]), {"related": "all"})
    assert len(everything.context["related"]) == number
    with django_assert_max_num_queries(9):
        visitor.get(reverse("product", args=[products[0].pk, "x"]))


def test_another_region_cannot_buy_it(client, glue):
    client.cookies[PLACE_COOKIE] = str(CityFactory().pk)
    page = text_of(client.get(reverse("product", args=[glue.pk, "x"])))
    assert "не работает в вашем регионе" in page
    assert "В корзину" not in page


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"hidden_at": NOW, "hidden_reason": "x"}],
)
def test_off_sale_and_hidden_ones_are_in_no_shop_and_no_cart(visitor, dealer, glue, change):
    Product.objects.filter(pk=glue.pk).update(**change)
    assert visitor.get(reverse("product", args=[glue.pk, "x"])).status_code == 404
    page = text_of(visitor.get(reverse("dealer_page", args=[dealer.slug])))
    assert "Клей монтажный" not in page
    visitor.post(reverse("cart_add"), {"product": glue.pk})
    assert "cart" not in visitor.cookies


def test_it_is_nowhere_among_the_manufacturers_goods(visitor, dealer, glue, person, client):
    assert glue not in Product.objects.on_sale()
    assert "Сопутствующие товары" not in text_of(visitor.get(reverse("home")))
    slug = glue.family.category.slug
    assert visitor.get(reverse("category", args=[slug])).status_code == 404
    assert "Клей монтажный" not in text_of(client.get(reverse("assortment")))
    client.force_login(ManagerFactory())
    for name in ("catalogue", "category_list", "dealer_prices"):
        page = text_of(client.get(reverse(name)))
        assert "Клей монтажный" not in page
        assert "Сопутствующие товары" not in page
    assert client.get(reverse("family", args=[glue.family_id])).status_code == 404
    assert client.get(reverse("catalogue_product", args=[glue.pk])).status_code == 404
    category = glue.family.category_id
    assert client.get(reverse("category_edit", args=[category])).status_code == 404
    assert client.post(reverse("category_off", args=[category])).status_code == 404
    price = {f"{glue.pk}-price": "1", f"{glue.pk}-seen": "390"}
    assert client.post(reverse("catalogue_price", args=[glue.pk]), price).status_code == 404
    assert holders_of([]) == {}


# Price lists.


def test_the_owners_price_list_holds_it_and_nobody_elses(dealer, glue):
    assert glue.pk in {row[0] for row in price_list_rows(dealer)}
    assert glue.pk not in {row[0] for row in price_list_rows(DealerFactory())}
    assert "Клей монтажный" in price_list_yml(dealer, now=NOW).decode()


def uploaded(person, text):
    upload = receiving.receive(
        dealer_id=person.dealer_id, file_name="p.csv", content=text, by=person, now=NOW
    )
    assert reading.read_due(clock=lambda: NOW)
    upload.refresh_from_db()
    return upload


def test_an_upload_changes_its_price_and_can_be_taken_back(person, glue):
    content = csv_file([glue.pk, "", "415", "нет"])
    upload = uploaded(person, content)
    assert upload.counts == {"changed": 1}
    applying.apply(upload_id=upload.pk, revision=upload.revision, by=person, now=NOW)
    glue.refresh_from_db()
    row = DealerProduct.objects.get(product=glue)
    assert (glue.recommended_price, row.price, row.in_stock) == (415, 415, False)
    applying.roll_back(upload_id=upload.pk, by=person, now=NOW)
    glue.refresh_from_db()
    row.refresh_from_db()
    assert (glue.recommended_price, row.price, row.in_stock) == (390, 390, True)


def test_to_another_dealer_it_is_not_in_the_catalogue(glue):
    rival = UserFactory()
    content = csv_file([glue.pk, "", "1", ""])
    assert uploaded(rival, content).counts == {"skipped": 1}
