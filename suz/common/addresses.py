"""Addresses that people type in, and which of them may be called at all."""

import ipaddress
from dataclasses import dataclass

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

LONGEST_ADDRESS = 300
PORTS = {"https": 443, "http": 80}
# Public by their numbers, yet answered within clouds (Azure, Oracle) or by relays.
NEVER = [
    ipaddress.ip_network(net) for net in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")
]
# All that is given out of IPv6 for the public internet.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Address ranges whose last bytes are an IPv4 address that the packet really goes to.
TRANSLATED = [
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96")
]


class OutgoingError(Exception):
    """Nothing was heard, or nothing that may be listened to; the message is for people.

    ``is_permanent``: trying again without changing the address is no use.
    """

    is_permanent = False

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class AddressRefused(OutgoingError):
    """An address that we never call."""

    is_permanent = True


@dataclass(frozen=True)
class Address:
    """An address taken apart; ``target`` is path and query as they stand in the request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self):
        """Host and port as the header Host has them."""
        return self._name if self.port == PORTS[self.scheme] else f"{self._name}:{self.port}"

    @property
    def is_allowed(self):
        """Whether the environment excuses it from https and from being public."""
        names = {name.strip().lower() for name in settings.OUTGOING_ALLOWED}
        return bool(names & {self._name, f"{self._name}:{self.port}"})

    @property
    def _name(self):
        return f"[{self.host}]" if ":" in self.host else self.host

    def __str__(self):
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_address(text):
    """The Address that a text is; raises AddressRefused. Asks no network.

    A host that is a number in any notation but the usual one (2130706433, 0x7f.1, 0177.0.0.1) is
    refused, and so is one that stands for a place that is not public.
    """
    text = str(text).strip()
    if not text or len(text) > LONGEST_ADDRESS or not _is_plain(text):
        raise AddressRefused(_("Write the address as https://name/path, without spaces."))
    try:
        url = urllib3.util.parse_url(text)
    except urllib3.exceptions.LocationParseError as error:
        raise AddressRefused(_("Write the address as https://name/path.")) from error
    if url.scheme not in PORTS or not url.host:
        raise AddressRefused(_("Write the address as https://name/path."))
    if url.auth is not None or "@" in text.split("://", 1)[1].split("/", 1)[0]:
        raise AddressRefused(_("The address must hold no name or password."))
    if url.fragment is not None:
        raise AddressRefused(_("Write the address without “#”."))
    host = _host(url.host)
    port = PORTS[url.scheme] if url.port is None else url.port
    if not 0 < port < 65_536:
        raise AddressRefused(_("There is no such port."))
    address = Address(url.scheme, host, port, url.request_uri)
    if not address.is_allowed:
        if address.scheme != "https":
            raise AddressRefused(_("The address must begin with https://."))
        if (literal := _literal(host)) is not None:
            refuse_private(literal)
    return address


def is_public(address):
    """Whether an ip_address is of the public internet, wherever its packets end."""
    address = _innermost(address)
    if address.version == 6 and address not in GLOBAL_UNICAST:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in NEVER)
    )


def refuse_private(address):
    """Raise AddressRefused where an ip_address is not of the public internet."""
    if not is_public(address):
        raise AddressRefused(
            _("The address leads to %(address)s, which is no public place.") % {"address": address}
        )


def _innermost(address):
    """The IPv4 address that an IPv6 one stands for, else itself."""
    if address.version == 4:
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in TRANSLATED):
        return ipaddress.ip_address(int(address) & 0xFFFFFFFF)
    return address


def _host(text):
    """A host in small ASCII letters; raises AddressRefused."""
    host = text.strip("[]").lower()
    if "%" in host:
        raise AddressRefused(_("There is no such host."))
    if _literal(host) is not None:
        return host
    try:
        host = host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressRefused(_("There is no such host.")) from error
    last = host.rpartition(".")[2]
    if not host or last.isdigit() or last.startswith("0x"):
        if _literal(host) is not None:
            return host
        raise AddressRefused(_("Write the host by its name or as four numbers."))
    return host


def _literal(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_plain(text):
    return text.isprintable() and not any(sign.isspace() or sign == "\\" for sign in text)
