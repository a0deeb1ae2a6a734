"""Reading what others append, with those who commit late."""

import threading

import pytest
from django.db import connection, transaction

from analytics.models import Progress
from analytics.outgoing import following
from orders.models import HistoryEntry
from tests.factories import NOW, OrderFactory

NAME = "test-history"


def entry(order):
    return HistoryEntry.objects.create(order=order, kind="status", created_at=NOW)


class Writer(threading.Thread):
    """Writes an entry and commits when told to."""

    def __init__(self, order):
        super().__init__()
        self.order = order
        self.has_written, self.may_commit = threading.Event(), threading.Event()
        self.entry_id = None

    def run(self):
        try:
            with transaction.atomic():
                self.entry_id = entry(self.order).pk
                self.has_written.set()
                assert self.may_commit.wait(20)
        finally:
            connection.close()


@pytest.fixture
def order(transactional_db):
    return OrderFactory(lines=0)


def read(taken, **options):
    return following.read(
        NAME,
        HistoryEntry,
        lambda rows, now: taken.extend(row.pk for row in rows),
        now=NOW,
        **options,
    )


def test_an_entry_that_commits_late_is_not_missed(order):
    following.begin(NAME, HistoryEntry)
    writer = Writer(order)
    writer.start()
    assert writer.has_written.wait(20)
    later = entry(order).pk
    taken = []
    # The later one is there, the earlier one is not yet: neither is read.
    assert later > writer.entry_id
    assert read(taken) == 0
    writer.may_commit.set()
    writer.join()
    assert read(taken) == 2
    assert taken == [writer.entry_id, later]
    assert read(taken) == 0


def test_reading_by_the_highest_id_alone_would_miss_it(order, monkeypatch):
    """Negative control: without the look at who is writing the test above fails."""
    monkeypatch.setattr(following, "_writers", lambda model: set())
    following.begin(NAME, HistoryEntry)
    writer = Writer(order)
    writer.start()
    assert writer.has_written.wait(20)
    later = entry(order).pk
    taken = []
    read(taken)
    writer.may_commit.set()
    writer.join()
    read(taken)
    assert taken == [later]


def test_who_writes_something_else_is_not_waited_for(order):
    following.begin(NAME, HistoryEntry)
    entry(order)
    taken = []
    over, busy = threading.Event(), threading.Event()

    def write_elsewhere():
        with transaction.atomic():
            OrderFactory(lines=0)
            busy.set()
            over.wait(20)
        connection.close()

    thread = threading.Thread(target=write_elsewhere)
    thread.start()
    assert busy.wait(20)
    assert read(taken) == 1
    over.set()
    thread.join()


@pytest.mark.django_db
def test_batches_go_on_where_the_last_one_ended():
    order = OrderFactory(lines=0)
    following.begin(NAME, HistoryEntry)
    ids = [entry(order).pk for _number in range(5)]
    taken = []
    assert read(taken, batch=2) == 5
    assert taken == ids
    assert Progress.objects.get(name=NAME).mark == ids[-1]


@pytest.mark.django_db
def test_what_was_not_taken_to_its_end_is_read_again():
    order = OrderFactory(lines=0)
    following.begin(NAME, HistoryEntry)
    entry(order)

    def fail(rows, now):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        following.read(NAME, HistoryEntry, fail, now=NOW)
    taken = []
    assert read(taken) == 1


@pytest.mark.django_db
def test_what_was_there_before_is_not_read():
    entry(OrderFactory(lines=0))
    taken = []
    assert read(taken) == 0
    entry(OrderFactory(lines=0))
    following.skip(NAME, HistoryEntry)
    assert read(taken) == 0
