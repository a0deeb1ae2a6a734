"""The provider where there is no account: phones on a page, see telephony.simulation.

Speaks through the port and signed callbacks only, as a real provider does.
"""

import io
import math
import random
import struct
import uuid
import wave

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from telephony.models import SimPhone
from telephony.providers.base import PhoneReport, ProviderRefused, RecordingReport

CALLER = "+74950000000"
RATE = 8_000
LONGEST = 60
GONE = "gone"


class Simulator:
    """Phones in our own database; a call made twice with one token is one call."""

    name = "simulator"
    caller = CALLER

    def __init__(self):
        self.auth_token = salted_hmac(
            "telephony.simulator", "callbacks", secret=settings.SECRET_KEY
        ).hexdigest()

    def place(self, dial):
        phone, _created = SimPhone.objects.get_or_create(
            token=dial.token,
            defaults={
                "sid": f"SIM{uuid.uuid4().hex}",
                "number": dial.to,
                "caller": dial.caller,
                "answer_url": dial.answer_url,
                "status_url": dial.status_url,
                "finds_machines": dial.finds_machines,
                "created_at": timezone.now(),
            },
        )
        return phone.sid

    def find(self, dial):
        return SimPhone.objects.filter(token=dial.token).values_list("sid", flat=True).first()

    def reports(self, sid):
        first = SimPhone.objects.filter(sid=sid).first()
        if first is None:
            return []
        phones = [first, *SimPhone.objects.filter(parent=first)]
        return [PhoneReport(one.sid, one.status, one is first) for one in phones]

    def recordings(self, sid):
        made = SimPhone.objects.filter(sid=sid).exclude(recording__in=("", GONE))
        return [RecordingReport(one.recording, one.recorded_seconds) for one in made]

    def fetch(self, recording_sid):
        phone = SimPhone.objects.filter(recording=recording_sid).first()
        if phone is None:
            raise ProviderRefused("no such recording", 404)
        return spoken(phone.recorded_seconds, recording_sid), "audio/wav"

    def delete(self, recording_sid):
        SimPhone.objects.filter(recording=recording_sid).update(recording=GONE)


def spoken(seconds, seed, longest=LONGEST):
    """A WAV file of so many seconds in which two voices hum in turn: nobody spoke in truth."""
    rng = random.Random(seed)  # noqa: S311 - it only has to sound alike each time
    seconds = min(max(seconds, 1), longest)
    samples = []
    voices = (115, 190)
    speaker = 0
    while len(samples) < seconds * RATE:
        length = int(RATE * rng.uniform(0.12, 0.3))
        pitch = voices[speaker] * rng.uniform(0.9, 1.15)
        for index in range(length):
            envelope = math.sin(math.pi * index / length)
            angle = 2 * math.pi * pitch * index / RATE
            samples.append(5000 * envelope * (math.sin(angle) + 0.5 * math.sin(2 * angle)))
        if rng.random() < 0.18:
            samples.extend([0] * int(RATE * rng.uniform(0.2, 0.5)))
            speaker = 1 - speaker
    del samples[seconds * RATE :]
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *map(int, samples)))
    return content.getvalue()
