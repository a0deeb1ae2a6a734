"""Secrets that must be used again (passwords of other systems) are kept sealed in the database.

A copy of the database alone opens none: the key is derived from SECRET_KEY. After a change of that
key the former one in SECRET_KEY_FALLBACKS still opens; without it secrets must be entered anew.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretLost(Exception):
    """A sealed secret cannot be opened any more: SECRET_KEY is another one."""


def seal(text, *, purpose):
    """The text, sealed; one purpose's seals do not open for another."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed, *, purpose):
    """The text of a seal; raises SecretLost."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretLost from error


def _box(purpose):
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(key, purpose)) for key in keys])


def _key(secret, purpose):
    info = f"suz.sealing.{purpose}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
