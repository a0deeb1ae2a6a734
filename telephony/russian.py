"""Numbers as Russians say them. Pure.

A voice reads «21 штука» as «двадцать один штука»; so numbers are given to it in words.
"""

from decimal import Decimal
from enum import IntEnum


class Gender(IntEnum):
    """Of the noun that is counted."""

    MASCULINE = 0
    FEMININE = 1
    NEUTER = 2


SMALL = (
    *("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"),
    *("десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать"),
    *("шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"),
)
ONE = ("один", "одна", "одно")
TWO = ("два", "две", "два")
TENS = (
    *("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят"),
    *("восемьдесят", "девяносто"),
)
HUNDREDS = (
    *("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот"),
    *("восемьсот", "девятьсот"),
)
# Of each power of a thousand: its forms for one, two and five, and its gender.
THOUSANDS = (
    (("тысяча", "тысячи", "тысяч"), Gender.FEMININE),
    (("миллион", "миллиона", "миллионов"), Gender.MASCULINE),
    (("миллиард", "миллиарда", "миллиардов"), Gender.MASCULINE),
    (("триллион", "триллиона", "триллионов"), Gender.MASCULINE),
)
LARGEST = 10 ** (3 * (len(THOUSANDS) + 1)) - 1

RUBLE = (("рубль", "рубля", "рублей"), Gender.MASCULINE)
KOPECK = (("копейка", "копейки", "копеек"), Gender.FEMININE)


def form(number, forms):
    """The form of a noun after a number: 1 заказ, 2 заказа, 5 заказов."""
    number = abs(number)
    if number % 10 == 1 and number % 100 != 11:
        return forms[0]
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return forms[1]
    return forms[2]


def words(number, gender=Gender.MASCULINE):
    """A whole number of at most fifteen digits in words, for a noun of the gender."""
    if not 0 <= number <= LARGEST:
        raise ValueError(number)
    if number == 0:
        return SMALL[0]
    parts = []
    for power in range(len(THOUSANDS), 0, -1):
        group = number // 1000**power % 1000
        if group:
            forms, of_group = THOUSANDS[power - 1]
            parts += [*_below_thousand(group, of_group), form(group, forms)]
    parts += _below_thousand(number % 1000, gender)
    return " ".join(parts)


def counted(number, noun):
    """A number with its noun, given as ``(forms, gender)``: двадцать одна штука."""
    forms, gender = noun
    return f"{words(number, gender)} {form(number, forms)}"


def rubles(amount):
    """A sum as it is said; kopecks only where there are any."""
    kopecks = int((Decimal(amount) * 100).to_integral_value())
    spoken = counted(kopecks // 100, RUBLE)
    if kopecks % 100:
        spoken += f" {counted(kopecks % 100, KOPECK)}"
    return spoken


def _below_thousand(number, gender):
    hundreds, rest = divmod(number, 100)
    parts = [HUNDREDS[hundreds]] if hundreds else []
    if rest >= len(SMALL):
        parts.append(TENS[rest // 10])
        rest %= 10
    if rest == 1:
        parts.append(ONE[gender])
    elif rest == 2:
        parts.append(TWO[gender])
    elif rest:
        parts.append(SMALL[rest])
    return parts
