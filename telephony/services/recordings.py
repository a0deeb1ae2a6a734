"""Recordings: fetched to private storage, deleted at the provider, kept for a time, heard."""

import uuid
from datetime import timedelta

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from dealers.models import SystemSettings
from telephony.models import Call, Listening, Recording, RecordingState
from telephony.providers import ProviderDown, ProviderRefused, provider

logger = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
MAX_ATTEMPTS = 8
BUDGET = timedelta(seconds=3)
BATCH = 100
ENDINGS = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3"}
UNDER_WAY = (
    RecordingState.WAITING,
    RecordingState.FETCHING,
    RecordingState.FETCHED,
    RecordingState.ERASING,
)


@transaction.atomic
def note_recording(*, call_id, sid, seconds, now):
    """The provider has a recording of a call; told of twice it is one.

    Of somebody whose data were erased meanwhile it is deleted there and never comes here.
    """
    is_erased = Call.objects.filter(pk=call_id, order__customer__erased_at__isnull=False).exists()
    _recording, created = Recording.objects.get_or_create(
        sid=sid,
        defaults={
            "call_id": call_id,
            "seconds": seconds,
            "state": RecordingState.ERASING if is_erased else RecordingState.WAITING,
            "due_at": now,
            "created_at": now,
        },
    )
    if created:
        Call.objects.filter(pk=call_id).update(version=F("version") + 1)
    return created


def fetch_due(*, clock, budget=BUDGET):
    """Bring recordings here, then delete them at the provider; returns how many were worked on."""
    end, done = clock() + budget, 0
    while clock() < end:
        recording = _claim(clock())
        if recording is None:
            break
        _fetch(recording, clock)
        done += 1
    return done


def expire_recordings(*, now, limit=BATCH):
    """Delete recordings older than the settings keep them; returns how many."""
    days = SystemSettings.load().recordings_keep_days
    old = Recording.objects.filter(
        state=RecordingState.STORED, created_at__lt=now - timedelta(days=days)
    ).order_by("created_at")[:limit]
    for recording in old:
        # The file first: one that is gone is gone, and a row without it would be kept for ever.
        recording.file.delete(save=False)
        recording.state, recording.size = RecordingState.DELETED, 0
        recording.save(update_fields=["state", "size", "file"])
        Call.objects.filter(pk=recording.call_id).update(version=F("version") + 1)
    return len(old)


def note_listening(*, recording, by, now):
    """Keep who listened to a recording, once an hour at most."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    Listening.objects.bulk_create(
        [Listening(recording=recording, user=by, at=now, hour=hour)], ignore_conflicts=True
    )


@transaction.atomic
def _claim(now):
    recording = (
        Recording.objects.filter(state__in=UNDER_WAY, due_at__lte=now)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .select_related("call")
        .order_by("due_at", "id")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if recording is not None:
        recording.attempts += 1
        recording.lease_token, recording.lease_until = uuid.uuid4(), now + LEASE
        if recording.state == RecordingState.WAITING:
            recording.state = RecordingState.FETCHING
        recording.save(update_fields=["attempts", "state", "lease_token", "lease_until"])
    return recording


def _fetch(recording, clock):
    port = provider()
    try:
        if recording.state not in (RecordingState.FETCHED, RecordingState.ERASING):
            content, content_type = port.fetch(recording.sid)
            if not _keep(recording, content, content_type):
                return
        port.delete(recording.sid)
    except ProviderRefused as refusal:
        _fail(recording, str(refusal.args[0]), clock(), is_final=True)
    except ProviderDown as trouble:
        _fail(recording, str(trouble), clock(), is_final=False)
    else:
        is_erased = recording.state == RecordingState.ERASING
        _close(recording, RecordingState.DELETED if is_erased else RecordingState.STORED)


def _keep(recording, content, content_type):
    """Write the file and the row; whether the lease was still ours."""
    content_type = content_type.partition(";")[0].strip()
    if content_type not in ENDINGS:
        content_type = "audio/mpeg"
    storage = recording.file.storage
    # A name of its own for each attempt: what a lost worker left behind stays out of the way.
    name = f"{recording.created_at:%Y/%m}/{uuid.uuid4().hex}.{ENDINGS[content_type]}"
    name = storage.save(name, ContentFile(content))
    kept = _leased(recording).update(
        state=RecordingState.FETCHED, file=name, content_type=content_type, size=len(content)
    )
    if not kept:
        storage.delete(name)
        return False
    recording.state = RecordingState.FETCHED
    Call.objects.filter(pk=recording.call_id).update(version=F("version") + 1)
    return True


def _fail(recording, error, now, *, is_final):
    is_here = recording.state == RecordingState.FETCHED
    if recording.state == RecordingState.ERASING:
        # Tried for as long as it takes: the person has a right to it.
        _again(recording, error, now, RecordingState.ERASING)
        return
    if is_final or recording.attempts >= MAX_ATTEMPTS:
        # Here but not deletable there: it plays all the same.
        _close(recording, RecordingState.STORED if is_here else RecordingState.LOST, error)
        return
    _again(recording, error, now, RecordingState.FETCHED if is_here else RecordingState.WAITING)


def _again(recording, error, now, state):
    """Once more later, each time a minute more and an hour at most."""
    _leased(recording).update(
        state=state,
        due_at=now + PAUSE * min(recording.attempts, 60),
        error=error[:300],
        lease_token=None,
        lease_until=None,
    )


def _close(recording, state, error=""):
    _leased(recording).update(state=state, error=error[:300], lease_token=None, lease_until=None)
    Call.objects.filter(pk=recording.call_id).update(version=F("version") + 1)


def _leased(recording):
    return Recording.objects.filter(pk=recording.pk, lease_token=recording.lease_token)
