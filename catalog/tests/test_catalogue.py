"""The manufacturer's catalogue: categories, recommended prices, who has a product."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.holders import dealers_having, holders_of
from catalog.models import Category, Product
from catalog.services.categories import add_category
from catalog.services.recommended import set_recommended_price
from dealers.models import AuditKind, AuditRecord
from tests.factories import (
    CartLineFactory,
    CategoryFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    OrderFactory,
    ProductFactory,
    ProductFamilyFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = ManagerFactory(name="Марина Менеджерова")
    client.force_login(user)
    return user


def picture(name="panel.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, format="PNG")
    return SimpleUploadedFile(name, data.getvalue())


@pytest.fixture
def family():
    family = ProductFamilyFactory(name="Панель", category__name="Канада +")
    for position, colour in enumerate(("Дуб", "Орех"), start=1):
        ProductFactory(family=family, name=f"Панель {colour}", colour=colour, position=position)
    return family


# Categories.


def test_a_category_is_added_with_an_address_made_from_its_name(manager, client):
    CategoryFactory(position=4)
    data = {"name": " Коллекция  «Фагот» ", "description": "Для дома", "picture": picture()}
    assert client.post(reverse("category_add"), data).status_code == 302
    added = Category.objects.get(slug="kollektsiya-fagot")
    assert (added.name, added.position) == ("Коллекция «Фагот»", 5)
    assert added.picture.name.endswith(".png")
    add_category(values={"name": "Коллекция Фагот", "description": ""}, by=manager)
    assert Category.objects.filter(slug="kollektsiya-fagot-2").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 101), ("name", "\0"), ("description", "x" * 4001)],
)
def test_nonsense_in_a_category_is_marked(manager, client, field, value):
    response = client.post(reverse("category_add"), {"name": "Камень", field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Category.objects.exists()


def test_a_name_is_there_once(manager, client):
    CategoryFactory(name="Камень")
    response = client.post(reverse("category_add"), {"name": "Камень"})
    assert "уже есть" in text_of(response)
    assert Category.objects.count() == 1


def test_a_category_is_edited_and_its_address_stays(manager, client):
    category = CategoryFactory(name="Камень", slug="kamen")
    address = reverse("category_edit", args=[category.pk])
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {"name": "Скала", "description": "", "seen": seen})
    category.refresh_from_db()
    assert (category.name, category.slug) == ("Скала", "kamen")
    page = text_of(client.get(address))
    assert "Название: Камень → Скала" in page
    assert "Марина Менеджерова" in page
    late = client.post(address, {"name": "Утёс", "description": "", "seen": seen})
    assert late.status_code == 422
    assert "Камень → Скала" in text_of(late)
    category.refresh_from_db()
    assert category.name == "Скала"


def test_categories_are_moved_and_switched(manager, client):
    first, second, third = (CategoryFactory(position=1) for _ in range(3))
    client.post(reverse("category_up", args=[third.pk]))
    assert list(Category.objects.all()) == [first, third, second]
    client.post(reverse("category_up", args=[first.pk]))
    client.post(reverse("category_down", args=[second.pk]))
    assert list(Category.objects.all()) == [first, third, second]
    client.post(reverse("category_off", args=[first.pk]))
    first.refresh_from_db()
    assert not first.is_active
    assert "снята с продажи" in text_of(client.get(reverse("category_list")))
    client.post(reverse("category_on", args=[first.pk]))
    first.refresh_from_db()
    assert first.is_active


def test_the_list_is_in_the_order_of_the_shop(manager, client):
    late, early = CategoryFactory(position=2), CategoryFactory(position=1)
    ProductFactory(family__category=late)
    found = client.get(reverse("category_list")).context["categories"]
    assert found == [early, late]
    assert [one.products for one in found] == [0, 1]


# The table and its prices.


def test_a_price_is_changed_in_place_with_its_history(manager, client, family):
    oak = family.products.first()
    address = reverse("catalogue_price", args=[oak.pk])
    data = {f"{oak.pk}-price": "210,5", f"{oak.pk}-seen": "200"}
    assert "сохранено" in text_of(client.post(address, data))
    oak.refresh_from_db()
    assert oak.recommended_price == Decimal("210.50")
    late = client.post(address, data | {f"{oak.pk}-price": "190"})
    assert "изменил" in text_of(late)
    oak.refresh_from_db()
    assert oak.recommended_price == Decimal("210.50")
    page = text_of(client.get(reverse("family", args=[family.pk])))
    assert "200 ₽ → 210,50 ₽ Марина Менеджерова" in page


@pytest.mark.parametrize("value", ["", "0", "-1", "1e3", "abc", "9" * 40, "\0"])
def test_a_wrong_price_is_marked_and_stays_as_typed(manager, client, value):
    product = ProductFactory()
    address = reverse("catalogue_price", args=[product.pk])
    response = client.post(address, {f"{product.pk}-price": value, f"{product.pk}-seen": "200"})
    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()
    product.refresh_from_db()
    assert product.recommended_price == 200


def test_without_scripts_the_page_is_one_form(manager, client, family):
    oak, nut = family.products.all()
    data = {"row": [oak.pk, nut.pk, "x", 10**30]}
    data |= {f"{oak.pk}-price": "205", f"{oak.pk}-seen": "200"}
    response = client.post(
        reverse("catalogue"), data | {f"{nut.pk}-price": "даром", f"{nut.pk}-seen": "200"}
    )
    assert response.status_code == 422
    assert "даром" in response.content.decode()
    oak.refresh_from_db()
    assert oak.recommended_price == 205


def test_placed_orders_keep_their_prices(manager, family):
    oak = family.products.first()
    order = OrderFactory(lines__product=oak)
    cart = CartLineFactory(product=oak)
    set_recommended_price(product_id=oak.pk, seen=Decimal(200), wanted=Decimal(900), by=manager)
    Product.objects.filter(pk=oak.pk).update(is_active=False)
    line = order.lines.get()
    assert (line.price, line.total, line.name) == (200, 400, "Панель Дуб")
    cart.refresh_from_db()
    assert not cart.product.is_sold


def names(response):
    return [row["product"].name for row in response.context["rows"]]


def test_the_table_is_searched_filtered_and_sorted(manager, client, family):
    oak, nut = family.products.all()
    Product.objects.filter(pk=nut.pk).update(is_active=False, recommended_price=100)
    other = ProductFactory(name="Камень", colour="Серый")

    def found(**query):
        return names(client.get(reverse("catalogue"), query))

    assert found(q="орех") == ["Панель Орех"]
    assert found(q=str(oak.pk)) == ["Панель Дуб"]
    assert found(category=other.family.category_id) == ["Камень"]
    assert found(is_active="no") == ["Панель Орех"]
    assert found(sort="price")[0] == "Панель Орех"
    assert found(sort="-name") == ["Панель Орех", "Панель Дуб", "Камень"]
    for nonsense in ("\0", "9" * 200, "x" * 500, "%_'\""):
        for name in ("q", "category", "is_active", "sort", "after", "before"):
            assert client.get(reverse("catalogue"), {name: nonsense}).status_code == 200


def test_pages_go_on_and_back(manager, client, monkeypatch):
    monkeypatch.setattr("catalog.workspace.catalogue.Catalogue.page_size", 2)
    family = ProductFamilyFactory()
    made = [one.name for one in ProductFactory.create_batch(5, family=family)]
    seen, page = [], client.get(reverse("catalogue"))
    while True:
        seen += names(page)
        if not (after := page.context["page"].after):
            break
        page = client.get(reverse("catalogue"), {"after": after})
    assert seen == made


@pytest.mark.parametrize("number", [1, 40])
def test_the_table_costs_the_same_with_many(manager, client, number, django_assert_max_num_queries):
    for _ in range(number):
        DealerProductFactory(dealer__own_prices=True, price=Decimal(190))
    with django_assert_max_num_queries(9):
        response = client.get(reverse("catalogue"))
    assert len(response.context["rows"]) == number


def test_dealers_read_the_table_without_the_others_prices(client, family):
    DealerProductFactory(product=family.products.first(), dealer__own_prices=True, price=199)
    client.force_login(UserFactory())
    response = client.get(reverse("catalogue"))
    assert "Панель Дуб" in text_of(response)
    assert "199" not in text_of(response)
    assert client.post(reverse("catalogue"), {"row": "1"}).status_code == 404


def test_the_table_is_downloaded_and_that_is_recorded(manager, client, family):
    Product.objects.filter(colour="Дуб").update(name='=HYPERLINK("x")')
    address = reverse("catalogue_export") + f"?category={family.category_id}"
    response = client.post(address, {"kind": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert rows[0][0] == "Номер товара"
    assert len(rows) == 3
    assert rows[1][3].startswith("'=")
    taken = AuditRecord.objects.latest("pk")
    assert (taken.kind, taken.actor) == (AuditKind.EXPORT, manager)
    assert taken.data == {"table": "products", "count": 2, "format": "csv"}
    xlsx = client.post(reverse("catalogue_export"), {"kind": "nonsense"})
    assert b"".join(xlsx.streaming_content).startswith(b"PK")


# Who has it.


def test_holders_are_counted_as_dealers_terms_say(family):
    oak = family.products.first()
    DealerFactory(is_active=False)
    whole, without = DealerFactory(), DealerFactory()
    cheap = DealerFactory(whole_line=False, own_prices=True)
    ignored = DealerFactory(whole_line=True, own_prices=False)
    DealerProductFactory(dealer=without, product=oak, in_stock=False, price=1)
    DealerProductFactory(dealer=cheap, product=oak, price=Decimal(180))
    DealerProductFactory(dealer=ignored, product=oak, price=Decimal(5))
    found = holders_of([oak])[oak.pk]
    assert (found.dealers, found.low, found.high) == (3, 180, 200)
    prices = {dealer: dealer.price for dealer in dealers_having(oak)}
    assert prices == {whole: 200, cheap: 180, ignored: 200}


def test_a_product_that_nobody_has_has_no_price_range(family):
    oak = family.products.first()
    assert holders_of([oak])[oak.pk].dealers == 0


def test_the_page_leads_to_the_dealers_assortment(manager, client, family):
    oak = family.products.first()
    dealer = DealerProductFactory(product=oak, dealer__own_prices=True, price=180).dealer
    response = client.get(reverse("catalogue_product", args=[oak.pk]))
    page = text_of(response)
    assert dealer.name in page
    assert "−20 ₽" in page
    target = f"{reverse('dealer_assortment', args=[dealer.pk])}?q={oak.pk}"
    assert target in response.content.decode()
    assert "Панель Дуб" in text_of(client.get(target))
    card = client.get(reverse("dealer_card", args=[dealer.pk])).content.decode()
    assert reverse("dealer_assortment", args=[dealer.pk]) in card


@pytest.mark.parametrize("number", [1, 40])
def test_holders_cost_the_same_with_many(manager, client, number, django_assert_max_num_queries):
    product = ProductFactory()
    for _ in range(number):
        DealerProductFactory(product=product)
    with django_assert_max_num_queries(10):
        response = client.get(reverse("catalogue_product", args=[product.pk]))
    assert len(response.context["page"]) == number
