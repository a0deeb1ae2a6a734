"""What a person reads of the messages."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField

from notifications.events import SECRET_EVENTS
from notifications.models import Channel, Delivery, Message

BELL_SIZE = 10
# The bell counts so far and says "99+" beyond.
COUNTED = 100


@dataclass(frozen=True)
class Bell:
    """The newest messages of a user. ``newest`` is the id of the last one, 0 without any."""

    messages: list[Message]
    unread: int
    newest: int

    @property
    def badge(self):
        """The number that stands at the bell, empty where everything is read."""
        if self.unread >= COUNTED:
            return f"{COUNTED - 1}+"
        return str(self.unread or "")

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
    messages = list(messages_of(user).annotate(unread=unread).order_by("-id")[:BELL_SIZE])
    if not messages:
        return Bell(messages=[], unread=0, newest=0)
    return Bell(messages=messages, unread=messages[0].unread, newest=messages[0].pk)


def mails_for(user):
    """The mails that a person of the manufacturer may read."""
    found = mails()
    return found if user.is_administrator else found.exclude(message__event__in=SECRET_EVENTS)


def mails():
    """Everything that goes by e-mail, with messages and their recipients."""
    return Delivery.objects.filter(channel=Channel.EMAIL).select_related("message__user")


def mails_about_order(queryset, number):
    """Those about the order of this number."""
    return queryset.filter(message__subject_key=f"order:{number}")
