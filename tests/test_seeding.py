"""Seeding: the same every time, whole or not at all."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Sum

from dealers.models import Dealer, PointsEntry, Role, User
from orders.models import HistoryEntry, Order, OrderLine
from suz.local.demo import state
from tests.sowing import sow

pytestmark = [pytest.mark.xdist_group("seeding"), pytest.mark.django_db]


def everything():
    """What a demo holds, without ids of its own making."""
    return [
        list(Dealer.objects.order_by("id").values_list("name", "points", "registered_at")),
        list(User.objects.order_by("id").values_list("email", "name", "dealer__name")),
        list(
            Order.objects.order_by("id").values_list(
                "form_key", "phone", "status", "dealer__name", "total", "created_at"
            )
        ),
        list(OrderLine.objects.order_by("id").values_list("order_id", "name", "quantity")),
        list(HistoryEntry.objects.order_by("id").values_list("order_id", "kind", "created_at")),
        PointsEntry.objects.aggregate(Sum("amount")),
    ]


def test_the_same_seed_gives_the_same_data_and_another_does_not():
    demos = []
    for number in (1, 1, 2):
        state.wipe()
        sow(60, number)
        demos.append(everything())
    assert demos[0] == demos[1]
    assert demos[0][2] != demos[2][2]


def run(*arguments):
    output = io.StringIO()
    call_command("seed_demo", "--orders", "5", "--without-pictures", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_seeds_once_and_prints_logins():
    assert "admin@suz.demo suz-demo-2026" in run("--print-logins")
    assert Order.objects.count() == 5
    assert "уже на месте" in run("--if-needed")
    assert Order.objects.count() == 5


def test_the_command_refuses_a_database_that_is_not_empty(demo_user):
    with pytest.raises(CommandError, match="not empty"):
        run()
    assert not Order.objects.exists()


def test_force_empties_the_database_first(demo_user):
    run("--force")
    assert not User.objects.filter(pk=demo_user.pk, email=demo_user.email).exists()
    assert Order.objects.count() == 5


def test_a_seeding_that_breaks_off_leaves_nothing_and_can_be_repeated(monkeypatch):
    def break_off(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("suz.local.demo.history.rows.Rows.write", break_off)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert state.is_empty()
    assert not state.is_complete()
    run("--if-needed")
    assert state.is_complete()


@pytest.fixture
def demo_user(db):
    return User.objects.create_user("someone@example.com", name="Кто-то", role=Role.ADMINISTRATOR)
