"""Finding a promo code and telling why it does not work."""

import re
import unicodedata
from enum import StrEnum

from django.utils.translation import gettext as _

from orders.models import PromoCode, PromoCodeState
from orders.models.promo_codes import LETTERS
from suz.common.text import money


class Trouble(StrEnum):
    """Why a code does not work; the first that applies, in this order."""

    UNKNOWN = "unknown"
    OFF = "off"
    NOT_YET = "not_yet"
    OVER = "over"
    USED_UP = "used_up"
    OTHER_REGION = "other_region"


STATES = {
    PromoCodeState.OFF: Trouble.OFF,
    PromoCodeState.PLANNED: Trouble.NOT_YET,
    PromoCodeState.OVER: Trouble.OVER,
    PromoCodeState.USED_UP: Trouble.USED_UP,
}


def normal(text):
    """A code as it is kept: capitals without spaces."""
    return unicodedata.normalize("NFC", "".join(text.split())).upper()


def find_code(text):
    """The code that a person typed, in whatever letters, or None."""
    code = normal(text)
    if not re.fullmatch(LETTERS, code):
        return None
    return PromoCode.objects.filter(code=code).first()


def trouble_with(code, place, *, now, is_held=False):
    """Why the code (None: there is none such) does not work in a place, or None: one query.

    ``is_held``: the order has taken its use already, so that being used up is no trouble.
    """
    if code is None:
        return Trouble.UNKNOWN
    trouble = STATES.get(code.state_at(now))
    if trouble is not None and not (is_held and trouble == Trouble.USED_UP):
        return trouble
    regions = set(code.regions.values_list("pk", flat=True))
    return Trouble.OTHER_REGION if regions and place.region_id not in regions else None


def usable_cut(code, place, *, now):
    """The terms of a code that works in the place, else None; ``code`` may be None."""
    if code is None or trouble_with(code, place, now=now) is not None:
        return None
    return code.cut


def customer_words():
    """What a customer is told of any code that does not work: nothing to guess codes by."""
    return _("This promo code does not work here: check the code, its term and your region.")


def minimum_words(least):
    """What is told where the goods cost too little."""
    return _("The promo code works for goods for at least %(sum)s.") % {"sum": money(least)}


def staff_words(trouble):
    """What staff is told."""
    return {
        Trouble.UNKNOWN: _("There is no such promo code."),
        Trouble.OFF: _("The promo code is switched off."),
        Trouble.NOT_YET: _("The promo code does not work yet."),
        Trouble.OVER: _("The term of the promo code has passed."),
        Trouble.USED_UP: _("The promo code is used up."),
        Trouble.OTHER_REGION: _("The promo code is not for the region of this order."),
    }[trouble]
