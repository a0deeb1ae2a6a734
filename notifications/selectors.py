"""What a person reads of the messages."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField

from notifications.choosing import mode_of
from notifications.events import EVENTS, SECRET_EVENTS, UnknownEvent, modes_of, notice_for
from notifications.models import Channel, ChannelSetting, Delivery, Message, Mode, Preferences
from suz.common.providers import has_sms

BELL_SIZE = 10
# The bell counts so far and says "99+" beyond.
COUNTED = 100


@dataclass(frozen=True)
class Bell:
    """The newest messages of a user. ``newest`` is the id of the last one, 0 without any.

    ``sound``, ``title_count`` and ``browser`` say how the user wants to notice news.
    """

    messages: list[Message]
    unread: int
    newest: int
    sound: bool = True
    title_count: bool = True
    browser: bool = False

    @property
    def badge(self):
        """The number that stands at the bell, empty where everything is read."""
        if self.unread >= COUNTED:
            return f"{COUNTED - 1}+"
        return str(self.unread or "")

    @property
    def is_heard(self):
        """Whether news make themselves noticed on a page that nobody looks at."""
        return self.sound or self.browser

    def ringing(self, since):
        """The newest unread message after ``since`` (an id as sent) that wants to be heard."""
        if not (since.isdecimal() and len(since) < 20):
            return None
        for message in self.messages:
            if (
                message.pk > int(since)
                and message.read_at is None
                and message.withdrawn_at is None
                and _rings(message)
            ):
                return message
        return None

    def differs_from(self, newest, unread):
        """Whether a page that shows these two numbers is out of date."""
        return (str(self.newest), str(self.unread)) != (newest, unread)


def messages_of(user):
    """The user's messages on site."""
    return Message.objects.filter(user=user, on_site=True)


def unread_of(user):
    """Those that still want to be read."""
    return messages_of(user).filter(read_at__isnull=True, withdrawn_at__isnull=True)


def bell_for(user):
    """What the user's bell shows, in one query."""
    unread = Func(
        ArraySubquery(unread_of(user).values("pk")[:COUNTED]),
        function="CARDINALITY",
        output_field=IntegerField(),
    )
    chosen = Preferences.objects.filter(user=user)
    wishes = {name: chosen.values(name) for name in ("sound", "title_count", "browser")}
    messages = list(messages_of(user).annotate(unread=unread, **wishes).order_by("-id")[:BELL_SIZE])
    if not messages:
        return Bell(messages=[], unread=0, newest=0)
    first = messages[0]
    return Bell(
        messages=messages,
        unread=first.unread,
        newest=first.pk,
        # Who has chosen nothing yet hears news and sees their number.
        sound=first.sound is not False,
        title_count=first.title_count is not False,
        browser=bool(first.browser),
    )


def _rings(message):
    try:
        return notice_for(message.event, message.audience).rings
    except UnknownEvent:
        return False


def offered_channels(audience):
    """The channels that an audience may be told by at all; one query.

    Somebody carries it, and for some event the settings have not switched it off.
    """
    stored = {
        (one.event, one.channel): one.mode
        for one in ChannelSetting.objects.filter(audience=audience).exclude(mode="")
    }
    return frozenset(
        channel
        for event in EVENTS.values()
        if audience in event.notices and not event.is_fixed
        for channel in modes_of(event.code, audience)
        if (channel != Channel.SMS or has_sms())
        and mode_of(event.code, audience, channel, stored.get((event.code, channel), ""))
        != Mode.OFF
    )


def mails_for(user):
    """The mails and SMS that a person of the manufacturer may read."""
    found = mails()
    return found if user.is_administrator else found.exclude(message__event__in=SECRET_EVENTS)


def mails():
    """Everything that is sent, with messages and their recipients."""
    return Delivery.objects.select_related("message__user")


def mails_about_order(queryset, number):
    """Those about the order of this number."""
    return queryset.filter(message__subject_key=f"order:{number}")
