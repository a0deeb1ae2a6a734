"""Two people at one order: whoever comes second overwrites nothing and is told what changed.

A form carries ``seen_of(order)``; the service that saves it locks the order and calls
``check_version``. The version itself is raised by a trigger (``VERSIONED_FIELDS``).
"""

from django.db.models import F, Max
from django.utils.translation import gettext as _

from orders.models import Order
from orders.services.errors import OrderError


class OrderMoved(OrderError):
    """Somebody else has changed the order since the form was made.

    ``since`` is the id of the last history entry that the form was made with, None where the form
    does not say; ``orders.timeline.changes_since`` puts the later ones into words.
    """

    def __init__(self, since):
        super().__init__(
            _("Somebody has changed the order while you were writing. Nothing is overwritten.")
        )
        self.since = since


def seen_of(order):
    """What a form made from the order carries: its version and its last history entry."""
    last = order.history.aggregate(last=Max("id"))["last"] or 0
    return f"{order.version}-{last}"


def check_version(order, seen):
    """Raise OrderMoved where the locked order is no longer as the form showed it."""
    version, last = _read(seen)
    if version != order.version:
        raise OrderMoved(last)


def raise_version(order):
    """Count a change of what hangs on the order, such as its lines."""
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1)


def _read(seen):
    parts = str(seen).split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        return None, None
    return tuple(int(part[:18]) for part in parts)
