"""Visits, single pages and costs around a load of orders, written by the database itself."""

from datetime import timedelta

from django.utils import timezone

from analytics.channels.rules import Rules
from analytics.models import Cost, Hit, Landing, OrderVisit, Origin, SearchQuery, Visit
from suz.local.demo.advertising import SOURCES
from suz.local.load.tables import bare, continue_numbering, rows, run

# So many pages a visit has.
PAGES = 4
# Of ten orders of the site so many are of visitors who are counted.
COUNTED = 6
QUERIES, LANDINGS = 2_000, 300
DAYS = 365
FILLED = (Visit, OrderVisit, Hit)

# hashint8 gives numbers that look like chance and are the same each time.
OF_ORDERS = """
    INSERT INTO analytics_visit (id, visitor, started_at, ended_at, hits, origin_id, query_id,
           landing_id, device, region_id, yclid, gclid, metrika, saw_product, added_to_cart,
           began_checkout, placed_order)
    SELECT o.id, md5('visitor' || o.id)::uuid, o.created_at - interval '12 minutes', o.created_at,
           %(pages)s, (%(origins)s::bigint[])
             [1 + (abs(hashint8(o.id * 31 + 1)::bigint) %% %(sources)s)],
           %(query)s + (abs(hashint8(o.id * 31 + 2)::bigint) %% %(queries)s),
           %(landing)s + (abs(hashint8(o.id * 31 + 3)::bigint) %% %(landings)s),
           (ARRAY['mobile', 'mobile', 'desktop', 'tablet'])
             [1 + (abs(hashint8(o.id * 31 + 4)::bigint) %% 4)],
           o.region_id, '', '', '', true, true, true, true
      FROM orders_order AS o
     WHERE o.source = 'site' AND o.id %% 10 < %(counted)s
"""
LINKS = """
    INSERT INTO analytics_ordervisit (order_id, visitor, visit_id)
    SELECT id, visitor, id FROM analytics_visit
"""
OTHERS = """
    INSERT INTO analytics_visit (id, visitor, started_at, ended_at, hits, origin_id, query_id,
           landing_id, device, region_id, yclid, gclid, metrika, saw_product, added_to_cart,
           began_checkout, placed_order)
    SELECT %(after)s + n, md5('looker' || (n / 3))::uuid, at, at + interval '5 minutes', %(pages)s,
           (%(origins)s::bigint[])
             [1 + (abs(hashint8(n * 31 + 1)::bigint) %% %(sources)s)],
           %(query)s + (abs(hashint8(n * 31 + 2)::bigint) %% %(queries)s),
           %(landing)s + (abs(hashint8(n * 31 + 3)::bigint) %% %(landings)s),
           (ARRAY['mobile', 'mobile', 'desktop', 'tablet'])
             [1 + (abs(hashint8(n * 31 + 4)::bigint) %% 4)],
           (%(regions)s::bigint[])
             [1 + (abs(hashint8(n * 31 + 5)::bigint) %% %(places)s)],
           '', '', '',
           (abs(hashint8(n * 31 + 6)::bigint) %% 100) < 55,
           (abs(hashint8(n * 31 + 7)::bigint) %% 100) < 12,
           (abs(hashint8(n * 31 + 8)::bigint) %% 100) < 5, false
      FROM (SELECT n, %(now)s::timestamptz - (abs(hashint8(n * 31 + 9)::bigint) %% %(seconds)s)
                   * interval '1 second' AS at
              FROM generate_series(1, %(others)s) AS n) AS looked
"""
HITS = """
    INSERT INTO analytics_hit (at, visitor, kind, path, referrer, marks, device, region_id,
           product_id, order_id, is_folded)
    SELECT visit.started_at + page * interval '1 minute', visit.visitor,
           (ARRAY['page', 'product', 'cart', 'checkout'])[page], '/', '', '{}', visit.device,
           visit.region_id, NULL, NULL, true
      FROM analytics_visit AS visit, generate_series(1, %(pages)s) AS page
     ORDER BY visit.started_at
     LIMIT %(hits)s
"""


def create_visits(*, now, hits):
    """Write ``hits`` single pages and their visits over the year before ``now``, and costs.

    Returns (visits, pages) written. Orders must be there already.
    """
    rules = Rules.load()
    origins = Origin.objects.bulk_create(
        Origin(
            source=one.source,
            medium=one.medium,
            campaign=one.campaign,
            channel_id=rules.channel_for(
                source=one.source, medium=one.medium, campaign=one.campaign
            ),
        )
        for one in SOURCES
    )
    queries = SearchQuery.objects.bulk_create(
        SearchQuery(text=f"запрос {number}") for number in range(QUERIES)
    )
    landings = Landing.objects.bulk_create(
        Landing(path=f"/product/{number}/") for number in range(LANDINGS)
    )
    regions = [pk for (pk,) in rows("SELECT DISTINCT region_id FROM orders_order ORDER BY 1")]
    [(after,)] = rows("SELECT coalesce(max(id), 0) FROM orders_order")
    values = {
        "now": now,
        "pages": PAGES,
        "counted": COUNTED,
        "origins": [one.pk for one in origins],
        "sources": len(origins),
        "query": queries[0].pk,
        "queries": QUERIES,
        "landing": landings[0].pk,
        "landings": LANDINGS,
        "regions": regions,
        "places": len(regions),
        "seconds": DAYS * 24 * 3_600,
        "after": after,
        "hits": hits,
    }
    with bare(FILLED):
        visits = run(OF_ORDERS, values)
        run(LINKS)
        values["others"] = max(0, hits // PAGES - visits)
        visits += run(OTHERS, values)
        pages = run(HITS, values)
    continue_numbering((Visit, Hit))
    _costs(now)
    return visits, pages


def _costs(now):
    today = timezone.localdate(now)
    Cost.objects.bulk_create(
        Cost(
            day=today - timedelta(days=number),
            source=one.source,
            campaign=one.campaign,
            amount=1_000 + number,
            clicks=number,
        )
        for number in range(DAYS)
        for one in SOURCES
        if one.is_paid
    )
