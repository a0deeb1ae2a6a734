"""Which orders distribution must look at now: one query for all the reasons.

Upper apps pull, so everything that others did to an order is found here: a new order or cycle
without a plan, an order accepted, cancelled or deleted, a dealer that declined or was switched
off, and the moments of the plans themselves.
"""

from django.db import connection

NEW_ORDERS = """
    SELECT o.id, 0 AS urgency, o.created_at AS due_at
      FROM orders_order o
     WHERE o.status = 'new' AND o.deleted_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM distribution_plan p
                        WHERE p.order_id = o.id AND p.cycle = o.cycle)
       {scope}
"""
# Open offers are counted in one pass where all plans are asked for, plan by plan for a few.
PLANS = """
    SELECT o.id, CASE WHEN p.is_seen THEN 1 ELSE 2 END, p.next_due_at
      FROM distribution_plan p
      JOIN orders_order o ON o.id = p.order_id
      LEFT JOIN {counts} offers ON {counts_match}
     WHERE p.state <> 'stopped'
       AND (p.next_due_at <= %(now)s OR o.status <> 'new' OR o.deleted_at IS NOT NULL
            OR o.cycle <> p.cycle OR p.seen_by <> COALESCE(offers.open, 0)
            OR (p.is_seen AND COALESCE(offers.active, 0) = 0))
       {scope}
"""
COUNTS = """
    SELECT {keys} count(*) AS open,
           count(*) FILTER (WHERE f.dealer_id NOT IN
               (SELECT d.id FROM dealers_dealer d WHERE NOT d.is_active)) AS active
      FROM orders_offer f
     WHERE f.state = 'open' {where}
"""
ALL_COUNTS = "(" + COUNTS.format(keys="f.order_id, f.cycle,", where="GROUP BY 1, 2") + ")"
ALL_MATCH = "offers.order_id = p.order_id AND offers.cycle = p.cycle"
SOME_COUNTS = (
    "LATERAL ("
    + COUNTS.format(keys="", where="AND f.order_id = p.order_id AND f.cycle = p.cycle")
    + ")"
)
# What a dealer could be shown: orders of its territory, or that name it or might.
TERRITORY = """
    (SELECT d.main_region_id FROM dealers_dealer d WHERE d.id = %(dealer)s
      UNION ALL
     SELECT t.place_id FROM dealers_dealer_additional_places t WHERE t.dealer_id = %(dealer)s)
"""
DEALER_SCOPE = f"""
    AND (o.region_id IN {TERRITORY} OR o.place_id IN {TERRITORY}
         OR o.chosen_dealer_id = %(dealer)s OR o.wants_installation)
"""
ORDER_SCOPE = "AND o.id = ANY(%(orders)s)"


def new_order_ids(*, limit):
    """Orders without a plan for their cycle, oldest first."""
    return _ids(NEW_ORDERS.format(scope=""), limit=limit)


def due_order_ids(*, now, limit, order_ids=None, dealer_id=None):
    """Orders to look at now: new ones first, then due plans, then orders that nobody sees.

    ``order_ids`` or ``dealer_id`` narrow it to some orders, or to those the dealer might be shown.
    """
    scope = ORDER_SCOPE if order_ids is not None else DEALER_SCOPE if dealer_id is not None else ""
    plans = PLANS.format(
        scope=scope,
        counts=SOME_COUNTS if scope else ALL_COUNTS,
        counts_match="TRUE" if scope else ALL_MATCH,
    )
    return _ids(
        NEW_ORDERS.format(scope=scope) + " UNION ALL " + plans,
        now=now,
        limit=limit,
        orders=list(order_ids or ()),
        dealer=dealer_id,
    )


def _ids(sql, **parameters):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({sql}) due ORDER BY urgency, due_at NULLS FIRST, id LIMIT %(limit)s",  # noqa: S608
            parameters,
        )
        return [row[0] for row in cursor.fetchall()]
