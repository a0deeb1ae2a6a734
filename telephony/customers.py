"""What telephony keeps of customers: their calls with recordings, for the history, the customer's
file and erasure."""

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.customer_history import Section, Source, timed
from telephony.models import Call, Recording, RecordingState, SimPhone
from telephony.panel import line_of
from telephony.states import CallState


class Calls(Source):
    """Calls that are over, each with its recordings: played by the player, with its rights."""

    code = "calls"
    title = gettext_lazy("Calls")
    template = "telephony/customer_call.html"

    def rows(self, customer, orders):
        calls = Call.objects.filter(order__in=orders, state=CallState.ENDED)
        return timed(calls, "created_at").select_related("manager").prefetch_related("recordings")

    def items(self, rows, user):
        return [line_of(row) for row in rows]

    def sections(self, customer, orders):
        columns = {
            "order": _("Order"),
            "at": _("Time"),
            "who": _("Who called"),
            "end": _("How it ended"),
            "seconds": _("Seconds"),
            "recordings": _("Recordings"),
        }
        calls = Call.objects.filter(order__in=orders, state=CallState.ENDED)
        calls = calls.select_related("manager").prefetch_related("recordings").order_by("pk")
        rows = [
            {
                "order": line.call.order_id,
                "at": line.call.created_at,
                "who": line.call.manager.name if line.call.manager else _("Robot"),
                "end": line.words,
                "seconds": line.seconds or "",
                "recordings": ", ".join(
                    name_in_file(one) for one in line.recordings if one.is_playable
                ),
            }
            for line in map(line_of, calls)
        ]
        return [Section(self.code, _("Calls"), columns, rows)]

    def files(self, orders):
        found = Recording.objects.filter(
            call__order__in=orders, state__in=(RecordingState.FETCHED, RecordingState.STORED)
        ).select_related("call")
        for one in found.order_by("pk"):
            yield name_in_file(one), one.file

    def erase(self, orders, words):
        """Recordings go, here and at the provider; what is said of calls stays without texts."""
        calls = Call.objects.filter(order__in=orders)
        recordings = Recording.objects.select_for_update().filter(call__in=calls).order_by("pk")
        files = []
        for one in recordings:
            if one.file:
                files.append(["private", one.file.name])
            # One that is stored with an error could not be deleted at the provider.
            is_there = one.state != RecordingState.DELETED and (
                one.state != RecordingState.STORED or one.error
            )
            # The worker deletes at the provider what it has not yet deleted there.
            one.state = RecordingState.ERASING if is_there else RecordingState.DELETED
            one.file, one.size, one.error = "", 0, ""
            # A worker that is fetching has lost its claim and throws away what it brings.
            one.lease_token = one.lease_until = None
            one.attempts, one.due_at = 0, timezone.now()
        Recording.objects.bulk_update(
            recordings,
            ["state", "file", "size", "error", "lease_token", "lease_until", "attempts", "due_at"],
        )
        for call in calls.exclude(error=""):
            call.error = words.clean(call.error)
            call.save(update_fields=["error"])
        calls.update(version=F("version") + 1)
        self._erase_simulated(calls)
        return files

    @staticmethod
    def _erase_simulated(calls):
        sids = list(calls.exclude(sid="").values_list("sid", flat=True))
        phones = SimPhone.objects.filter(Q(sid__in=sids) | Q(parent__sid__in=sids))
        phones.update(number="", said=[], script=[], verb={})


def name_in_file(recording):
    """What a recording is called in the customer's file."""
    ending = "mp3" if recording.content_type == "audio/mpeg" else "wav"
    return f"call-{recording.call.order_id}-{recording.pk}.{ending}"
