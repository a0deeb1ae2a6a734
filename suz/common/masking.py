"""Taking contacts out of what people wrote."""

import re

from suz.common.text import HIDDEN

# Ten digits or more with the signs that stand in phones between them; a date is no phone.
PHONE = re.compile(
    r"(?<!\d)(?!\d{1,2}\.\d{1,2}\.\d{4}\b)\+?\d(?:[\s().\u00a0\u202f‑–-]{0,3}\d){9,14}(?!\d)"
)


def without_phones(text):
    """The text with every phone number replaced."""
    return PHONE.sub(HIDDEN, text)
