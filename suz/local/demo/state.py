"""Whether the database holds the demo, and how to empty it.

The whole demo is written in one transaction, so a seeding that was killed leaves nothing behind.
The mark of a complete one is a comment on a table: part of the same transaction, and no table of
the product is needed for it.
"""

import datetime

from django.db import connection

from catalog.models import Product
from dealers.models import Dealer, User
from distribution.models import Chain, ChainStage, ChainVersion
from distribution.strategies import StageSpec, Strategy
from orders.models import Order

# As in the migration of the default chain: in force for orders of any time.
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
MARK = "seed_demo: complete"
TABLE = "dealers_place"
# Reasons come from a migration and point to nothing, so emptying the rest leaves them be.
EMPTIED = (
    "dealers_place",
    "dealers_dealer",
    "dealers_user",
    "dealers_systemsettings",
    "dealers_pointsentry",
    "catalog_category",
    "orders_customer",
    "orders_order",
    "orders_cart",
    "notifications_message",
    "notifications_channelsetting",
    "notifications_recipientchoice",
    "telephony_simphone",
    "analytics_hit",
    "analytics_cost",
    "analytics_costalias",
    "analytics_costupload",
    "analytics_origin",
    "analytics_landing",
    "analytics_searchquery",
    "analytics_progress",
    "analytics_endpoint",
    "analytics_analyticssettings",
    "django_session",
)

# Apps whose records keep earlier versions.
TRACKED = ("analytics_", "catalog_", "dealers_", "distribution_")


def is_complete():
    """Whether the demo is there, whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [TABLE])
        return cursor.fetchone()[0] == MARK


def is_empty():
    """Whether nobody has put anything in yet."""
    return not any(model.objects.exists() for model in (Order, Product, Dealer, User))


def mark_complete():
    """Set the mark; belongs into the transaction that writes the demo."""
    _mark(MARK)


def _mark(text):
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE {TABLE} IS %s", [text])


def wipe():
    """Empty every table of the product and restore what migrations put in."""
    with connection.cursor() as cursor:
        # Deferred checks of earlier changes in the same transaction must not be left waiting.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # TRUNCATE, since triggers protect orders and the ledger from deletion row by row.
        cursor.execute(f"TRUNCATE {', '.join(EMPTIED)} RESTART IDENTITY CASCADE")
        for table in connection.introspection.table_names(cursor):
            if table.startswith(TRACKED) and table.endswith("event"):
                cursor.execute(f"TRUNCATE {table} RESTART IDENTITY CASCADE")
    _mark("")
    if not Chain.objects.filter(region=None).exists():
        chain = Chain.objects.create(region=None)
        ChainStage.objects.create(chain=chain, position=1, strategy=Strategy.BASE)
        ChainVersion.objects.create(
            region=None, spec=[StageSpec(Strategy.BASE).to_json()], valid_from=EPOCH
        )
