"""Twelve months of visits with where they came from, and what the advertising cost."""

import uuid
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from analytics.channels.rules import Rules
from analytics.mailing.services import next_due, period_before, save_schedule
from analytics.models import (
    AnalyticsSettings,
    Cost,
    CostAlias,
    CostUpload,
    Device,
    Hit,
    HitKind,
    Landing,
    OrderVisit,
    Origin,
    ReportMail,
    SearchQuery,
    Visit,
)
from analytics.models.costs import UploadState
from analytics.models.mailing import Rhythm
from catalog.models import Category, Product
from catalog.templatetags.storefront import product_url
from dealers.models import Role, User
from orders.models import Order, OrderSource
from suz.local.demo.accounts import ADMINISTRATOR_EMAIL, HEAD_EMAIL
from suz.local.demo.advertising import SOURCES, UNMATCHED
from suz.local.demo.history.clock import order_moments

SPAN = timedelta(days=365)
# Visits without an order for each order of the site.
LOOKERS = 21
# Orders of visitors who did not agree to be counted.
UNCOUNTED = 0.14
# Single pages are kept for the last days only.
PAGES_SINCE = timedelta(days=14)
DEVICES = ((Device.MOBILE, 58), (Device.DESKTOP, 36), (Device.TABLET, 6))
# How far those go who do not order: (chance, flags reached).
DEPTHS = (
    (46, ()),
    (41, ("saw_product",)),
    (9, ("saw_product", "added_to_cart")),
    (4, ("saw_product", "added_to_cart", "began_checkout")),
)
KINDS = {
    "saw_product": HitKind.PRODUCT,
    "added_to_cart": HitKind.CART,
    "began_checkout": HitKind.CHECKOUT,
}
BATCH = 5_000


def create_visits(rng, *, now):
    """Write visits, whose orders they led to, single pages of the last days, and costs."""
    _Writer(rng, now).write()


class _Writer:
    def __init__(self, rng, now):
        self.rng = rng
        self.now = now
        self.products = list(Product.objects.on_sale().select_related("family")[:60])
        self.paths = {
            "/": ["/"],
            "where": ["/where/"],
            "promotions": ["/promotions/"],
            "category": [f"/catalog/{slug}/" for slug in _slugs()],
            "product": [product_url(product) for product in self.products],
        }
        self.origins = self._origins()
        self.queries = _table(SearchQuery, "text", {w for one in SOURCES for w in one.words if w})
        self.landings = _table(Landing, "path", {p for paths in self.paths.values() for p in paths})
        self.visits, self.of_orders, self.hits = [], [], []
        self.clicks = defaultdict(int)

    def write(self):
        orders = list(
            Order.objects.filter(source=OrderSource.SITE)
            .order_by("pk")
            .values_list("pk", "created_at", "region_id")
        )
        counted = [one for one in orders if self.rng.random() > UNCOUNTED]
        for order in counted:
            self._buyer(*order)
        self._lookers(len(orders) * LOOKERS, [region for _pk, _at, region in orders])
        Visit.objects.bulk_create(self.visits, batch_size=BATCH)
        OrderVisit.objects.bulk_create(
            [
                OrderVisit(order_id=pk, visitor=visit.visitor, visit=visit)
                for pk, visit in self.of_orders
            ],
            batch_size=BATCH,
        )
        Hit.objects.bulk_create(self.hits, batch_size=BATCH)
        self._costs()
        self._upload()
        AnalyticsSettings.objects.create(pk=1)
        self._reports()

    def _buyer(self, order, placed_at, region):
        """The visits that led to an order: the last one holds it, some looked around before."""
        visitor, device = self._visitor(), self._device()
        source = self._source(placed_at, "orders")
        started = placed_at - timedelta(seconds=self.rng.randrange(240, 2_400))
        for days in sorted(self.rng.sample(range(1, 24), self.rng.choice((0, 0, 1, 1, 2, 3)))):
            first = started - timedelta(days=days, seconds=self.rng.randrange(40_000))
            # Who has found the shop comes back by its name.
            self._visit(visitor, first, source, device, region, ("saw_product",))
            if self.rng.random() < 0.6:
                source = SOURCES[0]
        reached = ("saw_product", "added_to_cart", "began_checkout", "placed_order")
        visit = self._visit(visitor, started, source, device, region, reached, order=order)
        visit.ended_at = placed_at
        self.of_orders.append((order, visit))

    def _lookers(self, count, regions):
        zones = [timezone.get_default_timezone_name()] * count
        for moment, _place in order_moments(self.rng, count, zones, self.now, SPAN):
            weights = [chance for chance, _flags in DEPTHS]
            flags = self.rng.choices(DEPTHS, weights)[0][1]
            region = self.rng.choice(regions) if self.rng.random() < 0.7 else None
            self._visit(
                self._visitor(),
                moment,
                self._source(moment, "visits"),
                self._device(),
                region,
                flags,
            )

    def _visit(self, visitor, started, source, device, region, flags, order=None):
        landing = self.rng.choice(self.paths[self.rng.choice(source.landings)])
        pages = 1 + len(flags) + min(int(self.rng.expovariate(0.5)), 20)
        word = self.rng.choice(source.words) if source.words else ""
        is_yandex = source.source == "yandex" and source.is_paid
        visit = Visit(
            visitor=visitor,
            started_at=started,
            ended_at=started + timedelta(seconds=pages * self.rng.randrange(8, 90)),
            hits=pages,
            origin_id=self.origins[source],
            query_id=self.queries.get(word),
            landing_id=self.landings[landing],
            device=device,
            region_id=region,
            yclid=str(self.rng.randrange(10**18, 10**19)) if is_yandex else "",
            metrika=str(self.rng.randrange(10**15, 10**19)) if self.rng.random() < 0.8 else "",
            **dict.fromkeys(flags, True),
        )
        self.visits.append(visit)
        if source.is_paid:
            self.clicks[source, timezone.localdate(started)] += 1
        if started > self.now - PAGES_SINCE:
            self._pages(visit, source, word, landing, flags, order)
        return visit

    def _pages(self, visit, source, word, landing, flags, order):
        marks = {}
        if source.campaign:
            names = ("source", "medium", "campaign", "term")
            values = (source.source, source.medium, source.campaign, word)
            marks = {f"utm_{n}": v for n, v in zip(names, values, strict=True) if v}
        kinds = [HitKind.PAGE, *(KINDS[flag] for flag in flags if flag in KINDS)]
        if order:
            kinds.append(HitKind.ORDER)
        for number, kind in enumerate(kinds):
            product = self.rng.choice(self.products)
            paths = {HitKind.PAGE: landing, HitKind.PRODUCT: product_url(product)}
            self.hits.append(
                Hit(
                    at=visit.started_at + timedelta(seconds=35 * number),
                    visitor=visit.visitor,
                    kind=kind,
                    path=paths.get(kind, "/cart/" if kind == HitKind.CART else "/checkout/"),
                    referrer="" if number else source.referrer,
                    marks={} if number else marks,
                    device=visit.device,
                    region_id=visit.region_id,
                    product_id=product.pk if kind in (HitKind.PRODUCT, HitKind.CART) else None,
                    order_id=order if kind == HitKind.ORDER else None,
                    is_folded=True,
                )
            )

    def _costs(self):
        """What was paid for by day: clicks that were counted, and those of people who refused."""
        costs = []
        for (source, day), clicks in sorted(self.clicks.items(), key=lambda one: str(one[0])):
            paid = clicks + self.rng.randrange(clicks // 3 + 2)
            price = source.click * self.rng.uniform(0.8, 1.25)
            costs.append(_cost(day, source.source, source.campaign, paid * price * SCALE, paid))
        source, campaign, price, months = UNMATCHED
        day = timezone.localdate(self.now - SPAN)
        while day < timezone.localdate(self.now):
            if day.month in months:
                costs.append(_cost(day, source, campaign, price * self.rng.uniform(0.5, 1.4), 40))
            day += timedelta(days=1)
        Cost.objects.bulk_create(costs, batch_size=BATCH)

    def _reports(self):
        """The administrator and the demo's dealer have the week by mail on Mondays."""
        for user in User.objects.filter(email__in=(ADMINISTRATOR_EMAIL, HEAD_EMAIL)):
            schedule = save_schedule(
                user=user, rhythm=Rhythm.WEEKLY, is_on=True, weekday=0, hour=9, region_id=None,
                now=self.now - timedelta(days=7),
            )  # fmt: skip
            since, until = period_before(schedule, user, schedule.due_at)
            ReportMail.objects.create(
                schedule=schedule,
                since=since,
                until=until,
                state=ReportMail.State.SENT,
                due_at=schedule.due_at,
                sent_at=schedule.due_at + timedelta(seconds=41),
                attempts=1,
            )
            schedule.due_at = next_due(schedule, user, self.now)
            schedule.save()

    def _upload(self):
        """The last month's costs came by a file; a campaign of long ago goes by another name."""
        month = Cost.objects.filter(source="yandex").order_by("-day", "pk")[:120]
        CostUpload.objects.create(
            file_name="Мастер отчётов Директа.xlsx",
            state=UploadState.APPLIED,
            lines=[
                [c.day.isoformat(), c.source, c.campaign, str(c.amount), c.clicks, c.impressions]
                for c in month
            ],
            created_by=User.objects.filter(role=Role.ADMINISTRATOR).order_by("pk").first(),
            created_at=self.now - timedelta(days=1),
            applied_at=self.now - timedelta(days=1) + timedelta(minutes=2),
        )
        CostAlias.objects.create(
            source="yandex",
            campaign="brand_search",
            visit_source="yandex",
            visit_campaign="Поиск: бренд",
        )

    def _source(self, moment, weight):
        running = [one for one in SOURCES if not one.months or moment.month in one.months]
        return self.rng.choices(running, [getattr(one, weight) for one in running])[0]

    def _device(self):
        return self.rng.choices(*zip(*DEVICES, strict=True))[0]

    def _visitor(self):
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _origins(self):
        rules = Rules.load()
        rows = {
            one: Origin(
                source=one.source,
                medium=one.medium,
                campaign=one.campaign,
                channel_id=rules.channel_for(
                    source=one.source, medium=one.medium, campaign=one.campaign
                ),
            )
            for one in SOURCES
        }
        Origin.objects.bulk_create(rows.values())
        return {one: row.pk for one, row in rows.items()}


# The demo shows a small part of the visits that such a shop has: costs are of all of them.
SCALE = 14


def _cost(day, source, campaign, amount, clicks):
    return Cost(
        day=day,
        source=source,
        campaign=campaign,
        amount=Decimal(str(round(amount, 2))),
        clicks=clicks * SCALE,
        impressions=clicks * SCALE * 23,
    )


def _slugs():
    return Category.objects.on_sale().order_by("pk").values_list("slug", flat=True)


def _table(model, name, values):
    rows = [model(**{name: value}) for value in sorted(values)]
    return {getattr(row, name): row.pk for row in model.objects.bulk_create(rows)}
