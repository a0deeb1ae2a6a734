"""A family with its colour variants on one page."""

import threading
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from catalog.models import Product, ProductFamily
from catalog.services.changes import Moved
from catalog.services.families import save_family, snapshot
from tests.factories import (
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


# Families.


def family_data(client, family):
    """What the form of a family posts when nothing is changed."""
    context = client.get(reverse("family", args=[family.pk])).context
    form, rows = context["form"], context["rows"]
    data = {name: form[name].value() for name in form.fields}
    for field in rows.management_form:
        data[field.html_name] = field.value()
    for row in rows:
        for name in row.fields:
            value = row[name].value()
            if value not in (None, False):
                data[row.add_prefix(name)] = "on" if value is True else value
    return data


@pytest.fixture
def family():
    family = ProductFamilyFactory(name="Панель", category__name="Канада +")
    for position, colour in enumerate(("Дуб", "Орех"), start=1):
        ProductFactory(family=family, name=f"Панель {colour}", colour=colour, position=position)
    return family


def row_number(data, product):
    return next(
        key.split("-")[1]
        for key, value in data.items()
        if key.endswith("-product") and str(value) == str(product.pk)
    )


def test_a_form_left_as_it_was_changes_nothing(manager, client, family):
    before = snapshot(family)
    response = client.post(
        reverse("family", args=[family.pk]), family_data(client, family), follow=True
    )
    assert "Ничего не изменилось" in text_of(response)
    assert snapshot(family) == before
    assert Product.pgh_event_model.objects.filter(pgh_label="update").count() == 0


def test_a_family_and_its_variants_are_edited_on_one_page(manager, client, family):
    oak, nut = family.products.all()
    data = family_data(client, family)
    index, last = row_number(data, oak), int(data["variants-TOTAL_FORMS"]) - 1
    data |= {"name": "Панель акриловая", f"variants-{index}-recommended_price": "1 250,50"}
    data |= {f"variants-{index}-length_mm": "3 660", f"variants-{index}-picture": picture()}
    data |= {f"variants-{last}-colour": "Кедр", f"variants-{last}-colour_code": "#A9683F"}
    response = client.post(reverse("family", args=[family.pk]), data, follow=True)
    oak.refresh_from_db()
    assert oak.recommended_price == Decimal("1250.50")
    assert oak.length_mm == 3660
    assert oak.picture
    cedar = family.products.get(colour="Кедр")
    assert cedar.name == "Панель акриловая Кедр"
    # Prefilled from the variant before it.
    assert cedar.recommended_price == nut.recommended_price
    page = text_of(response)
    for words in (
        "Название: Панель → Панель акриловая",
        "Панель Дуб, рекомендованная цена, ₽: 200 ₽ → 1 250,50 ₽",
        "Добавлено: Панель акриловая Кедр",
        "Марина Менеджерова",
    ):
        assert words in page


def test_a_variant_never_ordered_is_deleted_an_ordered_one_switched_off(manager, client, family):
    oak, nut = family.products.all()
    OrderFactory(lines__product=oak)
    data = family_data(client, family)
    for product in (oak, nut):
        data[f"variants-{row_number(data, product)}-DELETE"] = "on"
    response = client.post(reverse("family", args=[family.pk]), data, follow=True)
    assert list(family.products.values_list("pk", "is_active")) == [(oak.pk, False)]
    page = text_of(response)
    assert "снят с продажи, а не удалён: Панель Дуб" in page
    assert "Удалено: Панель Орех" in page


def test_with_its_last_variant_a_family_goes(manager, client):
    product = ProductFactory()
    data = family_data(client, product.family) | {"variants-0-DELETE": "on"}
    response = client.post(reverse("family", args=[product.family_id]), data)
    assert response["Location"] == reverse("catalogue")
    assert not ProductFamily.objects.exists()


def test_a_new_family_begins_with_one_variant(manager, client):
    category = ProductFamilyFactory(position=7).category
    data = {
        "category": category.pk,
        "name": "Крепёж",
        "description": "",
        "position": "",
        "variants-TOTAL_FORMS": "2",
        "variants-INITIAL_FORMS": "0",
        "variants-0-recommended_price": "640",
        "variants-0-unit": "pack",
        "variants-0-is_active": "on",
        "variants-1-recommended_price": "640",
        "variants-1-unit": "pack",
        "variants-1-is_active": "on",
    }
    assert client.post(reverse("family_add"), data).status_code == 302
    product = Product.objects.get()
    assert (product.name, product.unit, product.recommended_price) == ("Крепёж", "pack", 640)
    assert product.family.position == 8
    again = client.post(reverse("family_add"), data)
    assert again.status_code == 422
    assert "уже есть товар с таким названием" in text_of(again)
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 151),
        ("category", ""),
        ("category", "999999999999999999999"),
        ("position", "-1"),
        ("position", "99999"),
        ("description", "\0"),
        *(
            ("variants-0-recommended_price", value)
            for value in ("", "0", "-5", "1e308", "NaN", "text", "9" * 30, "1,234")
        ),
        ("variants-0-length_mm", "-1"),
        ("variants-0-width_mm", "0"),
        ("variants-0-thickness_mm", "1e5"),
        ("variants-0-colour", "x" * 81),
        ("variants-0-colour_code", "red"),
        ("variants-0-colour_code", "#12345z"),
        ("variants-0-unit", "tonne"),
        ("variants-0-name", "x" * 201),
        ("variants-0-position", "1e9"),
        ("variants-0-product", "nonsense"),
        ("variants-0-picture", SimpleUploadedFile("a.svg", b"<svg/>")),
        ("variants-0-picture", SimpleUploadedFile("a.png", b"text")),
        ("variants-TOTAL_FORMS", "x"),
        ("variants-TOTAL_FORMS", "-1"),
        ("variants-TOTAL_FORMS", "999999"),
        ("seen", ""),
        ("seen", "nonsense"),
    ],
)
def test_nonsense_in_a_family_is_marked_and_saves_nothing(manager, client, family, field, value):
    before = snapshot(family)
    data = family_data(client, family) | {"description": "Новое", field: value}
    response = client.post(reverse("family", args=[family.pk]), data)
    assert response.status_code == 422
    assert "Ничего не сохранено" in text_of(response)
    assert snapshot(family) == before


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(manager, client, family):
    oak, nut = family.products.all()
    address, mine = reverse("family", args=[family.pk]), family_data(client, family)
    index = row_number(mine, nut)
    theirs = dict(mine) | {f"variants-{row_number(mine, oak)}-recommended_price": "210"}
    last = int(mine["variants-TOTAL_FORMS"]) - 1
    theirs |= {f"variants-{last}-colour": "Кедр"}
    assert client.post(address, theirs).status_code == 302
    mine |= {f"variants-{index}-recommended_price": "195", "description": "Моё"}
    response = client.post(address, mine)
    assert response.status_code == 422
    page = text_of(response)
    assert "Панель Дуб, рекомендованная цена, ₽: 200 ₽ → 210 ₽" in page
    assert "Вариант: Панель Кедр" in page
    rows = {str(row["product"].value()): row for row in response.context["rows"]}
    assert rows[str(oak.pk)]["recommended_price"].value() == "210"
    assert rows[str(nut.pk)]["recommended_price"].value() == "195"
    assert response.context["form"]["description"].value() == "Моё"
    nut.refresh_from_db()
    assert nut.recommended_price == 200
    # What the page now shows can be saved.
    form, formset = response.context["form"], response.context["rows"]
    again = dict(formset.data) | {"seen": form["seen"].value()}
    assert client.post(address, again).status_code == 302
    oak.refresh_from_db()
    nut.refresh_from_db()
    assert (oak.recommended_price, nut.recommended_price) == (210, 195)
    assert family.products.count() == 3


def test_a_variant_of_another_family_cannot_be_reached(manager, client, family):
    other = ProductFactory(recommended_price=777)
    data = family_data(client, family)
    last = int(data["variants-TOTAL_FORMS"]) - 1
    data |= {f"variants-{last}-product": other.pk, f"variants-{last}-DELETE": "on"}
    client.post(reverse("family", args=[family.pk]), data)
    other.refresh_from_db()
    assert other.recommended_price == 777


def test_dealers_read_a_family(family, client):
    client.force_login(UserFactory())
    response = client.get(reverse("family", args=[family.pk]))
    assert "Панель Орех" in text_of(response)
    assert "История" not in text_of(response)
    assert "<form" not in response.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("number", [1, 30])
def test_a_family_costs_the_same_with_many_variants(
    manager, client, number, django_assert_max_num_queries
):
    family = ProductFamilyFactory()
    ProductFactory.create_batch(number, family=family)
    with django_assert_max_num_queries(12):
        response = client.get(reverse("family", args=[family.pk]))
    assert len(response.context["rows"].forms) == number + 1


# Races.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_two_who_save_at_once_one_is_told(is_guarded, monkeypatch):
    """Negative control: without the comparison both save, the later over the earlier."""
    family, users = ProductFactory().family, ManagerFactory.create_batch(2)
    if not is_guarded:
        monkeypatch.setattr("catalog.services.families.moves", lambda seen, present: [])
    seen = snapshot(family)
    start, results = threading.Barrier(2), []

    def save(user, description):
        values = {"category": family.category, "name": family.name, "position": 0}
        try:
            start.wait()
            save_family(
                family_id=family.pk,
                values=values | {"description": description},
                variants=[],
                seen=seen,
                by=user,
            )
            results.append("saved")
        except Moved:
            results.append("moved")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=save, args=(user, f"Описание {number}"))
        for number, user in enumerate(users)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == (["moved", "saved"] if is_guarded else ["saved", "saved"])
