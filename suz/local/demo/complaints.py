"""Complaints of the last months in every state, made and worked on by the services themselves."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dealers.models import PointsEntry, Role, SystemSettings, User
from distribution.models import Decision
from notifications.models import Delivery, Message
from orders.complaints import filing, judging, working
from orders.complaints.terms import mark_overdue_complaints
from orders.models import Complaint, Order, Outcome, Reason, ReasonKind
from orders.statuses import IN_WORK, Status
from suz.local.demo.accounts import HEAD_EMAIL, MANAGER_EMAIL, ROOT_EMAIL
from suz.local.demo.complaint_words import TALES

OLD = 24
# Points are taken since then: what is older came before complaints cost any.
POINTS_SINCE = timedelta(days=21)
UNREAD = timedelta(hours=12)


@dataclass(frozen=True)
class Fate:
    """How far a complaint has come, filed so many days ago; ``own``: the demo's dealer has it."""

    days: float
    ends: str
    own: bool = False


# The newest: what the manufacturer finds on its desk.
RECENT = (
    Fate(0.1, "new"),
    Fate(0.4, "new", own=True),
    Fate(5.2, "new"),
    Fate(0.8, "taken"),
    Fate(1.6, "taken"),
    Fate(6.1, "taken"),
    Fate(1.2, "asked", own=True),
    Fate(2.3, "stated"),
    Fate(4.6, "asked"),
    Fate(7.4, "asked"),
    Fate(3.1, "answered"),
    Fate(5.0, "answered", own=True),
    Fate(9.3, "reopened"),
    Fate(8.2, "justified", own=True),
    Fate(12.5, "unjustified"),
    Fate(15.7, "justified"),
)


class _Writer:
    """Files complaints and takes them as far as they went."""

    def __init__(self, rng, now):
        self.rng = rng
        self.now = now
        self.people = list(
            User.objects.filter(role__in=(Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER))
            .exclude(email=ROOT_EMAIL)
            .order_by("pk")
        )
        self.categories = {
            one.text: one.pk for one in Reason.objects.filter(kind=ReasonKind.COMPLAINT)
        }
        self.managers = {}
        for user in User.objects.filter(role=Role.DEALER_MANAGER, is_active=True).order_by("-pk"):
            self.managers[user.dealer_id] = user
        # Whom a stage has looked at has the points that it wrote down.
        self.looked_at = set(
            Decision.objects.filter(stage__plan__order__status=Status.NEW).values_list(
                "dealer_id", flat=True
            )
        )
        self.points = SystemSettings.load().points_complaint
        self.tales = list(TALES)
        self.told = 0

    def write(self, order, fate):
        """One complaint about an order, filed when the fate says."""
        tale = self.tales[self.told % len(self.tales)]
        self.told += 1
        moment = self.now - timedelta(days=fate.days)
        by = self.rng.choice(self.people) if self.rng.random() < 0.2 else None
        complaint = filing.file_complaint(
            order_id=order.pk,
            category_id=self.categories[tale.category],
            text=tale.text,
            form_key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            by=by,
            now=moment,
        )
        if fate.ends != "new":
            self._work(complaint, tale, fate, moment)

    def _work(self, complaint, tale, fate, moment):
        owner = self.rng.choice(self.people)
        deed = {"complaint_id": complaint.pk, "by": owner, "seen": None}
        moment = self._later(moment, 0.3, 3)
        working.give(owner_id=owner.pk, now=moment, **deed)
        if fate.ends == "taken":
            return
        asks = complaint.dealer_id in self.managers
        if asks:
            moment = self._later(moment, 0.2, 2)
            working.ask_dealer(text=tale.question, now=moment, **deed)
            if fate.ends == "asked":
                return
            moment = self._later(moment, 1, 8)
            working.give_statement(
                complaint_id=complaint.pk,
                text=tale.statement,
                by=self.managers[complaint.dealer_id],
                now=moment,
            )
        if self.rng.random() < 0.4:
            working.note(
                complaint_id=complaint.pk, text=tale.note, by=owner, now=self._later(moment, 0.1, 1)
            )
        if fate.ends in ("asked", "stated"):
            return
        moment = self._later(moment, 0.5, 5)
        judging.answer(text=tale.answer, now=moment, **deed)
        if fate.ends == "answered":
            return
        if fate.ends == "reopened":
            filing.write_again(
                order_id=complaint.order_id,
                complaint_id=complaint.pk,
                text=tale.again,
                now=self._later(moment, 20, 40),
            )
            return
        self._close(complaint, fate, deed, self._later(moment, 0.2, 3))

    def _close(self, complaint, fate, deed, moment):
        """Ledgers are in the order of time: points are taken after the dealer's newest entry."""
        newest = (
            PointsEntry.objects.filter(dealer_id=complaint.dealer_id)
            .order_by("-id")
            .values_list("created_at", flat=True)
            .first()
        )
        outcome = Outcome(fate.ends)
        costs = (
            outcome == Outcome.JUSTIFIED
            and self.now - moment < POINTS_SINCE
            and complaint.dealer_id not in self.looked_at
        )
        if costs and newest:
            moment = max(moment, newest + timedelta(minutes=7))
        set_points(self.points if costs else 0)
        judging.close(outcome=outcome, now=min(moment, self.now), **deed)
        set_points(self.points)

    def _later(self, moment, least, most):
        """Some hours later, but never ahead of now."""
        return min(moment + timedelta(hours=self.rng.uniform(least, most)), self.now)


def set_points(points):
    """What a justified complaint costs from now on."""
    SystemSettings.objects.filter(pk=1).update(points_complaint=points)


def create_complaints(rng, *, now: datetime):
    """About 40 complaints over half a year; what was told of the older ones is read and sent."""
    writer = _Writer(rng, now)
    own = User.objects.get(email=HEAD_EMAIL).dealer_id
    old = sorted((rng.uniform(22, 180) for _number in range(OLD)), reverse=True)
    used = set()
    for days in old:
        fate = Fate(days, rng.choices(("justified", "unjustified"), (3, 2))[0])
        _write(writer, fate, used, own)
    for fate in sorted(RECENT, key=lambda one: -one.days):
        _write(writer, fate, used, own)
    mark_overdue_complaints(now=now - timedelta(hours=3))
    _quieten(now)


def _write(writer, fate, used, own):
    """A complaint about an order that was under way or just closed at the time."""
    moment = writer.now - timedelta(days=fate.days)
    orders = Order.objects.alive().filter(
        Q(status__in=(*IN_WORK, Status.COMPLETED)),
        accepted_at__lt=moment,
        dealer__isnull=False,
        dealer__is_active=True,
    )
    orders = orders.filter(dealer_id=own) if fate.own else orders.exclude(dealer_id=own)
    if fate.ends == Outcome.JUSTIFIED and not fate.own:
        orders = orders.exclude(dealer__in=writer.looked_at)
    found = orders.exclude(pk__in=used).order_by("-accepted_at")[:8]
    order = writer.rng.choice(list(found)) if found else None
    if order is not None:
        used.add(order.pk)
        writer.write(order, fate)


def _quieten(now):
    """News of long ago were read and their mails are gone; nothing is sent once more."""
    old = Message.objects.filter(event__startswith="complaint", created_at__lt=now - UNREAD)
    Delivery.objects.filter(message__in=old).delete()
    old.update(read_at=now - UNREAD)
    # What one did oneself needs no reading.
    manager = User.objects.get(email=MANAGER_EMAIL)
    mine = Complaint.objects.filter(owner=manager).values_list("pk", flat=True)
    own = Message.objects.filter(
        event="complaint", user=manager, context__complaint__in=list(mine), read_at__isnull=True
    )
    own.update(read_at=now)
