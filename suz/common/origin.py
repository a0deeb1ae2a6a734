"""Where what is being written comes from: the network address behind the request in hand."""

from contextlib import contextmanager
from contextvars import ContextVar

_address = ContextVar("address", default=None)


@contextmanager
def coming_from(address):
    """What happens inside was asked for from this address (text or None)."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def current_address():
    """The address of the request in hand, None outside of one."""
    return _address.get()
