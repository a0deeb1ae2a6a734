"""What people type into a search field."""

import re

# Signs that stand around numbers and phones.
DECORATION = re.compile(r"[№#+()\s\u202f\u00a0-]")


def digits_of(text):
    """The digits of a number or phone as typed, or None where the text is something else."""
    bare = DECORATION.sub("", text)
    return bare if bare.isascii() and bare.isdigit() else None


def phone_beginnings(digits):
    """How stored phones (E.164) may begin if these are the first digits as Russians type them.

    The country code may be left out or written as 8: 916…, 8916… and 7916… all mean +7916…; but
    812… is also a city's code.
    """
    whole = f"+7{digits}"
    return [f"+7{digits[1:]}", whole] if digits[0] in "78" else [whole]
