"""The statements that work out the facts of orders and of their lines, for a few or for all."""

# The names that statements are put together of stand in this file.
# ruff: noqa: S608

from orders.models import Assignment, AttentionReason, OfferState
from orders.statuses import Status


def _seconds(start, end):
    return f"extract(epoch FROM {end} - {start})::integer"


COLUMNS = {
    "order_id": "o.id",
    "placed_at": "o.created_at",
    "status": "o.status",
    "source": "o.source",
    "region_id": "o.region_id",
    "dealer_id": "o.dealer_id",
    "total": "o.total",
    "revenue": "CASE WHEN o.status = %(completed)s THEN o.total ELSE 0 END",
    "visitor": "ov.visitor",
    "first_visit_id": "coalesce(first.id, last.id)",
    "last_visit_id": "last.id",
    "first_visit_at": "coalesce(first.started_at, last.started_at)",
    "first_origin_id": "coalesce(first.origin_id, last.origin_id)",
    "last_origin_id": "last.origin_id",
    "first_query_id": "CASE WHEN first.id IS NULL THEN last.query_id ELSE first.query_id END",
    "last_query_id": "last.query_id",
    "first_landing_id": "coalesce(first.landing_id, last.landing_id)",
    "last_landing_id": "last.landing_id",
    "device": "coalesce(last.device, '')",
    "accepted_at": "o.accepted_at",
    "contacted_at": "o.contacted_at",
    "closed_at": "o.closed_at",
    "to_order": _seconds("coalesce(first.started_at, last.started_at)", "o.created_at"),
    "to_accept": _seconds("o.created_at", "o.accepted_at"),
    "to_contact": _seconds("o.accepted_at", "o.contacted_at"),
    "to_close": _seconds("o.accepted_at", "o.closed_at"),
    "reason_id": "o.cancel_reason_id",
    "party": "coalesce(reason.party, '')",
    "strategy": "coalesce(won.strategy, '')",
    "stage": "stage.number",
    "offers": "coalesce(seen.dealers, 0)",
    "given_up": "coalesce(tried.given_up, 0)",
    "was_unclaimed": "coalesce(lost.was_unclaimed, false)",
    "complaints": "coalesce(said.complaints, 0)",
    "stars": "survey.rating",
}

# The joined parts look up the rows of one order each, by index.
SOURCE = """
  FROM orders_order AS o
  LEFT JOIN analytics_ordervisit AS ov ON ov.order_id = o.id
  LEFT JOIN analytics_visit AS last ON last.id = ov.visit_id
  LEFT JOIN LATERAL (
      SELECT visit.id, visit.started_at, visit.origin_id, visit.query_id, visit.landing_id
        FROM analytics_visit AS visit
       WHERE visit.visitor = ov.visitor
         AND visit.started_at BETWEEN o.created_at - %(look_back)s * interval '1 day'
                                  AND o.created_at
       ORDER BY visit.started_at, visit.id LIMIT 1
  ) AS first ON true
  LEFT JOIN orders_reason AS reason ON reason.id = o.cancel_reason_id
  LEFT JOIN orders_offer AS won
    ON won.order_id = o.id AND won.cycle = o.cycle AND won.state = %(accepted)s
  LEFT JOIN LATERAL (
      SELECT stage.index + 1 AS number
        FROM distribution_plan AS plan
        JOIN distribution_stage AS stage ON stage.plan_id = plan.id
       WHERE plan.order_id = o.id AND plan.cycle = won.cycle
         AND stage.strategy = won.strategy AND NOT stage.is_empty
         AND stage.opened_at <= won.opened_at
       ORDER BY stage.opened_at DESC, stage.id DESC LIMIT 1
  ) AS stage ON true
  LEFT JOIN LATERAL (
      SELECT count(DISTINCT offer.dealer_id) AS dealers
        FROM orders_offer AS offer WHERE offer.order_id = o.id
  ) AS seen ON true
  LEFT JOIN LATERAL (
      SELECT count(*) AS given_up
        FROM orders_assignment AS tried
       WHERE tried.order_id = o.id AND tried.end = %(given_up)s
  ) AS tried ON true
  LEFT JOIN LATERAL (
      SELECT true AS was_unclaimed
        FROM orders_attention AS attention
       WHERE attention.order_id = o.id AND attention.reason = ANY(%(unclaimed)s) LIMIT 1
  ) AS lost ON true
  LEFT JOIN LATERAL (
      SELECT count(*) AS complaints
        FROM orders_complaint AS complaint WHERE complaint.order_id = o.id
  ) AS said ON true
  LEFT JOIN surveys_invitation AS survey
    ON survey.order_id = o.id AND survey.answered_at IS NOT NULL AND survey.voided_at IS NULL
 WHERE o.deleted_at IS NULL
"""
PARAMETERS = {
    "completed": Status.COMPLETED.value,
    "accepted": OfferState.ACCEPTED.value,
    "given_up": Assignment.End.GIVEN_UP.value,
    # Nobody took it in time, or there was nobody to take it.
    "unclaimed": [
        AttentionReason.UNCLAIMED.value,
        AttentionReason.ALL_DECLINED.value,
        AttentionReason.NO_DEALER.value,
    ],
}

LINE_COLUMNS = {
    "line_id": "line.id",
    "order_id": "o.order_id",
    "day": "o.day",
    "status": "o.status",
    "region_id": "o.region_id",
    "dealer_id": "o.dealer_id",
    "first_origin_id": "o.first_origin_id",
    "last_origin_id": "o.last_origin_id",
    "category_id": "line.category_id",
    "product_id": "line.product_id",
    "quantity": "line.quantity",
    "total": "line.total",
    "is_first": "row_number() OVER (PARTITION BY o.order_id ORDER BY line.position) = 1",
    "is_first_of_category": "row_number() OVER (PARTITION BY o.order_id, line.category_id"
    " ORDER BY line.position) = 1",
    "is_first_of_product": "row_number() OVER (PARTITION BY o.order_id, line.product_id"
    " ORDER BY line.position) = 1",
}
# Out of the facts of the orders, which are up to date by then.
LINE_SOURCE = """
  FROM analytics_orderfact AS o
  JOIN orders_orderline AS line ON line.order_id = o.order_id
 WHERE true
"""


def _written(table, columns, source, which, key):
    """Rows of the table for some orders; what has not changed is not written.

    Rows that are written must be cleaned up after.
    """
    names = ", ".join(columns)
    others = [name for name in columns if name != key]
    selected = ", ".join(f"{how} AS {name}" for name, how in columns.items())
    return (
        f"INSERT INTO {table} ({names}) SELECT {selected} {source} AND {which} ORDER BY 1"
        f" ON CONFLICT ({key}) DO UPDATE SET "
        + ", ".join(f"{name} = EXCLUDED.{name}" for name in others)
        + f" WHERE ({', '.join(f'{table}.{name}' for name in columns)})"
        f" IS DISTINCT FROM ({', '.join(f'EXCLUDED.{name}' for name in columns)})"
    )


def _statements(which):
    """What brings the facts of some orders up to date, in this order.

    ``which`` is a condition with ``{}`` for the column of the order's id.
    """
    return (
        f"""
        DELETE FROM analytics_linefact AS fact
         WHERE {which.format("fact.order_id")} AND NOT EXISTS (
               SELECT FROM orders_orderline AS line JOIN orders_order AS o ON o.id = line.order_id
                WHERE line.id = fact.line_id AND o.deleted_at IS NULL)
        """,
        f"""
        DELETE FROM analytics_orderfact AS fact USING orders_order AS o
         WHERE o.id = fact.order_id AND o.deleted_at IS NOT NULL AND {which.format("o.id")}
        """,
        _written("analytics_orderfact", COLUMNS, SOURCE, which.format("o.id"), "order_id"),
        _written(
            "analytics_linefact", LINE_COLUMNS, LINE_SOURCE, which.format("o.order_id"), "line_id"
        ),
    )


OF_SOME = _statements("{} = ANY(%(orders)s)")
OF_RANGE = _statements("{} BETWEEN %(low)s AND %(high)s")
