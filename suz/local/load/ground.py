"""What orders need before there are any: people, dealers, goods, and tables to draw from.

A table of slots turns a weighted choice into a join by equality: whoever is twice as likely has
twice as many slots.
"""

import random
from datetime import timedelta

from django.db import connection
from psycopg2.extras import execute_values

from suz.local.demo.chains import configure_chains
from suz.local.demo.geography import load_geography
from suz.local.demo.history.clock import HOURS, MONTHS, WEEKDAYS
from suz.local.demo.network import create_network, kilometres
from suz.local.demo.shop import create_catalogue
from suz.local.demo.staff import create_staff, save_settings
from suz.local.load.tables import rows, run

SPAN = timedelta(days=400)
PLACES = 4096
HOUR = timedelta(hours=1)
MOSCOW = timedelta(hours=3)

CHANCE = """
    CREATE OR REPLACE FUNCTION pg_temp.chance(number bigint, salt bigint)
    RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (hashint8extended(number, salt + {seed}) & 9007199254740991)
              / 9007199254740992.0::double precision $$
"""
PICK = """
    CREATE OR REPLACE FUNCTION pg_temp.pick(words text[], chance double precision)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT words[1 + floor(chance * cardinality(words))::integer] $$
"""
DEALERS = """
    CREATE TEMP TABLE load_dealer ON COMMIT DROP AS
    SELECT served.region_id, dealer.id AS dealer_id, manager.id AS manager_id,
           row_number() OVER (PARTITION BY served.region_id ORDER BY dealer.id) - 1 AS slot,
           count(*) OVER (PARTITION BY served.region_id) AS others
      FROM (SELECT id AS dealer_id, main_region_id AS region_id FROM dealers_dealer
             UNION
            SELECT link.dealer_id, coalesce(place.parent_id, place.id)
              FROM dealers_dealer_additional_places AS link
              JOIN dealers_place AS place ON place.id = link.place_id) AS served
      JOIN dealers_dealer AS dealer ON dealer.id = served.dealer_id
       AND dealer.is_active AND dealer.is_authorised AND dealer.takes_site_orders
      JOIN LATERAL (SELECT id FROM dealers_user WHERE dealer_id = dealer.id AND is_active
                     ORDER BY is_head DESC, id LIMIT 1) AS manager ON TRUE
"""
PRODUCTS = """
    CREATE TEMP TABLE load_product ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY hashint8extended(product.id, 7)) - 1 AS slot,
           product.*, category.id AS category_id, category.name AS category_name
      FROM catalog_product AS product
      JOIN catalog_productfamily AS family ON family.id = product.family_id
      JOIN catalog_category AS category ON category.id = family.category_id
"""
REASONS = """
    CREATE TEMP TABLE load_reason ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS slot, id AS reason_id, party, text
      FROM orders_reason WHERE kind = 'cancel' AND is_active
"""


def create_people(now, seed):
    """The demo's network, so that each region is served; returns the manufacturer's people."""
    rng = random.Random(f"suz load {seed}")
    geography = load_geography()
    shop = create_catalogue()
    staff = create_staff(now)
    members = create_network(rng, geography, shop, now)
    _serve_every_region(geography, members)
    save_settings(members)
    configure_chains(geography, shop, members, by=staff[0], now=now - SPAN - timedelta(days=1))
    return staff


def create_sources(*, now, orders, seed):
    """Temporary tables to draw places, dealers, goods and hours from."""
    run(CHANCE.format(seed=int(seed) * 1000))
    run(PICK)
    _create_places()
    for statement in (DEALERS, PRODUCTS, REASONS):
        run(statement)
    _create_hours(now, orders)


def _serve_every_region(geography, members):
    """Give a region that nobody serves to the nearest dealer that gets orders."""
    sellers = [
        member.dealer
        for member in members
        if member.dealer.is_active
        and member.dealer.is_authorised
        and member.dealer.takes_site_orders
    ]
    served = {dealer.main_region_id for dealer in sellers}
    for dealer in sellers:
        served.update(place.region_id for place in dealer.additional_places.all())
    for region in geography.regions.values():
        if region.pk not in served:
            nearest = min(sellers, key=lambda dealer: kilometres(dealer.main_region, region))
            nearest.additional_places.add(region)


def _create_places():
    """Every city by its population, at least one slot each."""
    cities = rows(
        "SELECT id, parent_id, latitude, longitude, population FROM dealers_place "
        "WHERE parent_id IS NOT NULL ORDER BY id"
    )
    people = sum(city[-1] for city in cities)
    wanted = PLACES - len(cities)
    slots = []
    for *place, population in cities:
        slots += [place] * (1 + wanted * population // people)
    run(
        "CREATE TEMP TABLE load_place (slot integer PRIMARY KEY, place_id bigint, "
        "region_id bigint, latitude float8, longitude float8) ON COMMIT DROP"
    )
    _fill("load_place", [(number, *slots[number % len(slots)]) for number in range(PLACES)])


def _create_hours(now, orders):
    """Hours of the year, each with the numbers of its orders: numbers follow time."""
    first = (now - SPAN).replace(minute=0, second=0, microsecond=0)
    moments = [first + HOUR * number for number in range(int((now - first) / HOUR))]
    weights = []
    for moment in moments:
        local = moment + MOSCOW
        weights.append(MONTHS[local.month - 1] * WEEKDAYS[local.weekday()] * HOURS[local.hour])
    whole, passed, last, hours = sum(weights), 0.0, 0, []
    for moment, weight in zip(moments, weights, strict=True):
        passed += weight
        until = orders if moment == moments[-1] else int(orders * passed / whole)
        if until > last:
            hours.append((last + 1, until, moment))
            last = until
    run(
        "CREATE TEMP TABLE load_hour (first_id bigint, last_id bigint, begins timestamptz) "
        "ON COMMIT DROP"
    )
    _fill("load_hour", hours)


def _fill(table, values):
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", values, page_size=5000)
        cursor.execute(f"ANALYZE {table}")
