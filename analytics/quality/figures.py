"""The numbers of the desk, each with the list that it leads to."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.quality.sources import low_ratings, unanswered_address, unanswered_orders
from distribution import attention
from notifications.models import Delivery, DeliveryState
from orders.complaints.filters import OPEN_ONES
from orders.counting import count_each
from orders.models import AttentionReason, Complaint, Order
from orders.statuses import OPEN
from suz.common.keyset import Total
from suz.common.text import number

# Further than this nobody counts: "more than 1 000".
COUNTED = 1_000


@dataclass(frozen=True)
class Figure:
    """A number of things that wait for somebody; ``is_late`` marks those that waited too long."""

    code: str
    name: str
    icon: str
    total: Total
    url: str
    is_late: bool = False

    @property
    def count(self):
        """As far as it was counted, and one more where there are more."""
        return self.total.count + self.total.is_more

    @property
    def words(self):
        if self.total.is_more:
            return _("more than %(count)s") % {"count": number(self.total.count)}
        return number(self.total.count)

    @property
    def is_bad(self):
        return self.is_late and self.count > 0


def summary(*, now):
    """What customers wait for, in short: one query, each part counted to COUNTED."""
    low, low_address = low_ratings(now=now)
    alive = Complaint.objects.alive().open()
    counts = count_each(
        {
            "complaints": [alive],
            "complaints_late": [alive.filter(overdue_at__isnull=False)],
            "unanswered": [unanswered_orders()],
            "overdue": [Order.objects.alive().filter(status__in=OPEN, overdue_at__isnull=False)],
            "failed": [Delivery.objects.filter(state=DeliveryState.DEAD)],
            "ratings": [low],
        },
        COUNTED,
    )
    complaints = reverse("complaint_list")
    orders = reverse("order_list")
    return [
        Figure(
            "complaints",
            _("Complaints wait for an answer"),
            "message-report",
            counts["complaints"],
            f"{complaints}?state={OPEN_ONES}&sort=term",
        ),
        Figure(
            "complaints_late",
            _("Complaints overdue"),
            "calendar-due",
            counts["complaints_late"],
            f"{complaints}?overdue=yes&sort=term",
            is_late=True,
        ),
        Figure(
            "unanswered",
            _("Messages without an answer"),
            "message",
            counts["unanswered"],
            unanswered_address(),
            is_late=True,
        ),
        Figure(
            "ratings",
            _("Low ratings"),
            "filled/star",
            counts["ratings"],
            low_address,
            is_late=True,
        ),
        Figure(
            "overdue",
            _("Orders overdue"),
            "calendar-due",
            counts["overdue"],
            f"{orders}?tab=all&overdue=1",
            is_late=True,
        ),
        Figure(
            "failed",
            _("Mails and SMS not sent"),
            "mail",
            counts["failed"],
            reverse("mail_list", query={"state": DeliveryState.DEAD}),
            is_late=True,
        ),
    ]


def unclaimed():
    """Orders that no dealer has, by the reason: one query. The first is always there."""
    counts = attention.count_by_reason()
    names = {
        AttentionReason.UNCLAIMED: _("Orders nobody has accepted"),
        AttentionReason.ALL_DECLINED: _("Orders all dealers declined"),
        AttentionReason.NO_DEALER: _("Orders no dealer can deliver"),
        AttentionReason.PUT_BACK: _("Orders put back by dealers"),
    }
    return [
        Figure(
            reason.value,
            name,
            "hand-stop",
            counts[reason],
            reverse("attention_list", query={"reason": reason.value}),
            is_late=True,
        )
        for reason, name in names.items()
        if counts[reason].count or reason == AttentionReason.UNCLAIMED
    ]
