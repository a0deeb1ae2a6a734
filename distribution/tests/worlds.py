"""A region with dealers, chains and orders, for tests on the database."""

import datetime

from distribution.models import ChainVersion, Decision, Stage
from distribution.services import advance
from distribution.strategies import StageSpec, Strategy
from orders.models import Offer, OfferState, Party, Reason, ReasonKind
from orders.services import accepting
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    OrderFactory,
    UserFactory,
)


def minutes(number):
    return datetime.timedelta(minutes=number)


HOUR_AGO = NOW - minutes(60)


def base(delay=0):
    return StageSpec(Strategy.BASE, delay=delay)


def rating(window, least):
    return StageSpec(Strategy.RATING, window=window, min_points=least)


def set_chain(*specs, region=None, since=HOUR_AGO, is_active=True):
    """A version of the default chain or of a region's, in force since an hour before NOW."""
    return ChainVersion.objects.create(
        region=region,
        spec=[spec.to_json() for spec in specs],
        is_active=is_active,
        valid_from=since,
    )


class World:
    """One city; dealers of its region have one manager each."""

    def __init__(self):
        self.city = CityFactory()
        self.region = self.city.parent

    def dealer(self, *, manager=True, **fields):
        dealer = DealerFactory(**{"main_region": self.region} | fields)
        if manager:
            UserFactory(dealer=dealer)
        return dealer

    def order(self, *, minute=0, **fields):
        """An order placed ``minute`` minutes after NOW."""
        return OrderFactory(**{"place": self.city, "created_at": NOW + minutes(minute)} | fields)


def look(order, minute=0):
    """Bring the order up to date ``minute`` minutes after NOW."""
    return advance(order_id=order.pk, now=NOW + minutes(minute))


def seeing(order):
    """Ids of dealers that see the order."""
    return set(
        Offer.objects.filter(order=order, state=OfferState.OPEN).values_list("dealer_id", flat=True)
    )


def opened(order):
    """(strategy, round, minute, whether empty) of the order's stages, in all cycles."""
    return [
        (stage.strategy, stage.round, (stage.opened_at - NOW) / minutes(1), stage.is_empty)
        for stage in Stage.objects.filter(plan__order=order).order_by("id")
    ]


def codes(order):
    """{(strategy, dealer id): code} of the order's decisions."""
    return {
        (decision.stage.strategy, decision.dealer_id): decision.code
        for decision in Decision.objects.filter(stage__plan__order=order).select_related("stage")
    }


def reason(kind, party=Party.DEALER):
    """A reason in use; tests that empty the database make their own."""
    found = Reason.objects.filter(kind=kind, party=party, is_active=True).first()
    return found or Reason.objects.create(kind=kind, party=party, text="Нет людей")


def decline(order, dealer, minute):
    """The dealer's manager declines ``minute`` minutes after NOW."""
    accepting.decline_offer(
        order_id=order.pk,
        by=dealer.managers.get(),
        reason_id=reason(ReasonKind.DECLINE).pk,
        now=NOW + minutes(minute),
    )


def accept(order, dealer, minute):
    """The dealer's manager accepts."""
    return accepting.accept_offer(
        order_id=order.pk, by=dealer.managers.get(), now=NOW + minutes(minute)
    )


def give_up(order, dealer, minute):
    """The dealer's manager gives the order up."""
    accepting.give_up(
        order_id=order.pk,
        by=dealer.managers.get(),
        reason_id=reason(ReasonKind.GIVE_UP).pk,
        now=NOW + minutes(minute),
    )
