"""The one way out to addresses that people type in (LeadsDB, dealers' webhooks).

Such an address must not lead into our own network, whatever stands in it or in the DNS: https only,
the host resolved once and the connection made to what was found, public addresses only, no
redirects, no proxies, five seconds in all, a megabyte of answer at most. Hosts named by
``OUTGOING_ALLOWED`` are excused from https and from being public: a receiver within one's own
network, or on this machine in tests.

Nothing here knows what is sent or what an answer means: a status of any kind is an Answer.
"""

import http.client
import ipaddress
import math
import queue
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests.certs
import urllib3
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection

from suz.common.addresses import OutgoingError, parse_address, refuse_private

SECONDS = 5.0
MOST_BYTES = 1_048_576
LONGEST_WAIT = 12 * 3600
PIECE = 65_536
AGENT = "SUZ/1.0"


class NotReached(OutgoingError):
    """No answer, or half of one; the other side may have taken what was sent."""


class AnswerRefused(OutgoingError):
    """An answer that we do not follow or do not read to its end."""

    is_permanent = True


@dataclass(frozen=True)
class Answer:
    """What came back. ``retry_after`` are seconds, None where the server named none."""

    status: int
    body: bytes = b""
    retry_after: float | None = None


def post(text, *, body, headers, seconds=SECONDS):
    """Send a body (bytes) to a typed address and return the Answer, whatever its status.

    ``seconds`` is the limit for everything together: name, connection, request, answer. Raises
    AddressRefused, NotReached, AnswerRefused. Call it with no transaction open.
    """
    deadline = _Deadline(seconds)
    address = parse_address(text)
    try:
        places = _resolve(address, deadline)
        connection = _connection(address, places, deadline)
        try:
            return _exchange(connection, address, body, headers, deadline)
        finally:
            connection.close()
    except OutgoingError:
        raise
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        raise NotReached(_words(error, deadline)) from error
    finally:
        deadline.close()


class _Deadline:
    """Cuts the connection when the time is over, in whatever part of the exchange that is.

    A time-out of the socket alone would begin anew with every byte of a slow server.
    """

    def __init__(self, seconds):
        self._seconds, self._end = seconds, time.monotonic() + seconds
        self._wire = self._timer = None
        self.is_over = False

    def left(self):
        """Seconds that are left; raises NotReached when none are."""
        left = self._end - time.monotonic()
        if self.is_over or left <= 0:
            raise self.passed()
        return left

    def passed(self):
        """The error that tells of it."""
        self.is_over = True
        seconds = f"{self._seconds:g}"
        return NotReached(_("No whole answer within %(seconds)s s.") % {"seconds": seconds})

    def watch(self, connected):
        """Cut this socket when the time is over."""
        # Another handle of the same connection: TLS takes the first one over.
        self._wire = connected.dup()
        self._timer = threading.Timer(max(0, self._end - time.monotonic()), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self):
        self.is_over = True
        try:
            self._wire.shutdown(socket.SHUT_RDWR)
        except OSError:
            # Gone by itself.
            return

    def close(self):
        if self._timer is not None:
            self._timer.cancel()
            self._wire.close()


class _Pinned:
    """A connection of urllib3 that goes to places found before, not to where a name leads now."""

    def __init__(self, *args, places, deadline, **kwargs):
        super().__init__(*args, **kwargs)
        self._places, self._deadline = places, deadline

    def _new_conn(self):
        failure = None
        for number, (family, place) in enumerate(self._places):
            wire = socket.socket(family, socket.SOCK_STREAM)
            try:
                # Each place gets its share of the time, the last one all that is left.
                wire.settimeout(self._deadline.left() / (len(self._places) - number))
                wire.connect(place)
            except OSError as error:
                wire.close()
                failure = error
                continue
            except NotReached:
                wire.close()
                raise
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.settimeout(self._deadline.left())
            self._deadline.watch(wire)
            return wire
        raise failure


class _Plain(_Pinned, HTTPConnection):
    pass


class _Secure(_Pinned, HTTPSConnection):
    pass


def _connection(address, places, deadline):
    options = {"places": places, "deadline": deadline, "timeout": deadline.left()}
    if address.scheme == "http":
        return _Plain(address.host, address.port, **options)
    return _Secure(
        address.host,
        address.port,
        cert_reqs=ssl.CERT_REQUIRED,
        ca_certs=settings.OUTGOING_CA_FILE or requests.certs.where(),
        **options,
    )


def _exchange(connection, address, body, headers, deadline):
    connection.request(
        "POST",
        address.target,
        body=body,
        headers={
            "Host": address.authority,
            "User-Agent": AGENT,
            # What is packed could unpack to anything.
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        },
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise AnswerRefused(
            _("The server answers %(status)s and leads elsewhere: write the final address.")
            % {"status": response.status}
        )
    return Answer(response.status, _read(response, deadline), _retry_after(response.headers))


def _read(response, deadline):
    body = b""
    while piece := response.read(PIECE, decode_content=False):
        body += piece
        if len(body) > MOST_BYTES:
            raise AnswerRefused(_("The answer is longer than 1 MB."))
    if deadline.is_over:
        # Cut in the middle of a body of unknown length: that looks like its end.
        raise deadline.passed()
    return body


def _retry_after(headers):
    text = headers.get("Retry-After", "").strip()
    if not text or len(text) > 40:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - timezone.now()).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(0.0, seconds), LONGEST_WAIT) if math.isfinite(seconds) else None


def _resolve(address, deadline):
    """Where the name leads, as (family, place) pairs; one question to the resolver.

    All the places must be public: a name that leads outside and inside is a trap.
    """
    found = queue.SimpleQueue()

    def ask():
        try:
            found.put(socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    # The system's resolver knows no time-out of ours.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=deadline.left())
    except queue.Empty:
        raise deadline.passed() from None
    if isinstance(answer, Exception) or not answer:
        raise NotReached(_("The name %(host)s was not found.") % {"host": address.host})
    places = list(dict.fromkeys((family, place) for family, *_more, place in answer))
    if not address.is_allowed:
        for _family, place in places:
            refuse_private(ipaddress.ip_address(place[0].partition("%")[0]))
    return places


def _words(error, deadline):
    """What went wrong, for people."""
    if deadline.is_over or isinstance(error, TimeoutError):
        return deadline.passed().message
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The server's certificate does not prove that it is who it says.")
    if isinstance(error, ssl.SSLError):
        return _("No secure connection comes about.")
    if isinstance(error, ConnectionRefusedError):
        return _("The server takes no connections.")
    if isinstance(
        error, (ConnectionError, http.client.HTTPException, urllib3.exceptions.HTTPError)
    ):
        return _("The server broke the connection off before its answer was whole.")
    return _("No connection to the server comes about.")
