"""Customers, orders and their lines."""

from datetime import timedelta

from orders.models import Consent, Customer, Order, OrderLine
from suz.local.demo.words import FEMALE, HOME_STREETS, MALE, ORDER_COMMENTS, SURNAMES, surname
from suz.local.load.ground import PLACES
from suz.local.load.tables import insert, run

# Codes of mobile networks; with seven figures behind each is a number that exists.
NETWORKS = (
    *("903", "905", "906", "909", "910", "911", "912", "913", "914", "915", "916", "917", "918"),
    *("919", "920", "921", "922", "923", "924", "925", "926", "927", "928", "929", "950", "951"),
    *("960", "961", "962", "963", "964", "965", "967", "977", "980", "981", "982", "985", "987"),
)
ORDERS_A_CUSTOMER = 3.3
# In so long the share of orders still in work falls to a third of what it was, and so on.
DECAY = timedelta(days=21)
# The newest still wait for a dealer: as many as a busy day leaves, however long the history.
MOST_NEW = 450
# Open orders of the first day, and older ones: a status as often as it stands here.
FRESH = ("accepted", "accepted", "accepted", "processed", "clarification", "payment")
WORKED = (
    *("accepted", "processed", "processed", "clarification", "clarification", "clarification"),
    *("payment", "payment", "payment", "payment", "delivery", "delivery", "delivery", "delivery"),
)

# What an order is, worked out once; all other rows are drawn from it. Of the orders of the last
# days most are open, of older ones hardly any: five in a hundred of the whole.
STAGING = """
    CREATE TEMP TABLE load_order ON COMMIT DROP AS
    SELECT drawn.*,
           dealer.dealer_id, dealer.manager_id, dealer.slot AS dealer_slot, dealer.others,
           CASE WHEN dealer.dealer_id IS NOT NULL
                THEN created_at + least(interval '3 minutes' + interval '5 hours'
                                        * power(pg_temp.chance(id, 31), 3), age * 0.3)
           END AS accepted_at,
           CASE WHEN status IN ('completed', 'cancelled')
                THEN created_at + least(interval '6 hours' + interval '16 days'
                                        * pg_temp.chance(id, 32), age * 0.9)
           END AS closed_at,
           CASE WHEN status NOT IN ('completed', 'cancelled') AND age > interval '15 days'
                THEN created_at + interval '15 days'
           END AS overdue_at,
           CASE WHEN status IN ('completed', 'cancelled') AND pg_temp.chance(id, 33) < 0.001
                THEN created_at + age * 0.95
           END AS deleted_at,
           1 + floor(3 * power(pg_temp.chance(id, 34), 1.4))::integer AS line_count
      FROM (
        SELECT dated.*,
               place.place_id, place.region_id, place.latitude, place.longitude,
               floor(sellers.number * pg_temp.chance(id, 13))::bigint AS drawn_slot,
               CASE WHEN id > %(settled)s AND pg_temp.chance(id, 21) < 0.9
                      OR age < interval '30 days' AND pg_temp.chance(id, 22) < 0.0004 THEN 'new'
                    WHEN pg_temp.chance(id, 23) < exp(-extract(epoch FROM age) / %(decay)s) THEN
                      CASE WHEN age < interval '1 day'
                           THEN pg_temp.pick(%(fresh)s, pg_temp.chance(id, 24))
                           ELSE pg_temp.pick(%(worked)s, pg_temp.chance(id, 24))
                      END
                    WHEN pg_temp.chance(id, 25) < 0.82 THEN 'completed'
                    ELSE 'cancelled'
               END AS status
          FROM (
            SELECT number AS id,
                   1 + floor(%(customers)s * power(pg_temp.chance(number, 11), 1.3))::bigint
                     AS customer_id,
                   hour.begins + interval '1 hour' * (number - hour.first_id + 0.5)
                     / (hour.last_id - hour.first_id + 1) AS created_at,
                   %(now)s - hour.begins AS age
              FROM load_hour AS hour,
                   generate_series(hour.first_id, hour.last_id) AS number
          ) AS dated
          JOIN load_place AS place
            ON place.slot = floor(%(places)s * pg_temp.chance(dated.customer_id, 12))::integer
          JOIN (SELECT region_id, count(*) AS number FROM load_dealer GROUP BY region_id) AS sellers
            ON sellers.region_id = place.region_id
      ) AS drawn
      LEFT JOIN load_dealer AS dealer
        ON dealer.region_id = drawn.region_id
       AND dealer.slot = drawn.drawn_slot
       AND drawn.status <> 'new'
       AND NOT (drawn.status = 'cancelled' AND pg_temp.chance(drawn.id, 14) < 0.15)
"""


def customers_for(orders):
    """How many customers place so many orders."""
    return max(1, round(orders / ORDERS_A_CUSTOMER))


def create_customers(*, now, orders):
    """Customers with names, phones that exist and mostly an address for mail."""
    women = [surname(name, female=True) for name in SURNAMES]
    return insert(
        Customer,
        {
            "id": "number",
            "name": "CASE WHEN pg_temp.chance(number, 1) < 0.42"
            " THEN pg_temp.pick(%(female)s, pg_temp.chance(number, 2)) || ' '"
            "  || pg_temp.pick(%(women)s, pg_temp.chance(number, 3))"
            " ELSE pg_temp.pick(%(male)s, pg_temp.chance(number, 2)) || ' '"
            "  || pg_temp.pick(%(men)s, pg_temp.chance(number, 3)) END",
            # The figures step through all of 10,000,000 without coming back to one.
            "phone": "'+7' || pg_temp.pick(%(networks)s, pg_temp.chance(number, 4))"
            " || lpad(mod(number * 7654321 + 1234567, 10000000)::text, 7, '0')",
            "email": "CASE WHEN pg_temp.chance(number, 5) < 0.7"
            " THEN 'customer' || number || '@example.com' ELSE '' END",
            "created_at": "%(now)s - interval '400 days' * (1 - pg_temp.chance(number, 6))",
            "last_order_at": "%(now)s",
        },
        "FROM generate_series(1::bigint, %(customers)s) AS number",
        {
            "customers": customers_for(orders),
            "now": now,
            "male": list(MALE),
            "female": list(FEMALE),
            "men": list(SURNAMES),
            "women": women,
            "networks": list(NETWORKS),
        },
    )


def stage_orders(*, now, orders):
    """Draw what every order is."""
    run(
        STAGING,
        {
            "customers": customers_for(orders),
            "now": now,
            "places": PLACES,
            "decay": DECAY.total_seconds(),
            "fresh": list(FRESH),
            "worked": list(WORKED),
            "settled": orders - min(MOST_NEW, orders // 25),
        },
    )
    run("CREATE UNIQUE INDEX ON load_order (id)")
    run("ANALYZE load_order")


def create_consents():
    """Whom the robot may call; the other consents every order has, and nobody looks for them."""
    return insert(
        Consent,
        {
            "customer": "staged.customer_id",
            "order": "staged.id",
            "kind": "'calls'",
            "text_version": "'1'",
            "given_at": "staged.created_at",
        },
        "FROM load_order AS staged WHERE pg_temp.chance(staged.id, 35) < 0.2 ORDER BY staged.id",
    )


def count_customers():
    """What the database works out about each customer, as its triggers would."""
    run(
        "CREATE TEMP TABLE load_agreed ON COMMIT DROP AS"
        " SELECT DISTINCT customer_id FROM orders_consent"
    )
    run("ANALYZE load_agreed")
    return run(
        """
        UPDATE orders_customer AS customer
           SET order_count = figures.orders, open_count = figures.open, bought = figures.bought,
               last_order_at = coalesce(figures.last_at, customer.created_at),
               region_id = figures.region_id,
               calls_consent = EXISTS (
                   SELECT FROM load_agreed AS agreed WHERE agreed.customer_id = customer.id)
          FROM (SELECT who.id, count(own.id) AS orders,
                       count(own.id) FILTER (WHERE own.closed_at IS NULL) AS open,
                       coalesce(sum(own.total) FILTER (WHERE own.status = 'completed'), 0)
                         AS bought,
                       max(own.created_at) AS last_at,
                       (array_agg(own.region_id ORDER BY own.id DESC))[1] AS region_id
                  FROM orders_customer AS who
                  LEFT JOIN orders_order AS own
                    ON own.customer_id = who.id AND own.deleted_at IS NULL
                 GROUP BY who.id) AS figures
         WHERE customer.id = figures.id
        """
    )


def create_lines():
    """One to three lines an order, at the dealer's prices once there is a dealer."""
    return insert(
        OrderLine,
        {
            "order": "staged.id",
            "position": "step.position",
            "product": "product.id",
            "category": "product.category_id",
            "category_name": "product.category_name",
            "name": "product.name",
            "unit": "product.unit",
            "length_mm": "product.length_mm",
            "width_mm": "product.width_mm",
            "thickness_mm": "product.thickness_mm",
            "colour": "product.colour",
            "quantity": "drawn.quantity",
            "price": "priced.price",
            "placed_price": "priced.placed_price",
            "total": "priced.price * drawn.quantity",
        },
        """
        FROM load_order AS staged
        CROSS JOIN LATERAL generate_series(1, staged.line_count) AS step (position)
        CROSS JOIN LATERAL (
            SELECT floor((SELECT count(*) FROM load_product)
                         * power(pg_temp.chance(staged.id * 4 + step.position, 41), 1.5))::bigint
                     AS slot,
                   2 + floor(150 * power(pg_temp.chance(staged.id * 4 + step.position, 42),
                                         2))::integer AS quantity
        ) AS drawn
        JOIN load_product AS product ON product.slot = drawn.slot
        CROSS JOIN LATERAL (
            SELECT round(product.recommended_price * 1.05, 2) AS placed_price,
                   round(product.recommended_price * CASE WHEN staged.dealer_id IS NULL THEN 1.05
                         ELSE (0.94 + 0.1 * pg_temp.chance(staged.dealer_id, 43))::numeric END, 2)
                     AS price
        ) AS priced
        ORDER BY staged.id, step.position
        """,
    )


def create_orders(*, administrator):
    """The orders, with the sums of their lines."""
    run(
        "CREATE TEMP TABLE load_sum ON COMMIT DROP AS "
        "SELECT order_id, sum(total) AS goods, sum(placed_price * quantity) AS most "
        "FROM orders_orderline GROUP BY order_id"
    )
    run("ANALYZE load_sum")
    remarks = [male for male, _female in ORDER_COMMENTS]
    return insert(
        Order,
        {
            "id": "staged.id",
            "form_key": "md5('suz load ' || staged.id)::uuid",
            "cart_digest": "repeat('0', 64)",
            "source": "CASE WHEN pg_temp.chance(staged.id, 51) < 0.07 THEN 'phone' ELSE 'site' END",
            "status": "staged.status",
            "customer": "staged.customer_id",
            "customer_name": "customer.name",
            "phone": "customer.phone",
            "email": "customer.email",
            "place": "staged.place_id",
            "region": "staged.region_id",
            "address": "pg_temp.pick(%(streets)s, pg_temp.chance(staged.customer_id, 52))"
            " || ', д. ' || 1 + floor(120 * pg_temp.chance(staged.customer_id, 53))::integer",
            "latitude": "staged.latitude + 0.1 * pg_temp.chance(staged.customer_id, 54)",
            "longitude": "staged.longitude + 0.1 * pg_temp.chance(staged.customer_id, 55)",
            "comment": "CASE WHEN pg_temp.chance(staged.id, 56) < 0.15"
            " THEN pg_temp.pick(%(remarks)s, pg_temp.chance(staged.id, 57)) ELSE '' END",
            "wants_delivery": "services.delivery > 0",
            "wants_installation": "pg_temp.chance(staged.id, 59) < 0.08",
            "dealer": "staged.dealer_id",
            "manager": "staged.manager_id",
            "price_min": "round(sums.goods * 0.95, 2) + services.delivery",
            "price_max": "sums.most + services.delivery",
            "goods_total": "sums.goods",
            "services_total": "services.delivery",
            "total": "sums.goods + services.delivery",
            "earned": "CASE WHEN staged.status = 'completed'"
            " THEN sums.goods + services.delivery END",
            "contact_kind": "CASE WHEN staged.dealer_id IS NULL OR staged.status = 'accepted'"
            " THEN '' WHEN pg_temp.chance(staged.id, 60) < 0.6 THEN 'call' ELSE 'by_hand' END",
            "cancel_reason": "CASE WHEN staged.status = 'cancelled' THEN reason.reason_id END",
            "created_at": "staged.created_at",
            "accepted_at": "staged.accepted_at",
            "contacted_at": "CASE WHEN staged.status <> 'accepted'"
            " THEN staged.accepted_at + interval '20 minutes' END",
            "closed_at": "staged.closed_at",
            "due_on": "(staged.created_at AT TIME ZONE 'Europe/Moscow')::date + 14",
            "overdue_at": "staged.overdue_at",
            "deleted_at": "staged.deleted_at",
            "deleted_by": "CASE WHEN staged.deleted_at IS NOT NULL THEN %(administrator)s END",
        },
        """
        FROM load_order AS staged
        JOIN load_sum AS sums ON sums.order_id = staged.id
        JOIN orders_customer AS customer ON customer.id = staged.customer_id
        JOIN load_reason AS reason ON reason.slot = floor(
             (SELECT count(*) FROM load_reason) * pg_temp.chance(staged.id, 61))::bigint
        CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.chance(staged.id, 58) < 0.45
                                   THEN 500 + 100 * floor(30 * pg_temp.chance(staged.id, 62))
                                   ELSE 0 END::numeric AS delivery) AS services
        ORDER BY staged.id
        """,
        {
            "streets": list(HOME_STREETS),
            "remarks": remarks,
            "administrator": administrator.pk,
        },
    )
