"""Addresses of dealers' sites, which visitors of the shop follow."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SCHEMES = ("http", "https")
# Names that mean nothing, or something else, outside of one network (RFC 6761, 6762, 8375, 9476).
PRIVATE_ENDINGS = ("localhost", "local", "internal", "lan", "intranet", "corp", "home", "arpa")
# Browsers take a name whose last part is a number for an IPv4 address: 2130706433, 0x7f.1.
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


def validate_website(address):
    """Raise ValidationError unless the address leads to a site that everybody can open.

    Only the text is looked at: nothing is resolved or requested.
    """
    try:
        parts = urlsplit(address)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refusal() from None
    if parts.scheme not in SCHEMES or parts.username is not None or parts.password is not None:
        raise _refusal()
    if port not in (None, 80, 443):
        raise _refusal()
    name = name.rstrip(".")
    try:
        is_public = ipaddress.ip_address(name).is_global
    except ValueError:
        labels = name.split(".")
        is_public = (
            len(labels) > 1
            and all(labels)
            and labels[-1] not in PRIVATE_ENDINGS
            and not NUMBER.fullmatch(labels[-1])
        )
    if not is_public:
        raise _refusal()


def _refusal():
    return ValidationError(
        _("Enter the address of a site that everybody can open, such as https://example.ru."),
        code="website",
    )
