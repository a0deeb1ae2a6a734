"""The year itself: events in the order of time, from the first order to this moment."""

import heapq
import itertools
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from dealers.models import Dealer, PointsEntry
from notifications.models import Message
from orders.models import (
    AttentionReason,
    OfferState,
    Party,
    Reason,
    ReasonKind,
)
from orders.statuses import IN_WORK, Status
from suz.local.demo.accounts import NEWCOMER
from suz.local.demo.history import calls
from suz.local.demo.history.clock import answering, order_moments, working
from suz.local.demo.history.codes import Codes
from suz.local.demo.history.deeds import Deeds
from suz.local.demo.history.dispatch import TICK, Dispatch
from suz.local.demo.history.rows import Rows
from suz.local.demo.history.shopping import Customers, fill_basket
from suz.local.demo.history.surveys import Surveys
from suz.local.demo.history.world import World
from suz.local.demo.network import kilometres
from suz.local.demo.words import (
    DEALER_REPLIES,
    INTERNAL_NOTES,
    MANUAL_POINTS,
    WELCOME_POINTS,
)
from telephony.services import robot

SPAN = timedelta(days=365)
# Messages are kept for the last days only: nobody reads a year-old bell.
TELL = timedelta(days=5)
# Orders that nobody has answered at this moment: where, and how many hours old they may be. The
# older ones stand on the attention list.
FRESH_CODES = (
    *("RU-MOW", "RU-MOS", "RU-SPE", "RU-MOW", "RU-KDA", "RU-SVE", "RU-MOW", "RU-TA", "RU-NVS"),
    *("RU-NIZ", "RU-MOS", "RU-ROS", "RU-SAM", "RU-CHE", "RU-MOW", "RU-VOR"),
)
FRESH_HOURS = (0.0, 1.6)
STALE_CODES = ("RU-MOS", "RU-PER", "RU-YAR")
STALE_HOURS = (4, 16)
FAR_CODES = ("RU-KAM", "RU-MAG")
FAR_HOURS = (2, 9)
CHOOSES_DEALER = 0.08
ROBOT_AFTER = timedelta(seconds=45)
MANUAL_ENTRIES = 30
DELETED = 3
# How far the manufacturer sends a dealer for an order that nobody has taken.
REACH_KM = 700
# The chances of how an accepted order ends, apart from the dealer's own failures.
CUSTOMER_CANCELS = 0.13
MANUFACTURER_CANCELS = 0.012
SLOW = 0.07
BACK_TO_CLARIFICATION = 0.12
# Orders that stand in a status at this moment, whatever chance did: status, hours since placing.
# Those of more than two weeks ago are overdue.
PAUSED = (
    *((Status.ACCEPTED, hours) for hours in (0.4, 0.7, 1.1)),
    *((Status.PROCESSED, hours) for hours in (7, 19, 26)),
    *((Status.CLARIFICATION, hours) for hours in (30, 51)),
    *((Status.PAYMENT, hours) for hours in (60, 74, 395)),
    *((Status.DELIVERY, hours) for hours in (98, 122, 430)),
)
PAUSED_CODES = ("RU-MOW", "RU-SPE", "RU-TA", "RU-MOS", "RU-KDA", "RU-SVE", "RU-NIZ")
PATH = (Status.ACCEPTED, Status.PROCESSED, Status.CLARIFICATION, Status.PAYMENT, Status.DELIVERY)


@dataclass(frozen=True)
class Fate:
    """What is settled about an order beforehand.

    ``is_quiet``: nobody answers; ``pause``: accepted soon and then worked on up to this status;
    ``is_mistake``: deleted by the administrator.
    """

    is_quiet: bool = False
    pause: Status | None = None
    is_mistake: bool = False

    @property
    def is_special(self):
        return self.is_quiet or self.pause is not None


class Year:
    """Plays orders; everything happens at ``now`` or before it."""

    def __init__(self, rng, *, geography, shop, members, settings, staff, facts, codes, now):
        self.rng = rng
        self.codes = Codes(codes)
        self.shop = shop
        self.now = now
        self.staff = staff
        self.customers = Customers(rng, geography)
        self.rows = Rows()
        self.world = World(members, shop, facts, now)
        self.deeds = Deeds(self.rows, self.world, settings, shop, now - TELL)
        self.dispatch = Dispatch(self.rows, self.world, settings, self.deeds)
        self.surveys = Surveys(self.rows, self.deeds, staff=staff, now=now)
        self.reasons = list(Reason.objects.filter(is_active=True))
        self.numbers = itertools.count(1)
        self.queue = []
        self.ticket = itertools.count()

    def play(self, orders, progress):
        """Play about so many orders and a few fresh ones; ``progress`` gives a ticker."""
        special = self._special()[:orders]
        cities = [self.customers.city() for _ in range(orders - len(special))]
        moments = order_moments(
            self.rng, len(cities), [city.time_zone for city in cities], self.now, SPAN
        )
        tick = progress(orders)
        mistakes = set(self.rng.sample(range(len(moments)), min(DELETED, len(moments))))
        for number, (moment, place) in enumerate(moments):
            self.at(moment, self._order, cities[place], tick, Fate(is_mistake=number in mistakes))
        for code, hours, fate in special:
            city = self.customers.geography.cities[code][0]
            moment = (self.now - timedelta(hours=hours)).replace(microsecond=0)
            self.at(moment, self._order, city, tick, fate)
        if orders:
            self._schedule_manual_points()
        while self.queue:
            moment, _ticket, action, arguments = heapq.heappop(self.queue)
            action(moment, *arguments)

    def _special(self):
        """(region, hours since placing, fate) of orders that do not go by chance."""
        waiting = (
            *((code, FRESH_HOURS) for code in FRESH_CODES),
            *((code, STALE_HOURS) for code in STALE_CODES),
            *((code, FAR_HOURS) for code in FAR_CODES),
        )
        return [
            *((code, self.rng.uniform(*hours), Fate(is_quiet=True)) for code, hours in waiting),
            *(
                (code, hours, Fate(pause=status))
                for code, (status, hours) in zip(
                    itertools.cycle(PAUSED_CODES), PAUSED, strict=False
                )
            ),
        ]

    def write(self, progress):
        """Insert what was played; ``progress`` gives a ticker."""
        self.rows.write(progress)
        dealers = [member.dealer for member in self.world.members.values()]
        for dealer in dealers:
            standing = self.world.standing[dealer.pk]
            dealer.points = standing.points
            dealer.rating_sum, dealer.rating_count = sum(standing.stars), len(standing.stars)
        Dealer.objects.bulk_update(dealers, ["points", "rating_sum", "rating_count"])
        self.surveys.write()
        self.codes.write()
        # What is older than a day has been read by most.
        yesterday = self.now - timedelta(days=1)
        Message.objects.filter(on_site=True, created_at__lt=yesterday).exclude(
            pk__endswith=7
        ).update(read_at=yesterday)

    def at(self, moment, action, *arguments):
        """Do something at a moment, unless it lies in the future."""
        if moment <= self.now:
            heapq.heappush(self.queue, (moment, next(self.ticket), action, arguments))

    # --- placing and distribution ---

    def _order(self, moment, city, tick, fate):
        rng = self.rng
        buyer = self.customers.buyer(city, moment)
        basket = fill_basket(rng, self.shop, buyer)
        if fate.is_special:
            basket.wants_installation = False
        chooses = not fate.is_special and rng.random() < CHOOSES_DEALER
        story = self.deeds.place(
            rng,
            next(self.numbers),
            basket,
            moment,
            chooses=chooses,
            code=self.codes.typed(buyer.city, moment),
        )
        story.fate = fate
        self._distribute(moment, story)
        term_passed = datetime.combine(
            story.order.due_on + timedelta(days=1), time(0, 0, 30), timezone.get_current_timezone()
        )
        self.at(term_passed, self._overdue, story)
        if fate.is_mistake:
            self.at(moment + self._hours(1, 30), self._delete, story)
        tick()

    def _distribute(self, moment, story):
        self.dispatch.start(story, moment)
        self.at(moment + TICK, self._look, story, story.order.cycle)

    def _look(self, moment, story, cycle):
        order = story.order
        if order.status != Status.NEW or order.cycle != cycle or order.deleted_at:
            return
        offered, again = self.dispatch.look(story, moment)
        for dealer_id in offered:
            self._expect_answer(story, dealer_id, moment)
        if again is not None:
            self.at(max(again, moment) + TICK, self._look, story, cycle)
        if story.attention and not story.fate.is_quiet:
            zone = self.staff[1].time_zone
            when = working(self.rng, moment + self._hours(0.5, 20), zone)
            self.at(when, self._settle, story, cycle)

    def _expect_answer(self, story, dealer_id, moment):
        rng, member = self.rng, self.world.members[dealer_id]
        manager = rng.choice(member.managers)
        cycle = story.order.cycle
        when = answering(rng, moment, member.minutes, manager.time_zone)
        if story.fate.is_quiet:
            return
        if story.fate.pause:
            soon = moment + timedelta(seconds=rng.randrange(60, 280))
            self.at(soon, self._accept, story, member, manager, cycle)
        elif rng.random() < member.zeal:
            self.at(when, self._accept, story, member, manager, cycle)
        elif rng.random() < 0.16:
            self.at(when, self._decline, story, manager, cycle)
        elif rng.random() < 0.8:
            later = working(rng, when + self._hours(0.5, 9), manager.time_zone)
            self.at(later, self._accept, story, member, manager, cycle)

    def _is_offered(self, story, dealer_id, cycle):
        order = story.order
        offer = story.offers.get(dealer_id)
        is_new = order.status == Status.NEW and order.cycle == cycle and not order.deleted_at
        return is_new and offer is not None and offer.state == OfferState.OPEN

    def _accept(self, moment, story, member, manager, cycle):
        if self._is_offered(story, manager.dealer_id, cycle):
            self.deeds.accept(story, manager, moment)
            self.dispatch.stop(story, moment)
            if story.basket.calls_consent:
                rung = calls.waking(moment + ROBOT_AFTER, story.order.place.time_zone)
                self.at(rung, self._robot, story, cycle)
            self._work(moment, story, member, manager)

    def _robot(self, moment, story, cycle):
        order = story.order
        if (order.status, order.cycle) == (Status.ACCEPTED, cycle) and not order.deleted_at:
            # Whom it did not reach lately it would ring again as soon as the demo runs.
            self.deeds.robot(story, moment, is_answered=self.now - moment < robot.RECENT)

    def _decline(self, moment, story, manager, cycle):
        if self._is_offered(story, manager.dealer_id, cycle):
            reason = self._reason(ReasonKind.DECLINE, Party.DEALER)
            self.deeds.decline(story, manager, reason, moment)
            self.at(moment + TICK, self._look, story, cycle)

    def _settle(self, moment, story, cycle):
        """A person of the manufacturer clears the attention list."""
        order = story.order
        if order.status != Status.NEW or order.cycle != cycle or not story.attention:
            return
        by = self.staff[1]
        if AttentionReason.UNCLAIMED in story.attention and self.rng.random() < 0.7:
            # Somebody may take it yet.
            tomorrow = working(self.rng, moment + self._hours(8, 26), by.time_zone)
            self.at(tomorrow, self._settle, story, cycle)
            return
        candidates = [
            member
            for member in self.world.members.values()
            if member.dealer.is_active
            and member.dealer.pk not in story.given_up
            and member.dealer.pk not in story.declined
            and member.dealer.registered_at <= moment
        ]
        nearest = min(candidates, key=lambda m: kilometres(m.dealer.main_region, order.place))
        distance = kilometres(nearest.dealer.main_region, order.place)
        if distance < REACH_KM:
            self.deeds.assign(story, nearest.dealer, by, moment)
            self._work(moment, story, nearest, self.rng.choice(nearest.managers))
        else:
            reason = next(r for r in self.reasons if r.text == "Нет дилера в регионе")
            self.deeds.cancel(story, by, reason, moment)
            self._ask(moment, story)
        self.dispatch.stop(story, moment)

    # --- work ---

    def _work(self, moment, story, member, manager):
        """Lay out the dealer's way with the order; each step is taken if nothing came between."""
        rng, cycle, zone = self.rng, story.order.cycle, manager.time_zone
        if story.fate.pause:
            self._work_until(moment, story, story.fate.pause, manager)
            return
        pace = 3.4 if rng.random() < SLOW else 1.0
        steps = [(self._hours(0.1, 5), self.deeds.contact, (manager,))]
        way = [(Status.CLARIFICATION, 0.2, 24), (Status.PAYMENT, 1, 48), (Status.DELIVERY, 8, 70)]
        if rng.random() < BACK_TO_CLARIFICATION:
            way[2:2] = [(Status.CLARIFICATION, 1, 20), (Status.PAYMENT, 1, 20)]
        for target, shortest, longest in way:
            steps.append((self._hours(shortest, longest), self.deeds.move, (target, manager)))
        steps.append((self._hours(10, 90), self.deeds.complete, (manager,)))
        ending = self._ending(story, member, manager)
        if ending is not None:
            # Mostly after the first call, sometimes before it or late.
            steps[rng.choices((0, 1, 1, 1, len(steps) - 1))[0] :] = [(self._hours(1, 60), *ending)]
        when = moment
        for wait, deed, arguments in steps:
            when = working(rng, when + wait * pace, zone)
            self.at(when, self._step, story, cycle, deed, arguments)
            if deed == self.deeds.contact and rng.random() < 0.3:
                self._schedule_comment(story, cycle, manager, when)

    def _work_until(self, moment, story, status, manager):
        """Take the order as far as a status, and leave it there."""
        way = [
            step
            for target, step in (
                (Status.PROCESSED, (self.deeds.contact, (manager,))),
                (Status.CLARIFICATION, (self.deeds.move, (Status.CLARIFICATION, manager))),
                (Status.PAYMENT, (self.deeds.move, (Status.PAYMENT, manager))),
                (Status.DELIVERY, (self.deeds.move, (Status.DELIVERY, manager))),
            )
            if PATH.index(target) <= PATH.index(status)
        ]
        pause = (self.now - moment) / (len(way) + 1)
        for number, (deed, arguments) in enumerate(way, start=1):
            self.at(moment + pause * number, self._step, story, story.order.cycle, deed, arguments)

    def _step(self, moment, story, cycle, deed, arguments):
        order = story.order
        if order.cycle == cycle and order.status in IN_WORK and not order.deleted_at:
            deed(story, *arguments, moment)
            if deed == self.deeds.give_up:
                self._distribute(moment, story)
            elif not order.is_open:
                self._ask(moment, story)

    def _ask(self, moment, story):
        """The survey of an order that has just closed, and its answer where there is one."""
        survey, when = self.surveys.ask(story.order, moment)
        if when is not None:
            self.at(when, self.surveys.answer, survey)

    def _ending(self, story, member, manager):
        """How the order is lost, as a deed and its arguments, or None."""
        rng = self.rng
        if rng.random() < member.failures:
            if rng.random() < 0.6:
                party = rng.choice((Party.DEALER, Party.DEALER, Party.CUSTOMER))
                return self.deeds.give_up, (manager, self._reason(ReasonKind.GIVE_UP, party))
            return self.deeds.cancel, (manager, self._reason(ReasonKind.CANCEL, Party.DEALER))
        if rng.random() < CUSTOMER_CANCELS:
            return self.deeds.cancel, (manager, self._reason(ReasonKind.CANCEL, Party.CUSTOMER))
        if rng.random() < MANUFACTURER_CANCELS:
            reason = self._reason(ReasonKind.CANCEL, Party.MANUFACTURER)
            return self.deeds.cancel, (self.staff[1], reason)
        return None

    def _schedule_comment(self, story, cycle, manager, moment):
        is_visible = self.rng.random() < 0.5
        text = self.rng.choice(DEALER_REPLIES if is_visible else INTERNAL_NOTES)
        when = moment + self._hours(0.05, 0.8)
        self.at(when, self._step, story, cycle, self.deeds.comment, (manager, text, is_visible))

    def _overdue(self, moment, story):
        order = story.order
        if (order.status in IN_WORK or order.status == Status.NEW) and not order.deleted_at:
            self.deeds.overdue(story, moment)

    # --- the rest ---

    def _delete(self, moment, story):
        self.deeds.delete(story, self.staff[0], moment)
        self.dispatch.stop(story, moment)

    def _schedule_manual_points(self):
        dealers = [member.dealer for member in self.world.members.values()]
        newcomer = next(dealer for dealer in dealers if dealer.name == NEWCOMER)
        dealers.remove(newcomer)
        for _ in range(MANUAL_ENTRIES):
            dealer = self.rng.choice(dealers)
            moment = self.now - SPAN * self.rng.random()
            if dealer.registered_at < moment:
                amount, reason = self.rng.choice(MANUAL_POINTS)
                self.at(moment.replace(microsecond=0), self._manual, dealer, amount, reason)
        amount, reason = WELCOME_POINTS
        self.at(newcomer.registered_at + timedelta(days=2), self._manual, newcomer, amount, reason)

    def _manual(self, moment, dealer, amount, reason):
        self.deeds.points(
            dealer.pk,
            amount,
            PointsEntry.Kind.MANUAL,
            moment,
            reason=reason,
            by=self.staff[0],
        )

    def _reason(self, kind, party):
        fitting = [r for r in self.reasons if r.kind == kind and r.party == party]
        return self.rng.choice(fitting)

    def _hours(self, least, most):
        return timedelta(seconds=round(self.rng.uniform(least, most) * 3600))
