"""What hangs on orders: history, offers, assignments, quotes, points, attention."""

from dealers.models import PointsEntry
from distribution.models import Plan
from orders.models import Assignment, Attention, DealerQuote, HistoryEntry, Offer
from suz.local.load.tables import insert, run

# One row a line of the time line. The manufacturer's people have a hand in one order of ten.
STEPS = """
    FROM load_order AS staged
    JOIN orders_order AS done ON done.id = staged.id
    LEFT JOIN dealers_dealer AS dealer ON dealer.id = staged.dealer_id
    LEFT JOIN dealers_user AS manager ON manager.id = staged.manager_id
    LEFT JOIN orders_reason AS reason ON reason.id = done.cancel_reason_id
    CROSS JOIN LATERAL (VALUES
        ('placed', staged.created_at, NULL::bigint, NULL::bigint, TRUE, '', '{}'::jsonb, TRUE),
        ('accepted', staged.accepted_at, staged.manager_id, staged.dealer_id, FALSE, '',
         jsonb_build_object('dealer', dealer.name, 'manager', manager.name),
         staged.dealer_id IS NOT NULL),
        ('comment', staged.accepted_at + interval '10 minutes',
         (%(staff)s)[1 + mod(staged.id, cardinality(%(staff)s::bigint[]))::integer], NULL, FALSE,
         'Покупатель просит позвонить заранее.', '{}',
         staged.dealer_id IS NOT NULL AND pg_temp.chance(staged.id, 71) < 0.1),
        ('contacted', done.contacted_at, staged.manager_id, staged.dealer_id, FALSE, '',
         jsonb_build_object('kind', done.contact_kind), done.contact_kind <> ''),
        ('overdue', staged.overdue_at, NULL, staged.dealer_id, FALSE, '',
         jsonb_build_object('due_on', done.due_on), staged.overdue_at IS NOT NULL),
        (staged.status, staged.closed_at, staged.manager_id, staged.dealer_id, FALSE, '',
         CASE staged.status WHEN 'completed' THEN jsonb_build_object('earned', done.earned::text,
                                                                     'points', 100)
              ELSE jsonb_build_object('reason', reason.text, 'party', reason.party) END,
         staged.closed_at IS NOT NULL),
        ('deleted', staged.deleted_at, %(administrator)s, NULL, FALSE, '', '{}',
         staged.deleted_at IS NOT NULL)
    ) AS step (kind, created_at, actor_id, dealer_id, by_customer, text, data, is_there)
    WHERE step.is_there
    ORDER BY staged.id, step.created_at
"""


def create_history(*, administrator, staff):
    """Two to four entries an order, seldom more."""
    return insert(
        HistoryEntry,
        {
            "order": "staged.id",
            "kind": "step.kind",
            "text": "step.text",
            "data": "step.data",
            "actor": "step.actor_id",
            "by_customer": "step.by_customer",
            "dealer": "step.dealer_id",
            "created_at": "step.created_at",
        },
        STEPS,
        {"administrator": administrator.pk, "staff": [user.pk for user in staff]},
    )


def create_offers():
    """Up to three dealers an order: the one that took it, and those that were too late."""
    return insert(
        Offer,
        {
            "order": "staged.id",
            "dealer": "seen.dealer_id",
            "cycle": "1",
            "state": "said.state",
            "strategy": "'base'",
            "opened_at": "staged.created_at + interval '1 second'",
            "closed_at": "CASE WHEN said.state <> 'open' THEN coalesce(staged.accepted_at,"
            " staged.closed_at, staged.created_at + interval '5 minutes') END",
            "closed_by": "CASE WHEN said.state = 'accepted' THEN staged.manager_id END",
            "reason": "CASE WHEN said.state = 'declined' THEN"
            " (SELECT min(id) FROM orders_reason WHERE kind = 'decline') END",
        },
        """
        FROM load_order AS staged
        CROSS JOIN generate_series(0, 2) AS step
        JOIN load_dealer AS seen
          ON seen.region_id = staged.region_id AND step < seen.others
         AND seen.slot = mod(step + coalesce(staged.dealer_slot,
             staged.drawn_slot), seen.others)
        CROSS JOIN LATERAL (
            SELECT CASE WHEN seen.dealer_id = staged.dealer_id THEN 'accepted'
                        WHEN step > 0 AND pg_temp.chance(staged.id * 3 + step, 72) < 0.15
                        THEN 'declined'
                        WHEN staged.status = 'new' THEN 'open'
                        ELSE 'withdrawn' END AS state
        ) AS said
        ORDER BY staged.id, step
        """,
    )


def create_assignments():
    """The time that a dealer had the order."""
    return insert(
        Assignment,
        {
            "order": "staged.id",
            "dealer": "staged.dealer_id",
            "cycle": "1",
            "manager": "staged.manager_id",
            "offered_at": "staged.created_at + interval '1 second'",
            "started_at": "staged.accepted_at",
            "ended_at": "staged.closed_at",
            "end": "CASE WHEN staged.closed_at IS NULL THEN '' ELSE staged.status END",
            "reason": "done.cancel_reason_id",
        },
        """
        FROM load_order AS staged
        JOIN orders_order AS done ON done.id = staged.id
        WHERE staged.dealer_id IS NOT NULL
        ORDER BY staged.id
        """,
    )


def create_quotes():
    """What each dealer would charge, for the orders that are offered now."""
    return insert(
        DealerQuote,
        {
            "order": "done.id",
            "dealer": "offer.dealer_id",
            "prices": "quoted.prices",
            "goods_total": "quoted.goods",
            "delivery_price": "CASE WHEN done.wants_delivery THEN done.services_total END",
            "total": "quoted.goods + done.services_total",
            "created_at": "done.created_at",
        },
        """
        FROM orders_order AS done
        JOIN orders_offer AS offer ON offer.order_id = done.id
        CROSS JOIN LATERAL (
            SELECT array_agg(price ORDER BY position) AS prices, sum(price * quantity) AS goods
              FROM (SELECT position, quantity, round(line.placed_price
                           * (0.9 + 0.1 * pg_temp.chance(offer.dealer_id, 73))::numeric, 2) AS price
                      FROM orders_orderline AS line WHERE line.order_id = done.id) AS line
        ) AS quoted
        WHERE done.status = 'new'
        ORDER BY offer.id
        """,
    )


def create_plans():
    """Orders that wait are through with their chain: opening a page has nothing to catch up on."""
    return insert(
        Plan,
        {
            "order": "staged.id",
            "cycle": "1",
            "version": "(SELECT max(id) FROM distribution_chainversion WHERE region_id IS NULL)",
            "state": "'exhausted'",
            "started_at": "staged.created_at",
            "seen_by": "(SELECT count(*) FROM orders_offer AS offer"
            " WHERE offer.order_id = staged.id AND offer.state = 'open')",
        },
        "FROM load_order AS staged WHERE staged.status = 'new' ORDER BY staged.id",
    )


def create_points():
    """100 for a completed order, 50 less for one lost by the dealer: each balance is the sum."""
    written = insert(
        PointsEntry,
        {
            "dealer": "moved.dealer_id",
            "amount": "moved.amount",
            "balance": "sum(moved.amount) OVER (PARTITION BY moved.dealer_id"
            " ORDER BY moved.closed_at, moved.id)",
            "kind": "moved.kind",
            "order_id": "moved.id",
            "cycle": "1",
            "created_at": "moved.closed_at",
        },
        """
        FROM (SELECT done.dealer_id, done.id, done.closed_at,
                     CASE done.status WHEN 'completed' THEN 100 ELSE -50 END AS amount,
                     CASE done.status WHEN 'completed' THEN 'completed' ELSE 'failed' END AS kind
                FROM orders_order AS done
                LEFT JOIN orders_reason AS reason ON reason.id = done.cancel_reason_id
               WHERE done.dealer_id IS NOT NULL
                 AND (done.status = 'completed' OR reason.party = 'dealer')) AS moved
        ORDER BY moved.closed_at, moved.id
        """,
    )
    run(
        "UPDATE dealers_dealer AS dealer SET points = ledger.total FROM "
        "(SELECT dealer_id, sum(amount) AS total FROM dealers_pointsentry GROUP BY dealer_id) "
        "AS ledger WHERE ledger.dealer_id = dealer.id"
    )
    return written


def create_attention(*, now, staff):
    """Orders past their term and such as nobody takes; and what was seen to long ago."""
    return insert(
        Attention,
        {
            "order": "staged.id",
            "reason": "CASE WHEN staged.overdue_at IS NOT NULL THEN 'overdue' ELSE 'unclaimed' END",
            "raised_at": "coalesce(staged.overdue_at, staged.created_at + interval '2 hours')",
            "resolved_at": "staged.closed_at",
            "resolved_by": "CASE WHEN staged.closed_at IS NOT NULL THEN %(manager)s END",
        },
        """
        FROM load_order AS staged
        WHERE staged.overdue_at IS NOT NULL
           OR staged.status = 'new' AND staged.created_at < %(now)s - interval '4 hours'
              AND pg_temp.chance(staged.id, 74) < 0.3
           OR staged.status = 'cancelled' AND staged.dealer_id IS NULL
        ORDER BY staged.id
        """,
        {"now": now, "manager": staff[-1].pk},
    )
