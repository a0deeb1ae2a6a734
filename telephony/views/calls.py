"""The calls of an order's card, and the recordings."""

import re

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from dealers.models import SystemSettings
from orders.views.actions import ActionView
from suz.common.access import DealerMixin, WorkspaceMixin
from telephony.models import Recording, RecordingState
from telephony.panel import changes_card, own_order, panel_of
from telephony.services.recordings import note_listening
from telephony.services.requesting import request_call

RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")
CHUNK = 65_536


class CallView(DealerMixin, ActionView):
    """The button: the manager's phone rings within a second or two."""

    def act(self, pk, data):
        request_call(order_id=pk, **self.actor)
        return _("Your phone will ring in a moment: pick it up.")

    def next_address(self, pk):
        return super().next_address(pk) + "#calls"


class CallsView(WorkspaceMixin, View):
    """Polled by the card: 204 while its panel shows what is true.

    Who is logged out gets 403, not the login page: it would land inside the panel.
    """

    raise_exception = True
    http_method_names = ["get", "head", "options"]

    def get(self, request, pk):
        order = own_order(request.user, pk)
        if order is None:
            raise Http404
        known = request.GET.get("known", "")
        if known == order.call_token:
            return HttpResponse(status=204)
        panel = panel_of(order, request.user, SystemSettings.load(), now=timezone.now())
        reload = bool(known) and changes_card(known, order.call_token)
        context = {"order": order, "panel": panel, "reload": reload}
        return render(request, "telephony/panel.html", context)


class RecordingView(WorkspaceMixin, View):
    """A recording to whoever may hear it, with seeking (Range by hand); each listener is kept."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, pk):
        recording = recording_for(request.user, pk)
        if request.method == "GET":
            note_listening(recording=recording, by=request.user, now=timezone.now())
        try:
            size = recording.file.size
        except OSError as error:
            raise Http404 from error
        try:
            first, last = asked_range(request.headers.get("Range", ""), size)
        except ValueError:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        is_part = (first, last) != (0, size - 1) or "Range" in request.headers
        response = StreamingHttpResponse(
            part_of(recording.file, first, last - first + 1),
            status=206 if is_part else 200,
            content_type=recording.content_type,
        )
        response["Content-Length"] = str(last - first + 1)
        response["Accept-Ranges"] = "bytes"
        response["Cache-Control"] = "private, no-store"
        if is_part:
            response["Content-Range"] = f"bytes {first}-{last}/{size}"
        return response


def recording_for(user, pk):
    """A recording that the user may hear; raises Http404.

    The manufacturer all of them; a dealer those of its own calls while the order is its own.
    """
    recordings = Recording.objects.filter(
        pk=pk,
        state__in=(RecordingState.FETCHED, RecordingState.STORED),
        call__order__deleted_at__isnull=True,
    )
    if user.is_dealer:
        recordings = recordings.filter(
            call__dealer_id=user.dealer_id,
            call__order__dealer_id=user.dealer_id,
            call__dealer__is_active=True,
        )
    elif not user.is_manufacturer:
        raise Http404
    recording = recordings.first()
    if recording is None:
        raise Http404
    return recording


def asked_range(header, size):
    """First and last byte of the one range asked for; the whole where none or an odd one is.

    Raises ValueError for a range beyond the end.
    """
    whole = (0, size - 1)
    found = RANGE.match(header.strip())
    if not found or found[1] == found[2] == "":
        return whole
    if not found[1]:
        length = int(found[2])
        if not length:
            raise ValueError(header)
        return max(0, size - length), size - 1
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if first >= size:
        raise ValueError(header)
    return whole if last < first else (first, last)


def part_of(stored, first, length):
    """The bytes of a stored file in pieces; opened when the first one is wanted."""
    with stored.open("rb") as file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
