"""How sums, measures and phones are written."""

from decimal import Decimal

NARROW_SPACE = "\u202f"
HIDDEN = "[скрыт]"
ROMAN = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeezijklmnoprstufye", strict=True)),
    **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
    **{"ъ": "", "ь": "", "ю": "yu", "я": "ya"},
}


def number(value, places=0):
    """A number with narrow spaces and a decimal comma: 39 844 or 3,10."""
    text = f"{Decimal(value):,.{places}f}"
    return text.replace(",", NARROW_SPACE).replace(".", ",").replace("-", "\u2212")


def money(value):
    """A sum in rubles, kopecks only where there are any: 39 844 ₽, 222,75 ₽."""
    value = Decimal(value)
    places = 0 if value == value.to_integral_value() else 2
    return f"{number(value, places)}\u00a0₽"


def money_range(low, high):
    """One sum, or from … to …: the words stand in the translation."""
    from django.utils.translation import gettext as _

    if low is None or low == high:
        return money(high)
    return _("from %(low)s to %(high)s") % {"low": money(low), "high": money(high)}


def measure(value):
    """A length as people write it: 3100, 1,1."""
    value = Decimal(value).normalize()
    return number(value, max(0, -value.as_tuple().exponent))


def phone(value):
    """An E.164 phone as read in Russia: +7 900 123-45-67; other countries as they are."""
    digits = str(value)
    if len(digits) == 12 and digits.startswith("+7"):
        return f"+7 {digits[2:5]} {digits[5:8]}-{digits[8:10]}-{digits[10:]}"
    return digits


def hidden_phone(value):
    """What stands in place of a phone one may not see: +7 900 [скрыт]; empty where none is."""
    if not value:
        return ""
    digits = str(value)
    if len(digits) == 12 and digits.startswith("+7"):
        return f"+7 {digits[2:5]} {HIDDEN}"
    return f"{digits[:2]} {HIDDEN}"


def latin(text):
    """The text in Latin letters and hyphens, for addresses and e-mail."""
    letters = "".join(ROMAN.get(letter, letter) for letter in text.lower())
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in letters)
    return "-".join(words.split())
