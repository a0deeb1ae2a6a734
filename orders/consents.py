"""The texts that customers agree to: which ones count, and which ones a form has shown.

A form carries the number of the texts that it led to, signed: the consent given with it is kept
with that version, also where the administrator has changed the texts since. Nobody is taken to
have agreed to words that were not there.
"""

from django.core import signing

from orders.models import Consent, ConsentVersion

SALT = "orders.consents"
SPOKEN = ", phone"


def current_version():
    """The ConsentVersion that counts now."""
    return ConsentVersion.objects.order_by("-number").first()


def version_numbered(text):
    """The ConsentVersion of a number as typed, or None."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return ConsentVersion.objects.filter(number=int(text)).first()


def consent_token(number):
    """What a form carries of the texts that it leads to."""
    return signing.dumps(number, salt=SALT)


def version_shown(token):
    """The number that a form carried, or None where it is none of ours."""
    try:
        return signing.loads(token or "", salt=SALT)
    except signing.BadSignature:
        return None


def version_text(number, *, is_spoken=False):
    """A version as a Consent keeps it."""
    return f"{number}{SPOKEN}" if is_spoken else str(number)


def consents_under(number):
    """One Consent of every order placed under a version, with the order."""
    texts = [version_text(number), version_text(number, is_spoken=True)]
    return Consent.objects.filter(
        kind=Consent.Kind.PROCESSING, text_version__in=texts
    ).select_related("order__place")
