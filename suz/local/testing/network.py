"""Tests talk to this machine only."""

import ipaddress
import socket

LOCAL_NAMES = {"localhost", "", None}


class NetworkRefused(ConnectionError):
    """A test tried to reach something beyond loopback."""


def is_local(host: object) -> bool:
    """Tell whether a host name or address can only mean this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def refuse_network() -> None:
    """Make sockets of this process raise NetworkRefused for anything but loopback and unix."""
    if getattr(socket.socket.connect, "guarded", False):
        return
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_getaddrinfo = socket.getaddrinfo

    def check(family: int, address: object) -> None:
        if family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
            raise NetworkRefused(f"tests may not connect to {address[0]}")

    def connect(self, address):
        check(self.family, address)
        return real_connect(self, address)

    def connect_ex(self, address):
        check(self.family, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host, *arguments, **options):
        # Looking a name up is a message to a name server already.
        if not is_local(host) and not _is_address(host):
            raise NetworkRefused(f"tests may not look up {host}")
        return real_getaddrinfo(host, *arguments, **options)

    connect.guarded = True
    socket.socket.connect = connect
    socket.socket.connect_ex = connect_ex
    socket.getaddrinfo = getaddrinfo


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True
