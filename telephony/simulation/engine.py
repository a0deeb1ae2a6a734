"""What a provider does: rings phones, asks for documents, follows them, tells of each change.

People act on the simulator's page; that writes what they do into ``SimPhone.action``. Here it is
done, in the worker, with callbacks over real HTTP signed as the real provider signs them. A call
with its two phones is one family, worked on by one worker at a time (a lease on the first phone).
"""

import uuid
from datetime import timedelta

import requests
import structlog
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q

from telephony.models import SimPhone
from telephony.providers.simulator import Simulator
from telephony.signatures import sign
from telephony.simulation.documents import verbs_of, words_of
from telephony.states import FINAL, Status

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
TIMEOUT = 5
# Letters spoken in a second, so that silence is not counted while the robot still speaks.
SPEED = 14
MOST_STEPS = 40
REJECTIONS = {"reject": Status.BUSY, "busy": Status.BUSY, "no_answer": Status.NO_ANSWER}


def run(*, clock, limit=20):
    """Let every live call go on as far as it can; returns how many were worked on."""
    families = 0
    for pk in _live(clock(), limit):
        try:
            Family(pk, clock).run()
        except OperationalError:
            raise
        except Exception:
            # One call that cannot go on must not stop the others.
            logger.exception("simulated_call_failed", phone=pk)
            SimPhone.objects.filter(Q(pk=pk) | Q(parent=pk), ended_at=None).update(
                status=Status.FAILED, ended_at=clock(), version=F("version") + 1
            )
        finally:
            SimPhone.objects.filter(pk=pk).update(lease_until=None)
        families += 1
    return families


@transaction.atomic
def _live(now, limit):
    free = (
        SimPhone.objects.filter(parent__isnull=True, ended_at__isnull=True)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .order_by("id")
        .select_for_update(skip_locked=True)
    )
    ids = [phone.pk for phone in free[:limit]]
    SimPhone.objects.filter(pk__in=ids).update(lease_until=now + LEASE)
    return ids


class Family:
    """A first phone and, once it is dialled, the second one."""

    def __init__(self, pk, clock):
        self.clock = clock
        self.first = SimPhone.objects.get(pk=pk)
        self.second = SimPhone.objects.filter(parent=pk).first()
        self.token = Simulator().auth_token

    def run(self):
        """Go on until only a person or time can bring more."""
        for _step in range(MOST_STEPS):
            if not any(self._step(phone) for phone in (self.first, self.second) if phone):
                break

    def _step(self, phone):
        """One thing done with a phone; False where it waits."""
        if phone.ended_at:
            return False
        if phone.status == Status.QUEUED:
            return self._ring(phone)
        action = self._action(phone)
        if phone.status == Status.RINGING:
            return self._ringing(phone, action)
        if action == "hang_up":
            return self._end(phone, Status.COMPLETED)
        if phone.waits == "gather":
            return self._gathering(phone, action)
        if phone.waits in ("dial", "talk"):
            return False
        return self._next_verb(phone)

    # --- ringing ---

    def _ring(self, phone):
        self._tell(phone, Status.INITIATED)
        phone.until = self.clock() + timedelta(seconds=phone.ring_seconds)
        self._set(phone, Status.RINGING, "until")
        self._tell(phone, Status.RINGING)
        return True

    def _ringing(self, phone, action):
        if action in ("answer", "machine"):
            return self._pick_up(phone, is_machine=action == "machine")
        if action in REJECTIONS:
            return self._end(phone, REJECTIONS[action])
        if self.clock() >= phone.until:
            return self._end(phone, Status.NO_ANSWER)
        return False

    def _pick_up(self, phone, *, is_machine):
        phone.answered_at = self.clock()
        self._set(phone, Status.IN_PROGRESS, "answered_at")
        self._tell(phone, Status.IN_PROGRESS)
        who = {}
        if phone.finds_machines:
            who = {"AnsweredBy": "machine_start" if is_machine else "human"}
        self._follow(phone, phone.answer_url, who)
        return True

    # --- documents ---

    def _next_verb(self, phone):
        if not phone.script:
            if phone is self.second and not phone.is_joined:
                return self._join()
            return self._end(phone, Status.COMPLETED)
        verb, *phone.script = phone.script
        name = verb["verb"]
        if name == "Say":
            self._hear(phone, words_of(verb))
        elif name == "Gather":
            self._ask(phone, verb)
        elif name == "Dial":
            self._dial(phone, verb)
        elif name == "Redirect":
            self._save(phone, "script")
            self._follow(phone, verb["text"])
        elif name == "Hangup":
            return self._end(phone, Status.COMPLETED)
        self._save(phone, "script")
        return True

    def _hear(self, phone, words):
        now = self.clock().isoformat()
        phone.said = [*phone.said, *({"at": now, "text": text} for text in words if text)]
        self._save(phone, "said")

    def _ask(self, phone, verb):
        words = words_of(verb)
        self._hear(phone, words)
        seconds = int(verb["attributes"].get("timeout", 5)) + len(" ".join(words)) // SPEED
        phone.waits, phone.verb = "gather", verb
        phone.until = self.clock() + timedelta(seconds=seconds)
        self._save(phone, "waits", "verb", "until")

    def _gathering(self, phone, action):
        digits = action.removeprefix("key_") if action.startswith("key_") else ""
        if not digits and self.clock() < phone.until:
            return False
        if digits:
            phone.said = [*phone.said, {"at": self.clock().isoformat(), "key": digits}]
        phone.waits = ""
        self._save(phone, "waits", "said")
        attributes = phone.verb["attributes"]
        if digits or attributes.get("actionOnEmptyResult") == "true":
            self._follow(phone, attributes["action"], {"Digits": digits})
        return True

    def _dial(self, phone, verb):
        attributes = verb["attributes"]
        target = next(child for child in verb["children"] if child["verb"] == "Number")
        phone.waits, phone.verb = "dial", verb
        self._save(phone, "waits", "verb")
        self.second, _created = SimPhone.objects.get_or_create(
            token=f"child-{phone.pk}",
            defaults={
                "sid": f"SIM{uuid.uuid4().hex}",
                "parent": phone,
                "number": target["text"],
                "caller": attributes.get("callerId", phone.caller),
                "answer_url": target["attributes"].get("url", ""),
                "status_url": target["attributes"].get("statusCallback", ""),
                "finds_machines": target["attributes"].get("machineDetection") == "Enable",
                "ring_seconds": int(attributes.get("timeout", 30)),
                "created_at": self.clock(),
            },
        )

    def _join(self):
        phone = self.second
        phone.is_joined, phone.waits = True, "talk"
        self._save(phone, "is_joined", "waits")
        return True

    # --- the end ---

    def _end(self, phone, status):
        phone.ended_at, phone.waits, phone.script = self.clock(), "", []
        self._set(phone, status, "ended_at", "waits", "script")
        self._tell(phone, status)
        if phone is self.first:
            self._end_second()
        else:
            self._end_dial(phone, status)
        return True

    def _end_second(self):
        second = self.second
        if second is not None and not second.ended_at:
            answered = second.status == Status.IN_PROGRESS
            second.ended_at, second.waits = self.clock(), ""
            status = Status.COMPLETED if answered else Status.CANCELED
            self._set(second, status, "ended_at", "waits")
            self._tell(second, status)
        self._record()

    def _end_dial(self, phone, status):
        """The first phone goes on with what follows its Dial."""
        first, attributes = self.first, self.first.verb["attributes"]
        if first.ended_at:
            return
        first.waits = ""
        self._save(first, "waits")
        told = {
            "DialCallStatus": status,
            "DialCallSid": phone.sid,
            "DialCallDuration": str(self._seconds(phone)),
            "DialBridged": "true" if phone.is_joined else "false",
        }
        self._follow(first, attributes["action"], told)
        self._record()

    def _record(self):
        """The recording of two who talked is ready."""
        first, second = self.first, self.second
        attributes = first.verb.get("attributes", {})
        if second is None or first.recording or not second.answered_at or not second.ended_at:
            return
        if attributes.get("record", "do-not-record") == "do-not-record":
            return
        first.recording = f"SIR{uuid.uuid4().hex}"
        first.recorded_seconds = self._seconds(second)
        self._save(first, "recording", "recorded_seconds")
        address = attributes.get("recordingStatusCallback")
        if address:
            told = {
                "RecordingSid": first.recording,
                "RecordingStatus": "completed",
                "RecordingDuration": str(first.recorded_seconds),
            }
            self._post(address, {"CallSid": first.sid} | told)

    def _seconds(self, phone):
        if not phone.answered_at:
            return 0
        return max(1, round((phone.ended_at - phone.answered_at).total_seconds()))

    # --- telling ---

    def _tell(self, phone, status):
        if not phone.status_url:
            return
        facts = self._facts(phone) | {"CallStatus": status}
        if status in FINAL:
            facts["CallDuration"] = str(self._seconds(phone))
        self._post(phone.status_url, facts)

    def _follow(self, phone, address, told=None):
        """Fetch a document and begin it; without one the call ends, as with a real provider."""
        answer = self._post(address, self._facts(phone) | (told or {}))
        try:
            phone.script = verbs_of(answer.content) if answer is not None else None
        except ValueError:
            phone.script = None
        if phone.script is None:
            self._hear(phone, ["…"])
            phone.script = [{"verb": "Hangup", "text": "", "attributes": {}, "children": []}]
        self._save(phone, "script")

    def _facts(self, phone):
        facts = {
            "CallSid": phone.sid,
            "CallStatus": phone.status,
            "From": phone.caller,
            "To": phone.number,
            "Direction": "outbound-api" if phone is self.first else "outbound-dial",
        }
        if phone is not self.first:
            facts["ParentCallSid"] = self.first.sid
        return facts

    def _post(self, address, params):
        """The answer where there is one to go by. A status that does not arrive is lost, as in
        life: the product asks."""
        params = {name: str(value) for name, value in params.items()}
        there = settings.SIMULATOR_URL.rstrip("/") + address.removeprefix(
            settings.PUBLIC_URL.rstrip("/")
        )
        try:
            answer = requests.post(
                there,
                data=params,
                headers=sign(address, params, self.token),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            logger.warning("simulator_not_heard", trouble=type(error).__name__)
            return None
        if answer.status_code >= 300:
            logger.warning("simulator_refused", status=answer.status_code)
            return None
        return answer

    # --- keeping ---

    def _action(self, phone):
        """Take what the person holding the phone has done, once."""
        action = SimPhone.objects.values_list("action", flat=True).get(pk=phone.pk)
        if action:
            SimPhone.objects.filter(pk=phone.pk, action=action).update(action="")
        return action

    def _set(self, phone, status, *fields):
        phone.status = status
        self._save(phone, "status", *fields)

    def _save(self, phone, *fields):
        phone.save(update_fields=fields)
        SimPhone.objects.filter(pk=phone.pk).update(version=F("version") + 1)
