"""Which channels a message takes, and when: facts in, decisions out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from notifications.events import Priority, modes_of, notice_for
from notifications.models import Channel, Mode


@dataclass(frozen=True)
class QuietHours:
    """When a recipient is not to be disturbed; from ``begin`` to ``end``, by clocks of ``zone``."""

    begin: time
    end: time
    zone: str

    def after(self, now):
        """``now``, or the end of the quiet hours where it lies within them."""
        return after_quiet(self.begin, self.end, zone_of(self.zone), now)


def zone_of(name):
    """The time zone of that name, the product's own where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.get_default_timezone()


def mode_of(event, audience, channel, stored=""):
    """What is allowed: ``stored`` by an administrator, else by the catalogue; locked stays on."""
    if channel in notice_for(event, audience).locked:
        return Mode.MANDATORY
    return Mode(stored or modes_of(event, audience)[channel])


def takes(mode, wish):
    """Whether a channel is taken; ``wish`` is True, False, or None for no word about it."""
    if mode in (Mode.OFF, Mode.MANDATORY):
        return mode == Mode.MANDATORY
    return mode == Mode.OPTIONAL if wish is None else wish


def channels_for(event, audience, *, stored, wishes):
    """The channels that a message takes; both mappings go by channel and may lack any."""
    return {
        channel
        for channel in modes_of(event, audience)
        if takes(mode_of(event, audience, channel, stored.get(channel, "")), wishes.get(channel))
    }


def wishes_of(preferences, event):
    """What a person of the workspace has chosen for an event, by channel."""
    chosen = preferences.choices.get(event, {}) if preferences else {}
    return {Channel(name): wish for name, wish in chosen.items() if name in Channel.values}


def quiet_of(preferences, zone):
    """The QuietHours that a person of the workspace has chosen, or None; ``zone`` is a name."""
    if preferences is None or preferences.quiet_from is None:
        return None
    return QuietHours(preferences.quiet_from, preferences.quiet_until, zone)


def due_for(preferences, priority, quiet, zone, channel, now):
    """When a delivery is due, and whether as a line of a digest: ``(moment, in_digest)``.

    ``quiet`` are the recipient's QuietHours or None, ``zone`` a time zone.
    """
    if priority == Priority.URGENT:
        return now, False
    is_low = priority == Priority.LOW and channel == Channel.EMAIL
    if is_low and preferences is not None and preferences.digest_hour is not None:
        return next_hour(preferences.digest_hour, zone, now), True
    return (quiet.after(now) if quiet else now), False


def next_hour(hour, zone, now):
    """The next time that clocks of the zone show the full hour."""
    local = now.astimezone(zone)
    moment = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return moment if moment > local else _on(moment + timedelta(days=1), moment.time(), zone)


def after_quiet(begin, end, zone, now):
    """``now``, or the end of the quiet hours where it lies within them; they may span midnight."""
    if begin is None or end is None or begin == end:
        return now
    local = now.astimezone(zone)
    shown = local.time()
    if begin < end:
        return _on(local, end, zone) if begin <= shown < end else now
    if shown >= begin:
        return _on(local + timedelta(days=1), end, zone)
    return _on(local, end, zone) if shown < end else now


def _on(day, moment, zone):
    return datetime.combine(day.date(), moment, tzinfo=zone)
