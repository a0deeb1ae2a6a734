"""Messages of the last weeks with their mails, and price lists that dealers uploaded."""

from catalog.models import PriceUpload
from notifications.models import Delivery, Message
from suz.local.load.tables import insert

# What a message tells of an order; its templates ask for nothing else.
CONTEXT = """
    jsonb_build_object(
        'order', told.id, 'place', place.name, 'region', region.name,
        'dealer', coalesce(dealer.name, ''), 'manager', coalesce(manager.name, ''),
        'lines', '[]'::jsonb, 'reason', '', 'party', '', 'total', told.total::text,
        'link', '/workspace/orders/' || told.id || '/')
"""


def create_messages(*, now, staff):
    """The dealer hears of an order given to it, the manufacturer's people of one accepted."""
    return insert(
        Message,
        {
            "event": "heard.event",
            "audience": "heard.audience",
            "user": "heard.user_id",
            "subject_key": "'order:' || told.id",
            "context": CONTEXT,
            "url": "'/workspace/orders/' || told.id || '/'",
            "on_site": "TRUE",
            "read_at": "CASE WHEN told.accepted_at < %(now)s - interval '2 days'"
            " THEN told.accepted_at + interval '1 hour' END",
            "created_at": "told.accepted_at",
        },
        """
        FROM orders_order AS told
        JOIN dealers_place AS place ON place.id = told.place_id
        JOIN dealers_place AS region ON region.id = told.region_id
        JOIN dealers_dealer AS dealer ON dealer.id = told.dealer_id
        JOIN dealers_user AS manager ON manager.id = told.manager_id
        CROSS JOIN LATERAL (
            SELECT 'order_assigned' AS event, 'dealer' AS audience, told.manager_id AS user_id
             UNION ALL
            SELECT 'order_accepted', 'manufacturer', unnest(%(staff)s)
        ) AS heard
        WHERE told.created_at > %(now)s - interval '30 days'
        ORDER BY told.accepted_at, told.id
        """,
        {"now": now, "staff": [user.pk for user in staff]},
    )


def create_deliveries():
    """A mail for every message: sent, and one of a hundred failed for good."""
    return insert(
        Delivery,
        {
            "message": "message.id",
            "channel": "'email'",
            "address": "reader.email",
            "state": "CASE WHEN pg_temp.chance(message.id, 81) < 0.01 THEN 'dead' ELSE 'sent' END",
            "due_at": "message.created_at",
            "attempts": "1",
            "sent_at": "CASE WHEN pg_temp.chance(message.id, 81) >= 0.01"
            " THEN message.created_at + interval '2 seconds' END",
            "error": "CASE WHEN pg_temp.chance(message.id, 81) < 0.01"
            " THEN '550 mailbox unavailable' ELSE '' END",
            "sent_subject": "CASE WHEN pg_temp.chance(message.id, 81) >= 0.01"
            " THEN 'Заказ № ' || (message.context ->> 'order') ELSE '' END",
        },
        "FROM notifications_message AS message"
        " JOIN dealers_user AS reader ON reader.id = message.user_id ORDER BY message.id",
    )


def create_uploads(*, now):
    """A price list a week from every dealer with own prices, all applied."""
    return insert(
        PriceUpload,
        {
            "dealer": "dealer.id",
            "state": "'applied'",
            "file_name": "'Прайс ' || week || '.xlsx'",
            "file_format": "'xlsx'",
            "created_by": "manager.id",
            "created_at": "%(now)s - interval '7 days' * week",
            "total": "60",
            "done": "60",
            "counts": '\'{"changed": 12, "unchanged": 48}\'',
            "applied_at": "%(now)s - interval '7 days' * week + interval '3 minutes'",
            "applied_by": "manager.id",
        },
        """
        FROM dealers_dealer AS dealer
        JOIN LATERAL (SELECT id FROM dealers_user WHERE dealer_id = dealer.id
                       ORDER BY is_head DESC, id LIMIT 1) AS manager ON TRUE
        CROSS JOIN generate_series(1, 52) AS week
        WHERE dealer.own_prices
        ORDER BY week DESC, dealer.id
        """,
        {"now": now},
    )
