"""The points ledger."""

import threading
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from dealers.models import Dealer, Place, PointsEntry
from dealers.selectors import unbalanced_dealers
from dealers.services.points import add_points, reverse_points

NOW = datetime(2026, 6, 8, 10, 0, tzinfo=UTC)
Kind = PointsEntry.Kind


@pytest.fixture
def dealer(db):
    region = Place.objects.create(name="Область", code="RU-TST", latitude=55, longitude=37)
    return Dealer.objects.create(name="Фасад", slug="fasad", main_region=region)


def completed(dealer, order_id=1, cycle=1, amount=100):
    return add_points(
        dealer_id=dealer.pk,
        amount=amount,
        kind=Kind.COMPLETED,
        order_id=order_id,
        cycle=cycle,
        now=NOW,
    )


def manual(dealer, amount, reason="За участие в выставке"):
    return add_points(dealer_id=dealer.pk, amount=amount, kind=Kind.MANUAL, reason=reason, now=NOW)


def test_an_entry_moves_the_balance_and_records_it(dealer):
    entry = completed(dealer)
    dealer.refresh_from_db()
    assert (entry.amount, entry.balance, dealer.points) == (100, 100, 100)
    stored = PointsEntry.objects.get(pk=entry.pk)
    assert (stored.kind, stored.order_id, stored.cycle, stored.created_at) == (
        "completed",
        1,
        1,
        NOW,
    )


def test_taking_points_may_leave_less_than_nothing(dealer):
    manual(dealer, 20)
    entry = add_points(
        dealer_id=dealer.pk, amount=-50, kind=Kind.FAILED, order_id=7, cycle=1, now=NOW
    )
    dealer.refresh_from_db()
    assert entry.balance == dealer.points == -30


def test_an_order_earns_once_a_cycle(dealer):
    assert completed(dealer) is not None
    assert completed(dealer) is None
    assert completed(dealer, cycle=2) is not None
    dealer.refresh_from_db()
    assert dealer.points == 200
    assert PointsEntry.objects.count() == 2


def test_no_points_leave_no_entry(dealer):
    assert completed(dealer, amount=0) is None
    assert not PointsEntry.objects.exists()


def test_manual_entries_repeat(dealer):
    manual(dealer, 10)
    manual(dealer, 10)
    dealer.refresh_from_db()
    assert dealer.points == 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": Kind.MANUAL, "reason": "  "},
        {"kind": Kind.COMPLETED, "order_id": 1},
        {"kind": Kind.COMPLETED, "cycle": 1},
        {"kind": "bonus"},
    ],
    ids=["manual without reason", "order without cycle", "cycle without order", "unknown kind"],
)
def test_an_entry_that_explains_nothing_is_refused(dealer, wrong):
    with pytest.raises(ValueError, match=r".+"):
        add_points(dealer_id=dealer.pk, amount=10, now=NOW, **wrong)
    assert not PointsEntry.objects.exists()


def test_reversal_takes_back_what_the_cycle_moved_once(dealer):
    completed(dealer)
    entry = reverse_points(order_id=1, cycle=1, reason="Заказ открыт снова", now=NOW)
    dealer.refresh_from_db()
    assert (entry.amount, entry.balance, dealer.points) == (-100, 0, 0)
    assert reverse_points(order_id=1, cycle=1, now=NOW) is None
    assert completed(dealer, cycle=2) is not None


def test_reversal_gives_back_what_was_taken(dealer):
    add_points(dealer_id=dealer.pk, amount=-50, kind=Kind.FAILED, order_id=3, cycle=1, now=NOW)
    assert reverse_points(order_id=3, cycle=1, now=NOW).amount == 50


def test_nothing_to_reverse_is_no_entry(dealer):
    assert reverse_points(order_id=99, cycle=1, now=NOW) is None


def test_the_callers_transaction_takes_the_entry_with_it(dealer):
    with transaction.atomic():
        completed(dealer)
        transaction.set_rollback(True)
    dealer.refresh_from_db()
    assert dealer.points == 0
    assert not PointsEntry.objects.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_entries_can_not_be_changed(dealer, change):
    entry = manual(dealer, 5)
    rows = PointsEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        rows.update(amount=500) if change == "update" else rows.delete()


def test_check_command_proves_every_balance(dealer, capsys):
    manual(dealer, 5)
    completed(dealer)
    call_command("check_points")
    assert "1 balances agree" in capsys.readouterr().out


def test_check_command_names_a_balance_changed_past_the_ledger(dealer, capsys):
    manual(dealer, 5)
    Dealer.objects.update(points=6)
    with pytest.raises(CommandError, match="1 balances differ"):
        call_command("check_points")
    assert "Фасад" in capsys.readouterr().err


def test_check_finds_an_entry_with_a_wrong_balance(dealer):
    for amount, balance in ((10, 11), (10, 20)):
        PointsEntry.objects.create(
            dealer=dealer,
            amount=amount,
            balance=balance,
            kind=Kind.MANUAL,
            reason="x",
            created_at=NOW,
        )
    Dealer.objects.update(points=20)
    (found,) = unbalanced_dealers()
    assert (found.balance, found.total, found.wrong_entry) == (20, 20, True)


def run_together(work, count):
    """Run ``work(number)`` in threads that start at the same moment."""
    barrier = threading.Barrier(count)
    results, errors = [], []

    def run(number):
        try:
            barrier.wait(timeout=20)
            results.append(work(number))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors
    return results


@pytest.mark.django_db(transaction=True)
def test_entries_made_at_once_all_count(dealer):
    run_together(lambda number: completed(dealer, order_id=number + 1), 12)
    dealer.refresh_from_db()
    assert dealer.points == 1200
    assert unbalanced_dealers() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_entry_made_at_once_counts_once(dealer):
    entries = run_together(lambda number: completed(dealer), 8)
    dealer.refresh_from_db()
    assert len([entry for entry in entries if entry]) == 1
    assert dealer.points == 100
    assert unbalanced_dealers() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_entries_would_be_lost(dealer):
    """The negative control: the race above is real and the check sees its damage."""
    read = threading.Barrier(6)

    def careless(number):
        with transaction.atomic():
            balance = Dealer.objects.get(pk=dealer.pk).points
            read.wait(timeout=20)
            PointsEntry.objects.create(
                dealer=dealer,
                amount=100,
                balance=balance + 100,
                kind=Kind.COMPLETED,
                order_id=number + 1,
                cycle=1,
                created_at=NOW,
            )
            Dealer.objects.filter(pk=dealer.pk).update(points=balance + 100)

    run_together(careless, 6)
    (found,) = unbalanced_dealers()
    assert (found.balance, found.total, found.wrong_entry) == (100, 600, True)
