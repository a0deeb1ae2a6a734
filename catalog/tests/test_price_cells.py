"""What people write into cells of price lists."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importing import cells
from catalog.importing.cells import Reason, Refused
from catalog.importing.headings import field_of, letter, recognise

ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        (150, "150.00"),
        (150.5, "150.50"),
        (199.996, "200.00"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50 ₽", "1234.50"),
        ("1\u202f234.5 руб.", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("12,5", "12.50"),
        ("1e3", "1000.00"),
        ("9999999", "9999999.00"),
    ],
)
def test_a_price_is_read_as_people_write_it(cell, price):
    assert cells.price(cell) == Decimal(price)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (0, Reason.PRICE_NOT_POSITIVE),
        ("0,00", Reason.PRICE_NOT_POSITIVE),
        (0.001, Reason.PRICE_NOT_POSITIVE),
        (-5, Reason.PRICE_NOT_POSITIVE),
        ("-5", Reason.PRICE_NOT_POSITIVE),
        (1e308, Reason.PRICE_TOO_LARGE),
        ("1e308", Reason.PRICE_TOO_LARGE),
        ("1e999", Reason.PRICE_TOO_LARGE),
        ("10000000", Reason.PRICE_TOO_LARGE),
        (float("inf"), Reason.PRICE_TEXT),
        (float("nan"), Reason.PRICE_TEXT),
        ("NaN", Reason.PRICE_TEXT),
        ("Infinity", Reason.PRICE_TEXT),
        ("по запросу", Reason.PRICE_TEXT),
        ("=1+1", Reason.PRICE_TEXT),
        ("#N/A", Reason.PRICE_TEXT),
        ("١٢٣", Reason.PRICE_TEXT),
        (True, Reason.PRICE_TEXT),
        ("1,234", Reason.PRICE_AMBIGUOUS),
        ("1.2.3,4,5", Reason.PRICE_AMBIGUOUS),
    ],
)
def test_nonsense_in_a_price_is_refused_with_the_reason(cell, reason):
    with pytest.raises(Refused) as refusal:
        cells.price(cell)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("cell", "number"),
    [(12, 12), (12.0, 12), ("12", 12), ("№ 12", 12), ("0012", 12), ("12.0", 12), (None, None)],
)
def test_a_product_number_is_digits(cell, number):
    assert cells.product_number(cell) == number


@pytest.mark.parametrize("cell", ["А-12", "12а", 12.5, True, -3, "9" * 19, "9" * 400, 1e300])
def test_other_things_are_no_product_numbers(cell):
    with pytest.raises(Refused):
        cells.product_number(cell)


@pytest.mark.parametrize("cell", ["да", "Есть", "В  наличии", "+", True, 5, "12 шт.", ">10", "0,5"])
def test_words_and_amounts_mean_in_stock(cell):
    assert cells.stock(cell) is True


@pytest.mark.parametrize("cell", ["нет", "Под заказ", "-", False, 0, "0", 0.0])
def test_words_and_zero_mean_not_in_stock(cell):
    assert cells.stock(cell) is False


@pytest.mark.parametrize("cell", ["может быть", -1, "-1", float("nan"), float("inf")])
def test_an_unclear_stock_is_refused(cell):
    with pytest.raises(Refused):
        cells.stock(cell)


@given(ANYTHING)
def test_any_cell_is_a_value_or_a_refusal(cell):
    for read in (cells.price, cells.stock, cells.product_number):
        with suppress(Refused):
            assert isinstance(read(cell), Decimal | int | bool | None)


@given(st.decimals(min_value="0.01", max_value="9999999", places=2))
def test_a_price_in_russian_is_read_back(price):
    assert cells.price(f"{price:,.2f}".replace(",", " ").replace(".", ",")) == price


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Артикул", "number"),
        ("№", "number"),
        ("Номер товара", "number"),
        ("Наименование товара", "name"),
        ("Product name", "name"),
        ("ЦЕНА, ₽", "price"),
        ("Цена за м2, руб.", "price"),
        ("Price", "price"),
        ("Наличие", "stock"),
        ("Остаток на складе", "stock"),
        ("In stock", "stock"),
        ("Рекомендованная цена, ₽", None),
        ("Цена закупочная", None),
        ("Коллекция", None),
        (12, None),
        ("", None),
    ],
)
def test_headings_are_recognised_in_russian_and_english(heading, field):
    known = field_of(heading)
    assert (known and known[0]) == field


def test_headings_below_a_title_are_found():
    rows = [(1, ["Прайс-лист ООО «Панель»"]), (3, ["Артикул", "Цена"]), (4, [1, 100])]
    columns = recognise(rows)
    assert (columns.heading_rows, columns.places) == (2, {"number": 0, "price": 1})


def test_headings_in_two_merged_rows_are_joined():
    rows = [(1, ["Товар", None, "Условия"]), (2, ["Номер", "Название", "Цена", "Остаток"])]
    assert recognise(rows).places == {"number": 0, "name": 1, "price": 2, "stock": 3}
    split = [(1, ["Номер", "Название", None]), (2, [None, None, "Цена"]), (3, [1, "Панель", 5])]
    columns = recognise(split)
    assert (columns.heading_rows, columns.places) == (2, {"number": 0, "name": 1, "price": 2})


def test_headings_that_say_too_little_are_not_recognised():
    assert recognise([(1, ["Раз", "Два"]), (2, [1, 2])]) is None
    assert recognise([(1, ["Название", "Цвет"]), (2, ["Панель", "дуб"])]) is None


def test_columns_have_letters():
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
