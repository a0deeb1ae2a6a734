"""Facts about dealers, read for many orders at once in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from catalog.assortment import load_terms_by_region
from catalog.pricing import DealerTerms, Item, quote
from dealers.models import Dealer, Outlet
from distribution.candidates import Candidate, OrderFacts
from distribution.limits import Share, period_start
from distribution.strategies import Strategy
from orders.discounts import Cut, after, ends
from orders.eligibility import DealerFacts, Verdict, judge
from orders.models import Assignment, DealerQuote, Offer, OfferState, Order, OrderLine
from orders.promise import items_of
from suz.common.geo import distance_km

# Counts up to a first order for each dealer and period: nothing is fetched row by row.
SHARES_BEFORE = """
    SELECT w.number, count(e.id), count(e.id) FILTER (WHERE EXISTS (
               SELECT 1 FROM orders_assignment a
                WHERE a.order_id = e.order_id AND a.dealer_id = e.dealer_id))
      FROM unnest(%(numbers)s::int[], %(dealers)s::bigint[], %(starts)s::timestamptz[],
                  %(until)s::timestamptz[], %(until_ids)s::bigint[])
               AS w(number, dealer, start, until, until_id)
      JOIN distribution_eligibility e
        ON e.dealer_id = w.dealer AND e.placed_at >= w.start AND e.placed_at <= w.until
       AND (e.placed_at, e.order_id) < (w.until, w.until_id)
  GROUP BY w.number
"""
# The orders from the first to the last one asked for, to be counted one after another.
SHARES_BETWEEN = """
    SELECT w.number, e.placed_at, e.order_id, EXISTS (
               SELECT 1 FROM orders_assignment a
                WHERE a.order_id = e.order_id AND a.dealer_id = e.dealer_id)
      FROM unnest(%(numbers)s::int[], %(dealers)s::bigint[], %(until)s::timestamptz[],
                  %(until_ids)s::bigint[], %(last)s::timestamptz[], %(last_ids)s::bigint[])
               AS w(number, dealer, first, first_id, last, last_id)
      JOIN distribution_eligibility e
        ON e.dealer_id = w.dealer AND e.placed_at >= w.first AND e.placed_at <= w.last
       AND (e.placed_at, e.order_id) >= (w.first, w.first_id)
       AND (e.placed_at, e.order_id) < (w.last, w.last_id)
  ORDER BY e.placed_at, e.order_id
"""


@dataclass
class Subject:
    """An order with what was read for it; ``prospects`` are its dealers' facts by dealer id.

    ``cut`` is its promo code's, where it holds.
    """

    order: Order
    lines: list[OrderLine]
    items: tuple[Item, ...]
    facts: OrderFacts
    cut: Cut | None = None
    prospects: dict[int, "Prospect"] = field(default_factory=dict)


@dataclass
class Prospect:
    """A dealer for one order, before what only some strategies ask for is read.

    ``recorded_final`` is what is left of the recorded total after the order's promo code.
    """

    dealer: Dealer
    terms: DealerTerms
    verdict: Verdict
    serves: bool
    gave_up: bool
    declined_at: datetime.datetime | None
    recorded_total: Decimal | None
    recorded_final: Decimal | None = None


def load_subjects(orders, named, *, uses_points, now):
    """Orders with the dealers of their places and those named for them: nine queries.

    ``named`` maps an order's id to ids of dealers that its stages name.
    """
    lines = _lines(orders)
    places = {order.pk: order.place.covering_ids for order in orders}
    served_ids = {place_id for ids in places.values() for place_id in ids}
    named_ids = {dealer_id for ids in named.values() for dealer_id in ids}
    through = Dealer.additional_places.through.objects.filter(place__in=served_ids)
    dealers = {
        dealer.pk: dealer
        for dealer in Dealer.objects.filter(
            Q(main_region__in=served_ids)
            | Exists(through.filter(dealer_id=OuterRef("pk")))
            | Q(pk__in=named_ids)
        ).order_by()
    }
    by_place = defaultdict(set)
    for dealer in dealers.values():
        by_place[dealer.main_region_id].add(dealer.pk)
    for dealer_id, place_id in through.values_list("dealer_id", "place_id"):
        by_place[place_id].add(dealer_id)
    products = {line.product_id for order_lines in lines.values() for line in order_lines}
    regions = {order.place.region_id for order in orders}
    terms = load_terms_by_region(list(dealers.values()), products, regions, now=now)
    recorded, sums = {}, defaultdict(list)
    for order_id, dealer_id, goods, total in DealerQuote.objects.filter(
        order__in=orders
    ).values_list("order_id", "dealer_id", "goods_total", "total"):
        recorded[order_id, dealer_id] = (goods, total)
        sums[order_id].append((goods, total))
    declined, given_up = _answers(orders)
    subjects = []
    for order in orders:
        serving = set().union(*(by_place[place_id] for place_id in places[order.pk]))
        items = items_of(lines[order.pk])
        cut, final_max = _promo_limit(order, sums[order.pk])
        terms_here = terms[order.place.region_id]
        subject = Subject(
            order=order,
            lines=lines[order.pk],
            items=items,
            facts=OrderFacts(
                region_id=order.region_id,
                place_id=order.place_id,
                category_ids=frozenset(line.product.family.category_id for line in lines[order.pk]),
                uses_points=uses_points,
            ),
            cut=cut,
        )
        for dealer_id in sorted(serving | (named.get(order.pk, set()) & dealers.keys())):
            dealer, key = dealers[dealer_id], (order.pk, dealer_id)
            goods, total = recorded.get(key, (None, None))
            verdict = judge(
                DealerFacts(
                    dealer_id=dealer_id,
                    is_active=dealer.is_active,
                    takes_site_orders=dealer.takes_site_orders,
                    is_authorised=dealer.is_authorised,
                    serves=dealer_id in serving,
                    terms=terms_here[dealer_id],
                    given_up=key in given_up,
                ),
                items,
                order.services,
                price_max=order.price_max,
                recorded_total=total,
                cut=cut,
                final_max=final_max,
            )
            subject.prospects[dealer_id] = Prospect(
                dealer=dealer,
                terms=terms_here[dealer_id],
                verdict=verdict,
                serves=dealer_id in serving,
                gave_up=key in given_up,
                declined_at=declined.get(key),
                recorded_total=total,
                recorded_final=None if total is None else after(cut, goods, total),
            )
        subjects.append(subject)
    return subjects


def candidates_of(subject, *, distances, speeds, shares):
    """The candidates of an order by dealer id; the arguments are what the loaders below gave."""
    candidates = {}
    for dealer_id, prospect in subject.prospects.items():
        speed = speeds.get(dealer_id)
        total = prospect.recorded_total
        if total is None and prospect.verdict.is_eligible:
            total = quote(prospect.terms, subject.items, subject.order.services).total
        candidates[dealer_id] = Candidate(
            dealer_id=dealer_id,
            verdict=prospect.verdict,
            is_active=prospect.dealer.is_active,
            serves=prospect.serves,
            gave_up=prospect.gave_up,
            declined_at=prospect.declined_at,
            points=prospect.dealer.points,
            rating=prospect.dealer.rating,
            ratings=prospect.dealer.rating_count,
            total=total,
            distance_km=distances.get((subject.order.pk, dealer_id)),
            median_minutes=speed.median_minutes if speed else None,
            accepted=speed.accepted if speed else 0,
            shares=shares.get((subject.order.pk, dealer_id), {}),
        )
    return candidates


def distances_of(subjects):
    """Kilometres from each order to each dealer's nearest outlet: one query.

    From the pin on the map where the customer set one, else from the place's centre.
    """
    ids = {dealer_id for subject in subjects for dealer_id in subject.prospects}
    outlets = defaultdict(list)
    for dealer_id, latitude, longitude in Outlet.objects.filter(dealer__in=ids).values_list(
        "dealer_id", "latitude", "longitude"
    ):
        outlets[dealer_id].append((latitude, longitude))
    distances = {}
    for subject in subjects:
        order = subject.order
        pin = (order.latitude, order.longitude)
        here = pin if None not in pin else (order.place.latitude, order.place.longitude)
        for dealer_id in subject.prospects:
            if outlets[dealer_id]:
                distances[order.pk, dealer_id] = min(
                    distance_km(*here, *point) for point in outlets[dealer_id]
                )
    return distances


def shares_of(wanted):
    """What dealers got of their periods before orders: two queries for any number.

    ``wanted``: (order id, placed at, dealer id, Period). Returns ``{(order id, dealer id):
    {Period: Share}}``.
    """
    groups = defaultdict(list)
    for order_id, placed_at, dealer_id, period in wanted:
        groups[dealer_id, period, period_start(placed_at, period)].append((placed_at, order_id))
    if not groups:
        return {}
    windows = []
    for number, ((dealer_id, period, start), keys) in enumerate(groups.items()):
        keys.sort()
        windows.append((number, dealer_id, period, start, keys))
    parameters = {
        "numbers": [number for number, *_rest in windows],
        "dealers": [dealer_id for _number, dealer_id, *_rest in windows],
        "starts": [start for *_rest, start, _keys in windows],
        "until": [keys[0][0] for *_rest, keys in windows],
        "until_ids": [keys[0][1] for *_rest, keys in windows],
        "last": [keys[-1][0] for *_rest, keys in windows],
        "last_ids": [keys[-1][1] for *_rest, keys in windows],
    }
    between = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SHARES_BEFORE, parameters)
        before = {number: (distributed, received) for number, distributed, received in cursor}
        cursor.execute(SHARES_BETWEEN, parameters)
        for number, placed_at, order_id, received in cursor:
            between[number].append(((placed_at, order_id), received))
    shares: dict[tuple[int, int], Mapping] = defaultdict(dict)
    for number, dealer_id, period, _start, keys in windows:
        distributed, received = before.get(number, (0, 0))
        rows = iter(between[number])
        row = next(rows, None)
        for key in keys:
            while row is not None and row[0] < key:
                distributed += 1
                received += row[1]
                row = next(rows, None)
            shares[key[1], dealer_id][period] = Share(distributed, received)
    return shares


def limits_wanted(subjects, entries):
    """What ``shares_of`` must read for the Base+ stages among the orders' entries."""
    return [
        (subject.order.pk, subject.order.created_at, row.dealer_id, row.period)
        for subject in subjects
        for entry in entries[subject.order.pk]
        if entry.spec.strategy == Strategy.BASE_PLUS
        for row in entry.spec.limit_rows
        if row.dealer_id in subject.prospects
    ]


def _promo_limit(order, sums):
    """The order's promo code and the most that is left to pay after it; (None, None) without."""
    if not order.discount:
        return None, None
    cut = order.promo_code.cut
    within = [(goods, total) for goods, total in sums if total <= order.price_max]
    return cut, ends(cut, within)[1] if within else order.total


def _lines(orders):
    lines = defaultdict(list)
    for line in (
        OrderLine.objects.filter(order__in=orders)
        .select_related("product__family")
        .only(
            *("order_id", "position", "name", "unit", "quantity", "placed_price"),
            *("product__recommended_price", "product__family__category_id"),
        )
        .order_by("order", "position")
    ):
        lines[line.order_id].append(line)
    return lines


def _answers(orders):
    """When dealers declined orders, in whatever cycle, and which they gave up.

    An offer of the present cycle that was closed in any other way counts as declined: it is not
    made twice.
    """
    declined, given_up = {}, set()
    cycles = {order.pk: order.cycle for order in orders}
    for order_id, dealer_id, cycle, state, closed_at in (
        Offer.objects.filter(order__in=orders)
        .exclude(state=OfferState.OPEN)
        .values_list("order_id", "dealer_id", "cycle", "state", "closed_at")
    ):
        if state == OfferState.DECLINED or cycle == cycles[order_id]:
            key = (order_id, dealer_id)
            declined[key] = min(closed_at, declined.get(key, closed_at))
    rows = Assignment.objects.filter(order__in=orders, end=Assignment.End.GIVEN_UP)
    given_up.update(rows.values_list("order_id", "dealer_id"))
    return declined, given_up
