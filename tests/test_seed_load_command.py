"""`seed_load` as a command: on an empty database only, everything around the rows as before."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from orders.models import Order
from suz.local.demo import state
from suz.local.load.filling import fill
from tests.factories import OrderFactory
from tests.sowing import NOW

pytestmark = [pytest.mark.xdist_group("seed_load_command"), pytest.mark.django_db]


def things():
    """Indexes, constraints and switched-off triggers of the product's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, indexname, position('UNIQUE' in indexdef) FROM pg_indexes"
            " WHERE schemaname = 'public'"
        )
        found = set(cursor.fetchall())
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        )
        found.update(cursor.fetchall())
        cursor.execute("SELECT tgrelid, tgname FROM pg_trigger WHERE tgenabled = 'D'")
        return found | set(cursor.fetchall())


def test_indexes_keys_and_triggers_are_as_before():
    before = things()
    with transaction.atomic():
        fill(now=NOW, orders=50, seed=1, say=lambda line: None)
        assert things() == before
        transaction.set_rollback(True)


def test_the_same_seed_gives_the_same_orders():
    def print_of(seed):
        with transaction.atomic():
            # Numbers begin at 1 again, as in a new database.
            state.wipe()
            fill(now=NOW, orders=60, seed=seed, say=lambda line: None)
            fields = ("customer_name", "phone", "status", "dealer__name", "total", "created_at")
            rows = list(Order.objects.order_by("pk").values_list(*fields))
            transaction.set_rollback(True)
        return rows

    first = print_of(1)
    assert print_of(1) == first
    assert print_of(2) != first


def test_a_database_that_holds_something_is_left_alone():
    order = OrderFactory()
    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_load", orders=50)
    assert list(Order.objects.all()) == [order]
    with pytest.raises(CommandError, match="takes a number"):
        call_command("seed_load", orders=0, force=True)


def test_with_force_it_is_emptied_first():
    OrderFactory(pk=900)
    said = io.StringIO()
    call_command("seed_load", orders=50, force=True, stdout=said)
    assert Order.objects.count() == 50
    assert not Order.objects.filter(pk=900).exists()
    assert "Заказы" in said.getvalue()
