"""What is known about dealers at a moment of the played year: the facts that stages look at."""

import statistics
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta

from catalog.assortment import load_terms
from catalog.pricing import quote
from catalog.promotions.facts import promos_of
from catalog.promotions.models import day_of
from dealers.models import Dealer, Outlet, Place
from distribution.candidates import Candidate
from distribution.limits import Share, period_start
from distribution.speeds import SPAN
from orders.eligibility import DealerFacts, judge
from suz.common.geo import distance_km

YEAR = timedelta(days=365)


@dataclass
class Standing:
    """A dealer's record so far.

    ``accepted`` holds (moment, minutes it took), ``eligible`` (placed at, order id) of the orders
    that it was fit for, sorted.
    """

    points: int = 0
    stars: list = field(default_factory=list)
    accepted: list = field(default_factory=list)
    eligible: list = field(default_factory=list)


class World:
    """Dealers, their terms and territories, and how they stand."""

    def __init__(self, members, shop, facts, now):
        self.facts = facts
        self.promos = {}
        self.members = {member.dealer.pk: member for member in members}
        dealers = [member.dealer for member in members]
        self.terms = load_terms(
            dealers,
            [product.pk for product in shop.products],
            # Nowhere: promotions come in by the day of each order.
            place=Place(pk=0),
            now=now - 2 * YEAR,
        )
        self.standing = defaultdict(Standing)
        # Which orders a dealer got, as (dealer id, order id).
        self.received = set()
        self.serving = defaultdict(set)
        for dealer in dealers:
            self.serving[dealer.main_region_id].add(dealer.pk)
        for dealer_id, place_id in Dealer.additional_places.through.objects.values_list(
            "dealer_id", "place_id"
        ):
            self.serving[place_id].add(dealer_id)
        self.outlets = defaultdict(list)
        for dealer_id, *point in Outlet.objects.values_list("dealer_id", "latitude", "longitude"):
            self.outlets[dealer_id].append(point)

    def serving_ids(self, place, moment):
        """Ids of the dealers of the place that had joined by then."""
        ids = set().union(*(self.serving[place_id] for place_id in place.covering_ids))
        return {pk for pk in ids if self.members[pk].dealer.registered_at <= moment}

    def terms_at(self, dealer_id, place, moment):
        """The dealer's terms with the promotions of that day and place."""
        key = (day_of(moment), place.region_id)
        if key not in self.promos:
            running = [one for one in self.facts if one.starts_on <= key[0] <= one.ends_on]
            self.promos[key] = promos_of(running, place.region_id)
        terms, promos = self.terms[dealer_id], self.promos[key].get(dealer_id)
        return replace(terms, promos=promos) if promos else terms

    def quotes(self, place, basket, moment):
        """Quotes of the dealers that can deliver the basket, cheapest first."""
        found = []
        for dealer_id in self.serving_ids(place, moment):
            dealer = self.members[dealer_id].dealer
            if dealer.is_active and dealer.is_authorised and dealer.takes_site_orders:
                offer = quote(
                    self.terms_at(dealer_id, place, moment), basket.items, basket.services
                )
                if offer is not None:
                    found.append(offer)
        return sorted(found, key=lambda offer: (offer.total, offer.dealer_id))

    def candidates(self, story, named, moment):
        """Candidates for the story's order: the dealers of its place and those that stages name."""
        serving = self.serving_ids(story.order.place, story.order.created_at)
        candidates = {}
        for dealer_id in sorted(serving | (named & self.members.keys())):
            candidates[dealer_id] = self._candidate(story, dealer_id, dealer_id in serving, moment)
        return candidates

    def _candidate(self, story, dealer_id, serves, moment):
        dealer, standing = self.members[dealer_id].dealer, self.standing[dealer_id]
        recorded = story.quotes.get(dealer_id)
        recorded_total = recorded.total if recorded else None
        verdict = judge(
            DealerFacts(
                dealer_id=dealer_id,
                is_active=dealer.is_active,
                takes_site_orders=dealer.takes_site_orders,
                is_authorised=dealer.is_authorised,
                serves=serves,
                terms=self.terms_at(dealer_id, story.order.place, moment),
                given_up=dealer_id in story.given_up,
            ),
            story.basket.items,
            story.basket.services,
            price_max=story.order.price_max,
            recorded_total=recorded_total,
            cut=story.cut,
            final_max=story.order.promised_range[1] if story.cut else None,
        )
        accepted, median = self._speed(standing, moment)
        return Candidate(
            dealer_id=dealer_id,
            verdict=verdict,
            is_active=dealer.is_active,
            serves=serves,
            declined_at=story.declined.get(dealer_id),
            points=standing.points,
            total=recorded_total,
            distance_km=self._distance(story.order, dealer_id),
            median_minutes=median,
            accepted=accepted,
            shares=self._shares(story, dealer_id),
        )

    def _speed(self, standing, moment):
        since = moment - SPAN
        minutes = [taken for at, taken in standing.accepted if since < at <= moment]
        return len(minutes), (statistics.median(minutes) if minutes else None)

    def _distance(self, order, dealer_id):
        pin = (order.latitude, order.longitude)
        here = pin if None not in pin else (order.place.latitude, order.place.longitude)
        return min((distance_km(*here, *point) for point in self.outlets[dealer_id]), default=None)

    def _shares(self, story, dealer_id):
        shares = {}
        for period in story.periods.get(dealer_id, ()):
            start = period_start(story.order.created_at, period)
            orders = self.standing[dealer_id].eligible
            first = bisect_left(orders, (start, 0))
            last = bisect_left(orders, (story.order.created_at, story.order.pk))
            earlier = [order_id for _placed_at, order_id in orders[first:last]]
            received = sum((dealer_id, order_id) in self.received for order_id in earlier)
            shares[period] = Share(len(earlier), received)
        return shares
