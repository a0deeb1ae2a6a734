"""What people type into a search field."""

import re

# Signs that stand around numbers and phones.
ID_DIGITS = 18
DECORATION = re.compile(r"[№#+()\s\u202f\u00a0-]")


def digits_of(text):
    """The digits of a number or phone as typed, or None where the text is something else."""
    bare = DECORATION.sub("", text)
    return bare if bare.isascii() and bare.isdigit() else None


def ids_of(texts):
    """Those of the texts that are numbers which records may have."""
    return [
        int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS
    ]


def phone_beginnings(digits):
    """How stored phones (E.164) may begin if these are the first digits as Russians type them.

    The country code may be left out or written as 8: 916…, 8916… and 7916… all mean +7916…; but
    812… is also a city's code.
    """
    whole = f"+7{digits}"
    return [f"+7{digits[1:]}", whole] if digits[0] in "78" else [whole]


def number_ranges(digits, *, newest):
    """Pairs (from, to) of the numbers up to ``newest`` that begin with these digits.

    41 → 41, 410–419, 4100–4199, …: what a search for the beginning of a number finds.
    """
    low = high = int(digits)
    found = []
    while 0 < low <= newest:
        found.append((low, min(high, newest)))
        low, high = low * 10, high * 10 + 9
    return found
