"""What dealers are told about products of their own."""

from django.utils.translation import gettext_lazy as _

from notifications.events import RELATED_HIDDEN, RELATED_SHOWN, Event, Fact, Notice, declare
from notifications.models import Audience

declare(
    Event(
        RELATED_HIDDEN,
        _("own product hidden from the shop"),
        "ban",
        "red",
        {Audience.DEALER: Notice((Fact.REASON,))},
        variables=("product", "reason", "link"),
    ),
    Event(
        RELATED_SHOWN,
        _("own product shown in the shop again"),
        "circle-check",
        "green",
        {Audience.DEALER: Notice(())},
        variables=("product", "link"),
    ),
)
