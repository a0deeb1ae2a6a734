"""What the provider calls: each address carries our own id of the call.

Nothing is looked at before the signature is; whoever has none learns nothing (403).
"""

from django.http import Http404, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from orders.models import Order
from orders.statuses import IN_WORK
from telephony import scripts, wording
from telephony.dialog import follow
from telephony.folding import HUMAN, MACHINE, Heard
from telephony.models import Call
from telephony.providers import provider
from telephony.services.events import hear, heard_of
from telephony.services.recordings import note_recording
from telephony.signatures import is_signed
from telephony.speech import spoken_order
from telephony.states import CallKind, Fact, Leg, Outcome, Status

LONGEST_SID = 64
DIGITS = frozenset("0123456789*#")
LONGEST_CALL = 86_400


@method_decorator(csrf_exempt, name="dispatch")
class Callback(View):
    """A signed POST about a call. ``heard`` reads it, ``answer`` says what to do next."""

    http_method_names = ["post"]

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and not is_signed(request, provider().auth_token):
            return HttpResponseForbidden()
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, uuid, **kwargs):
        call = Call.objects.select_related("order__place", "dealer", "manager").filter(uuid=uuid)
        self.call = call.first()
        if self.call is None:
            raise Http404
        self.data = request.POST
        events = self.heard(**kwargs)
        if events:
            heard = hear(
                call_id=self.call.pk,
                events=events,
                now=timezone.now(),
                sid=self.first_sid(**kwargs),
            )
            for name in ("state", "outcome", "party", "result", "joined_at", "ended_at"):
                setattr(self.call, name, getattr(heard, name))
        return self.answer(**kwargs)

    def heard(self, **kwargs):
        return []

    def answer(self, **kwargs):
        return HttpResponse(status=204)

    def first_sid(self, leg=None, **kwargs):
        """The provider's number of the first phone's call where the callback is about that."""
        name = "CallSid" if leg in (None, self.call.first_leg) else "ParentCallSid"
        return self.text(name, LONGEST_SID)

    def text(self, name, longest):
        return self.data.get(name, "").replace("\x00", "")[:longest]

    def who(self):
        """Who answered, as far as the provider tells."""
        answered_by = self.text("AnsweredBy", 40)
        if not answered_by:
            return []
        is_machine = answered_by.startswith(("machine", "fax"))
        return [Heard(Fact.MACHINE, Leg.CUSTOMER, MACHINE if is_machine else HUMAN)]


def document(text):
    """A document of TwiML."""
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


class StatusView(Callback):
    """A phone has changed, or it was found out who answered."""

    def heard(self, leg):
        events = self.who() if leg == Leg.CUSTOMER else []
        try:
            status = Status(self.text("CallStatus", 20))
        except ValueError:
            return events
        return [*events, Heard(Fact.STATUS, Leg(leg), status)]


class AnswerView(Callback):
    """The first phone was picked up."""

    def heard(self):
        who = self.who() if self.call.first_leg == Leg.CUSTOMER else []
        return [*who, Heard(Fact.STATUS, Leg(self.call.first_leg), Status.IN_PROGRESS)]

    def answer(self):
        call, order = self.call, self.call.order
        is_held = (order.dealer_id, order.cycle) == (call.dealer_id, call.cycle)
        is_wanted = is_held and order.status in IN_WORK and not order.deleted_at
        if call.outcome == Outcome.WITHDRAWN or not is_wanted:
            return document(scripts.hang_up(wording.gone()))
        if call.kind == CallKind.BRIDGE:
            return document(scripts.connect(call, str(order.phone), provider().caller))
        known = heard_of(call)
        if any(one.fact == Fact.MACHINE and one.status == MACHINE for one in known):
            return document(scripts.hang_up())
        return document(conversation(call, known))


class PressedView(Callback):
    """A key, or none in time, after a question of the robot."""

    def heard(self, step):
        digits = self.text("Digits", 1)
        return [
            Heard(Fact.PRESSED, Leg.CUSTOMER, "", step, digits if digits in DIGITS else ""),
        ]

    def answer(self, step):
        if self.call.kind != CallKind.ROBOT:
            raise Http404
        return document(conversation(self.call, heard_of(self.call)))


class NoticeView(Callback):
    """The customer has picked up: the notice first, then the manager."""

    def heard(self):
        return [*self.who(), Heard(Fact.STATUS, Leg.CUSTOMER, Status.IN_PROGRESS)]

    def first_sid(self, **kwargs):
        return self.text("ParentCallSid", LONGEST_SID)

    def answer(self):
        if is_machine(heard_of(self.call)):
            return document(scripts.hang_up())
        return document(scripts.notice(self.call))


class JoinedView(NoticeView):
    """The customer has stayed to the end of the notice: the two hear each other now.

    While the provider has not told whether a person answered, it is waited for a little.
    """

    def heard(self, turn):
        self.known = [*heard_of(self.call), *self.who()]
        told = any(one.fact == Fact.MACHINE for one in self.known)
        if is_machine(self.known) or not (told or turn >= scripts.MOST_TURNS):
            return []
        return [*self.who(), Heard(Fact.JOINED, Leg.CUSTOMER)]

    def answer(self, turn):
        if is_machine(self.known):
            return document(scripts.hang_up())
        if any(one.fact == Fact.JOINED for one in heard_of(self.call)):
            return document(scripts.join())
        return document(scripts.wait(self.call, turn + 1))


class DialledView(Callback):
    """The customer's phone is done with; what the manager hears then."""

    def heard(self):
        events = []
        if self.data.get("DialBridged") == "true" and not is_machine(heard_of(self.call)):
            events.append(Heard(Fact.JOINED, Leg.CUSTOMER))
        # A Dial that was answered is told as "answered" by Conference and "completed" by Number.
        status = scripts.dial_status(self.text("DialCallStatus", 20))
        if status is not None:
            events.append(Heard(Fact.STATUS, Leg.CUSTOMER, status))
        return events

    def answer(self):
        if self.call.joined_at or not self.call.outcome:
            return document(scripts.hang_up())
        return document(scripts.hang_up(wording.not_reached(self.call.outcome)))


class RecordedView(Callback):
    """A recording is ready at the provider."""

    def answer(self):
        sid = self.text("RecordingSid", LONGEST_SID)
        seconds = self.text("RecordingDuration", 6)
        if sid and self.data.get("RecordingStatus", "completed") == "completed":
            note_recording(
                call_id=self.call.pk,
                sid=sid,
                seconds=min(int(seconds), LONGEST_CALL) if seconds.isdecimal() else 0,
                now=timezone.now(),
            )
        return HttpResponse(status=204)


def is_machine(events):
    """Whether a machine answered."""
    return any(one.fact == Fact.MACHINE and one.status == MACHINE for one in events)


def conversation(call, events):
    """What the robot says next."""
    answers = {one.step: one.digits for one in events if one.fact == Fact.PRESSED}
    order = Order.objects.select_related("dealer", "manager").get(pk=call.order_id)
    return scripts.conversation(call, spoken_order(order), follow(answers))
