"""Extraction, merging, checking and compiling of the catalogs."""

import gettext
from pathlib import Path

import pytest

from suz.local import translations

AREAS = ["orders", "catalog", "common"]


@pytest.fixture
def project(tmp_path) -> Path:
    files = {
        "orders/views.py": """
            from django.utils.translation import gettext as _, ngettext, pgettext
            _("Order")
            _("Order %(number)s is taken")
            ngettext("%(count)s order", "%(count)s orders", 2)
            pgettext("verb", "Order")
        """,
        "orders/tests/test_views.py": '_("Only in a test")',
        "catalog/models.py": '_("Product")',
        "telephony/apps.py": '_("Calls")',
        "templates/orders/card.html": """
            {% load i18n %}
              <p>{% translate "Order" %}</p>
            {% blocktranslate trimmed count n=lines|length %}
                One line of {{ order }}
            {% plural %}
                {{ n }} lines of {{ order }}
            {% endblocktranslate %}
        """,
        "templates/storefront/home.txt": '{% translate "Where to buy" %} {% translate "100 %" %}',
        "templates/404.html": '{% translate "No such page" %}',
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines()
        file.write_text("\n".join(line.strip() for line in lines) if name[-2:] == "py" else text)
    return tmp_path


@pytest.fixture
def sources(project):
    return translations.extract_sources(AREAS, project)


def catalog(tmp_path, text):
    file = tmp_path / "django.po"
    file.write_text(translations.HEADER + text)
    return translations.read_catalog(file)


def test_texts_belong_to_the_area_of_their_folder(sources):
    texts = {area: {key[0] for key in found} for area, found in sources.items()}
    assert texts == {
        "orders": {
            "Order",
            "Order %(number)s is taken",
            "%(count)s order",
            "One line of %(order)s",
        },
        "catalog": {"Product", "Where to buy", "100 %%"},
        "common": {"Calls", "No such page"},
    }


def test_context_and_plural_are_kept(sources):
    assert ("Order", "verb") in sources["orders"]
    assert sources["orders"]["One line of %(order)s", None].plural == "%(n)s lines of %(order)s"


def test_merging_keeps_translations_and_drops_what_is_unused(sources, tmp_path):
    old = catalog(
        tmp_path,
        'msgid "Product"\nmsgstr "Товар"\n\nmsgid "Gone"\nmsgstr "Ушло"\n',
    )
    merged = translations.merge(sources["catalog"], old)
    assert merged.get("Product").string == "Товар"
    assert merged.get("Gone") is None
    assert merged.get("Where to buy").string == ""


def test_rendering_twice_gives_the_same_bytes(sources, tmp_path):
    first = translations.render(translations.merge(sources["orders"], catalog(tmp_path, "")))
    file = tmp_path / "again.po"
    file.write_bytes(first)
    again = translations.merge(sources["orders"], translations.read_catalog(file))
    assert translations.render(again) == first
    assert b"orders/views.py" in first
    assert b"Date" not in first


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('msgid "Product"\nmsgstr "Товар"\n', "not in the catalog: 'Where to buy'"),
        ('msgid "Where to buy"\nmsgstr ""\n', "not translated: 'Where to buy'"),
        ('msgid "Gone"\nmsgstr "Ушло"\n', "not used any more: 'Gone'"),
        ('#, fuzzy\nmsgid "Product"\nmsgstr "Товар"\n', "not translated: 'Product'"),
    ],
)
def test_incomplete_catalog_is_named(sources, tmp_path, text, complaint):
    found = list(translations.problems(sources["catalog"], catalog(tmp_path, text)))
    assert any(one.startswith(complaint) for one in found)


@pytest.mark.parametrize(
    ("russian", "wrong"),
    [
        ("Заказ %(number)s занят", False),
        ("Заказ занят", True),
        ("Заказ %(nummer)s занят", True),
    ],
)
def test_placeholders_must_be_those_of_the_text(sources, tmp_path, russian, wrong):
    text = f'msgid "Order %(number)s is taken"\nmsgstr "{russian}"\n'
    found = list(translations.problems(sources["orders"], catalog(tmp_path, text)))
    assert any("placeholders differ" in one for one in found) is wrong


def test_complete_catalog_has_no_problems(sources, tmp_path):
    merged = translations.merge(sources["orders"], catalog(tmp_path, ""))
    for message in merged:
        if message.id:
            message.string = (
                (message.id[0], message.id[1], message.id[1])
                if message.pluralizable
                else message.id
            )
    assert list(translations.problems(sources["orders"], merged)) == []


def test_areas_must_agree_on_a_text(tmp_path):
    first = catalog(tmp_path, 'msgid "Order"\nmsgstr "Заказ"\n')
    second = catalog(tmp_path, 'msgid "Order"\nmsgstr "Ордер"\n')
    assert list(translations.disagreements({"orders": first, "catalog": first})) == []
    assert len(list(translations.disagreements({"orders": first, "catalog": second}))) == 1


def test_compiled_catalog_has_three_russian_forms(tmp_path):
    file = tmp_path / "django.po"
    file.write_text(
        translations.HEADER + 'msgid "%(n)s order"\nmsgid_plural "%(n)s orders"\n'
        'msgstr[0] "%(n)s заказ"\nmsgstr[1] "%(n)s заказа"\nmsgstr[2] "%(n)s заказов"\n'
    )
    translations.compile_catalog(file)
    with file.with_suffix(".mo").open("rb") as compiled:
        russian = gettext.GNUTranslations(compiled)
    words = [russian.ngettext("%(n)s order", "%(n)s orders", n).split()[1] for n in (1, 3, 11, 25)]
    assert words == ["заказ", "заказа", "заказов", "заказов"]
