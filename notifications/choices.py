"""Writes of what may be told by which channel, and of what people have chosen."""

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.choosing import mode_of
from notifications.events import EVENTS, modes_of, notice_for, variables_of
from notifications.models import (
    Channel,
    ChannelSetting,
    Mode,
    Preferences,
    RecipientChoice,
    SettingChange,
)
from notifications.texts import problems

# What is told of changes of the settings, in their transaction; an app above keeps the journal.
_witnesses = []


def witness(function):
    """Call ``function(changes=[SettingChange], by=, now=)`` at each change of the settings."""
    _witnesses.append(function)


class ChannelLocked(Exception):
    """This channel cannot be switched off; the message is for people."""

    def __init__(self):
        super().__init__(_("This message cannot be switched off."))


class TextWrong(Exception):
    """A text cannot be used; ``errors`` maps the field to sentences."""

    def __init__(self, errors):
        super().__init__("; ".join(sentence for found in errors.values() for sentence in found))
        self.errors = errors


def choose_channels(*, key, by_email, by_sms, now):
    """Set how somebody without an account hears of ``key``; in the caller's transaction, if any."""
    RecipientChoice.objects.bulk_create(
        [RecipientChoice(key=key, by_email=by_email, by_sms=by_sms, changed_at=now)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["by_email", "by_sms", "changed_at"],
    )


def chosen_channels(key):
    """How somebody without an account hears of ``key``, as choose_channels takes it.

    Who has said nothing hears by e-mail.
    """
    found = RecipientChoice.objects.filter(key=key).first()
    if found is None:
        return {"by_email": True, "by_sms": False}
    return {"by_email": found.by_email, "by_sms": found.by_sms}


@transaction.atomic
def save_modes(*, modes, by, now):
    """Set what is allowed: ``modes`` maps (event, audience, channel) to a Mode.

    Keeps a row of history for each that changes; returns how many did. Raises ChannelLocked.
    """
    changes = []
    for (event, audience, channel), mode in modes.items():
        is_locked = channel in notice_for(event, audience).locked
        if is_locked and mode != Mode.MANDATORY:
            raise ChannelLocked
        setting = _setting(event, audience, channel)
        before = mode_of(event, audience, channel, setting.mode)
        if before == mode:
            continue
        # What the catalogue says anyway is not kept: it may learn better.
        setting.mode = "" if modes_of(event, audience)[channel] == mode else mode
        setting.save()
        changes.append(_change(setting, SettingChange.What.MODE, before, mode, by, now))
    _keep(changes, by, now)
    return len(changes)


@transaction.atomic
def save_text(*, event, audience, channel, subject, body, by, now):
    """Set a text of one's own; empty ones fall back to the product's. Returns whether it changed.

    Raises TextWrong.
    """
    found = text_errors(event, audience, subject=subject, body=body)
    if found:
        raise TextWrong(found)
    setting = _setting(event, audience, channel)
    changes = []
    for what, before, after in (
        (SettingChange.What.SUBJECT, setting.subject, subject),
        (SettingChange.What.BODY, setting.body, body),
    ):
        if before != after:
            changes.append(_change(setting, what, before, after, by, now))
    if changes:
        setting.subject, setting.body = subject, body
        setting.save()
    _keep(changes, by, now)
    return bool(changes)


def text_errors(event, audience, **texts):
    """What is wrong with texts: ``{field: sentences}``, empty where all is well."""
    allowed = variables_of(event, audience)
    return {name: found for name, text in texts.items() if (found := problems(text, allowed))}


@transaction.atomic
def save_preferences(*, by, choices, **fields):
    """Set how ``by`` wants to be told. ``choices`` maps events to channels to true or false."""
    kept = {
        event: {str(Channel(name)): bool(wish) for name, wish in wishes.items()}
        for event, wishes in choices.items()
        if event in EVENTS
    }
    preferences, _is_new = Preferences.objects.update_or_create(
        user=by, defaults={"choices": kept, **fields}
    )
    return preferences


def _setting(event, audience, channel):
    setting, _is_new = ChannelSetting.objects.select_for_update().get_or_create(
        event=event, audience=audience, channel=channel
    )
    return setting


def _change(setting, what, before, after, by, now):
    return SettingChange(
        event=setting.event,
        audience=setting.audience,
        channel=setting.channel,
        what=what,
        before=before,
        after=after,
        by=by,
        at=now,
    )


def _keep(changes, by, now):
    if not changes:
        return
    SettingChange.objects.bulk_create(changes)
    for function in _witnesses:
        function(changes=changes, by=by, now=now)
