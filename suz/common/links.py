"""Signed links: each bound to a purpose, revocable, compared in constant time."""

import base64
import hashlib

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


def sign(purpose, object_id, version):
    """A token for one object and purpose, 160 bits of signature. ``version`` revokes old ones."""
    return f"{object_id:x}-{_signature(settings.SECRET_KEY, purpose, object_id, version)}"


def object_id(token):
    """The id that a token claims, or None where it is no token; check it with ``verify``."""
    head, _dash, _tail = token.partition("-")
    try:
        value = int(head, 16)
    except ValueError:
        return None
    return value if 0 < value < 2**63 else None


def verify(token, purpose, claimed_id, version):
    """Whether the token was signed for this purpose, object and version."""
    return any(
        constant_time_compare(
            token, f"{claimed_id:x}-{_signature(key, purpose, claimed_id, version)}"
        )
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _signature(key, purpose, claimed_id, version):
    digest = salted_hmac(
        f"suz.links.{purpose}", f"{claimed_id}.{version}", secret=key, algorithm="sha256"
    ).digest()[:20]
    return base64.b32encode(digest).decode().lower()


def fingerprint(*parts):
    """A stable digest of plain values, for comparing carts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
