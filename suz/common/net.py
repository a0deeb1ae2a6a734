"""Whose request it is."""

import ipaddress

from django.conf import settings


def client_address(request):
    """The client's address as text, or None where there is none to believe.

    Each of our TRUSTED_PROXIES appends the address it was called from to X-Forwarded-For, so the
    client is the rightmost one that is not ours; whatever stands further left anybody can write.
    """
    # An empty REMOTE_ADDR is a proxy of ours on a socket: it takes its place in the chain as well.
    chain = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        chain = [*request.headers.get("X-Forwarded-For", "").split(","), *chain]
    return _normal(chain[max(0, len(chain) - 1 - settings.TRUSTED_PROXIES)])


def client_network(request):
    """What limits are counted by: an IPv4 address, or the /64 that one IPv6 customer owns."""
    address = client_address(request)
    if address and ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address or "unknown"


def _normal(text):
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    # A zone ("fe80::1%eth0") is of this machine only and no part of an address kept.
    return str(mapped or address).partition("%")[0]
