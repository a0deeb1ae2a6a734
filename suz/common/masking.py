"""Taking contacts out of what people wrote."""

import re

from suz.common.text import HIDDEN

# What stands between a phone's digits: spaces, hyphens and dashes of every kind, signs of every
# keyboard and what cannot be seen. No comma: it stands between numbers that are no phone.
BETWEEN = (
    r"[\s().:/\\|_*•·'\"=\[\]\u00a0\u00ad\u200b-\u200f\u202f\u2060\ufeff\u2010-\u2015\u2212-]{0,5}"
)
# A date, with the time or without, is no phone and begins none; ten digits or more are one.
# An address of mail: letters of any alphabet, so that names of other languages are found as well.
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
DATE_OR_PHONE = re.compile(
    r"(?<!\d)(?:(?P<date>\d{1,2}\.\d{1,2}\.\d{4}(?:,?\s\d{1,2}:\d{2})?(?!\d))"
    rf"|\+?\d(?:{BETWEEN}\d){{9,14}}(?!\d))"
)


def without_phones(text):
    """The text with every phone number replaced."""
    return DATE_OR_PHONE.sub(lambda found: found["date"] or HIDDEN, text)


def without_contacts(text):
    """The text with every phone number and address of mail replaced."""
    return EMAIL.sub(HIDDEN, without_phones(text))
