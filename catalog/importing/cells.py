"""What people write into the cells of a price list, as numbers and truth values."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

MAX_PRICE = Decimal(9_999_999)
KOPECK = Decimal("0.01")
MAX_NUMBER = 2**63 - 1


class Reason(StrEnum):
    """Why a row is not taken."""

    NO_PRODUCT = "no_product"
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN = "unknown"
    AMBIGUOUS_NAME = "ambiguous_name"
    OTHER_NAME = "other_name"
    REPEATED = "repeated"
    PRICE_TEXT = "price_text"
    PRICE_AMBIGUOUS = "price_ambiguous"
    PRICE_NOT_POSITIVE = "price_not_positive"
    PRICE_TOO_LARGE = "price_too_large"
    STOCK_UNCLEAR = "stock_unclear"


class Refused(Exception):
    """A cell that says nothing usable; ``reason`` is a Reason."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


SPACES = re.compile(r"\s+")
CURRENCY = re.compile(r"(?:₽|руб(?:лей|ля|ль)?\.?|р\.?|rub|rur)$", re.IGNORECASE)
NUMERAL = re.compile(r"[+-]?\d+(?:[.,]\d+)*\Z", re.ASCII)
PRODUCT_NUMBER = re.compile(r"(?:№|#)?\s*(\d{1,19})(?:[.,]0+)?\Z", re.ASCII)
YES = {
    "да", "есть", "в наличии", "имеется", "на складе", "много", "мало", "достаточно", "+", "v",
    "✓", "yes", "y", "true", "истина", "in stock", "available",
}  # fmt: skip
NO = {
    "нет", "нет в наличии", "отсутствует", "под заказ", "ожидается", "снят", "-", "–", "—", "no",
    "n", "false", "ложь", "out of stock", "not available",
}  # fmt: skip


def product_number(cell):
    """A product's number, or None for an empty cell."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    match = None if isinstance(cell, bool) else PRODUCT_NUMBER.match(str(cell).strip())
    if not match or int(match[1]) > MAX_NUMBER:
        raise Refused(Reason.NOT_A_NUMBER)
    return int(match[1])


def price(cell):
    """A price in rubles, rounded to kopecks, or None for an empty cell."""
    if cell is None:
        return None
    value = _decimal(cell)
    if value > MAX_PRICE:
        raise Refused(Reason.PRICE_TOO_LARGE)
    if value <= 0:
        raise Refused(Reason.PRICE_NOT_POSITIVE)
    value = value.quantize(KOPECK, ROUND_HALF_UP)
    if not value:
        raise Refused(Reason.PRICE_NOT_POSITIVE)
    return value


def _decimal(cell):
    if isinstance(cell, bool):
        raise Refused(Reason.PRICE_TEXT)
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise Refused(Reason.PRICE_TEXT)
        return Decimal(repr(cell))
    text = SPACES.sub("", CURRENCY.sub("", cell.strip()))
    if not NUMERAL.match(text):
        return _scientific(text)
    commas, points = text.count(","), text.count(".")
    if commas and points:
        # The one that comes last separates the kopecks.
        fraction = "," if text.rfind(",") > text.rfind(".") else "."
        if text.count(fraction) > 1:
            raise Refused(Reason.PRICE_AMBIGUOUS)
        text = text.replace("." if fraction == "," else ",", "").replace(fraction, ".")
    elif commas + points > 1:
        text = text.replace(",", "").replace(".", "")
    elif commas:
        if len(text) - text.find(",") == 4:
            # One thousand in English, one ruble in Russian.
            raise Refused(Reason.PRICE_AMBIGUOUS)
        text = text.replace(",", ".")
    return Decimal(text)


def _scientific(text):
    """1e3 is a number as spreadsheets save it to text; everything else is none."""
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}", text, re.ASCII):
        raise Refused(Reason.PRICE_TEXT)
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Refused(Reason.PRICE_TEXT) from error


def stock(cell):
    """Whether a product is in stock, or None for an empty cell; an amount above zero is a yes."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        word = SPACES.sub(" ", cell).strip().casefold()
        if word in YES | NO:
            return word in YES
        text = word.lstrip(">< ").replace(" ", "").replace(",", ".")
        text = re.sub(r"(?:шт|уп|м2|м²|м)\.?$", "", text)
        if not re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
            raise Refused(Reason.STOCK_UNCLEAR)
        return Decimal(text) > 0
    if not math.isfinite(cell) or cell < 0:
        raise Refused(Reason.STOCK_UNCLEAR)
    return cell > 0


def name_key(cell):
    """A name without what people write differently: case, ё, spaces, quotation marks."""
    text = re.sub(r"[«»\"'“”„]", "", str(cell)).casefold().replace("ё", "е")
    return SPACES.sub(" ", text).strip()
