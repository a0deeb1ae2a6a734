"""What people are told about their access."""

from django.utils.translation import gettext_lazy as _

from notifications.events import INVITATION, Event, Notice, Priority, declare
from notifications.models import Audience, Channel, Mode

# The mail is the invitation: without it there is nothing to choose with.
_BY_MAIL = {
    Channel.SITE: Mode.OFF,
    Channel.EMAIL: Mode.MANDATORY,
    Channel.SMS: Mode.OFF,
}
_NOTICE = Notice((), priority=Priority.URGENT, channels=_BY_MAIL, locked=frozenset({Channel.EMAIL}))

declare(
    Event(
        INVITATION,
        _("invitation to work here"),
        "user-check",
        "blue",
        {Audience.DEALER: _NOTICE, Audience.MANUFACTURER: _NOTICE},
        is_fixed=True,
    )
)
