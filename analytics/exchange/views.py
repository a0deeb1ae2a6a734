"""The address that 1C exchanges with: checkauth, init, file, import, query, success.

The protocol is that of «Обмен с сайтом» of 1C: every answer is a few lines of text. The password is
an API token of the dealer; the session of an exchange is a signed cookie of an hour.
"""

import base64
import binascii
import re
import secrets

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from analytics.api.tokens import authenticate, in_force
from analytics.exchange import services
from analytics.exchange.reading import MOST_BYTES, BadFile
from analytics.models.tokens import Scope
from dealers.limits import API_MISSES
from suz.common.net import client_network

COOKIE = "suz_exchange"
SALT = "analytics.exchange"
HOUR = 3_600
PIECE = 1024 * 1024
NEEDED = {"catalog": Scope.PRICES, "sale": Scope.ORDERS}
# What a file of either kind brings, as the log names it.
SENT = {"catalog": gettext_lazy("prices and stock"), "sale": gettext_lazy("statuses of orders")}
NAME = re.compile(r"[\w.-]{1,80}\Z")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request):
    """One step of an exchange."""
    kind, mode = request.GET.get("type", ""), request.GET.get("mode", "")
    if kind not in NEEDED:
        return _failure(_("Only catalog and sale are exchanged."))
    if mode == "checkauth":
        return _check(request, kind)
    token, session = _session(request)
    if token is None or NEEDED[kind] not in token.scopes:
        return _failure(_("Log in first, with a token that may do this."))
    steps = {
        "init": lambda: _text("zip=no", f"file_limit={PIECE}"),
        "file": lambda: _file(request, kind, token, session),
        "import": lambda: _import(request, token, session),
        "query": lambda: _query(kind, token),
        "success": lambda: _success(token),
    }
    step = steps.get(mode)
    return step() if step else _failure(_("There is no such step."))


def _check(request, kind):
    now, place = timezone.now(), client_network(request)
    if API_MISSES.is_exhausted(place, now=now):
        return _failure(_("Too many wrong tokens from here. Try again later."))
    token = authenticate(_password(request), now=now)
    if token is None or NEEDED[kind] not in token.scopes:
        API_MISSES.hit(place, now=now)
        return _failure(_("There is no such token, or it may not do this."))
    value = signing.dumps([token.pk, secrets.token_hex(8)], salt=SALT)
    return _text("success", COOKIE, value)


def _password(request):
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _session(request):
    """(the token of the cookie, still in force, and the session's name), or (None, "")."""
    try:
        pk, name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=HOUR)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    token = in_force(pk=pk)
    return token, name


def _file(request, kind, token, session):
    """A piece of a file; orders of 1C are read at once, for they have no step of their own."""
    path = _path(request, session)
    if path is None or request.method != "POST":
        return _failure(_("The name of the file is not accepted."))
    store, piece = storages["private"], request.body
    before = _read(store, path) if store.exists(path) else b""
    if len(before) + len(piece) > MOST_BYTES:
        store.delete(path)
        return _failed(token, request, _("The file is larger than 20 MB."))
    if before:
        store.delete(path)
    store.save(path, ContentFile(before + piece))
    if kind == "sale":
        return _taken(request, token, path, services.take_statuses)
    return _text("success")


def _import(request, token, session):
    path = _path(request, session)
    if path is None or not storages["private"].exists(path):
        return _failure(_("Send the file first."))
    return _taken(request, token, path, services.take_offers)


def _taken(request, token, path, deed):
    store = storages["private"]
    content = _read(store, path)
    try:
        deed(token, content, now=timezone.now())
    except (BadFile, services.ExchangeRefused) as error:
        return _failed(token, request, str(error))
    finally:
        store.delete(path)
    return _text("success")


def _read(store, path):
    with store.open(path) as file:
        return file.read()


def _query(kind, token):
    if kind != "sale":
        return _failure(_("There is no such step."))
    content = services.orders_for(token, now=timezone.now())
    return HttpResponse(content, content_type="application/xml; charset=utf-8")


def _success(token):
    services.confirm_orders(token)
    return _text("success")


def _path(request, session):
    name = request.GET.get("filename", "").replace("\\", "/").rpartition("/")[2]
    return f"{services.FOLDER}/{session}/{name}" if NAME.match(name) and ".." not in name else None


def _failed(token, request, message):
    what = str(SENT[request.GET["type"]])
    services.log(token, what, now=timezone.now(), is_good=False, result=message)
    return _failure(message)


def _failure(message):
    return _text("failure", message)


def _text(*lines):
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
