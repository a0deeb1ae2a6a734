"""Editing an order's lines against everybody else, on real PostgreSQL.

Each test has a control that shows that it can fail.
"""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from orders.line_facts import lines_with_products, recheck_order
from orders.models import HistoryEntry, HistoryKind, Offer, Order, ReasonKind
from orders.services import accepting, lines
from orders.services.accepting import accept_offer
from orders.services.errors import OrderGone
from orders.services.lines import Edit, change_lines
from orders.services.progress import cancel
from orders.services.versions import OrderMoved, seen_of
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    reason,
)
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
EDITORS = 8
PATIENCE_SECONDS = 30


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def dealer_manager(city):
    return UserFactory(dealer=DealerFactory(main_region=city.parent))


@pytest.fixture
def new(city, dealer_manager):
    """Two panels, offered to the dealer."""
    order = OrderFactory(place=city)
    OfferFactory(order=order, dealer=dealer_manager.dealer)
    return order


@pytest.fixture
def taken(new, dealer_manager):
    accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)
    return new


@pytest.fixture
def manager():
    return ManagerFactory()


def form_of(order, by, quantity):
    """What a person saves that looks at the order now: so many of its product."""
    order = Order.objects.select_related("dealer", "place").get(pk=order.pk)
    present = lines_with_products(order)
    wanted = ((present[0].product, quantity),)
    answer = recheck_order(order, present, wanted, (), now=NOW).answer
    choice = answer.choices(by_manufacturer=True)[0]
    return {
        "order_id": order.pk,
        "edit": Edit(wanted, (), answer.digest, choice),
        "seen": seen_of(order),
        "key": uuid.uuid4(),
        "by": by,
        "now": NOW,
    }


def while_held(first, second):
    """Run ``second`` so that it waits for what ``first`` has locked; results or exceptions.

    ``first`` commits as soon as somebody waits for it.
    """
    has_locked = Event()

    def holding():
        with transaction.atomic():
            result = first()
            has_locked.set()
            _until_somebody_waits()
        return result

    def waiting():
        has_locked.wait(PATIENCE_SECONDS)
        return second()

    def run(call):
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, [holding, waiting]))


def _until_somebody_waits():
    """Until another waits for what this connection holds.

    Who waits for whom is asked of the locks alone: pg_stat_activity stands still within a
    transaction once it was read, and would never show who connects later.
    """
    ends = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(
                "SELECT 1 FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def quantity_of(order):
    return order.lines.get().quantity


def test_a_dealer_does_not_take_what_was_changed_while_it_pressed_the_button(
    new, manager, dealer_manager
):
    form = form_of(new, manager, 9)
    saved, taken = while_held(
        lambda: change_lines(**form),
        lambda: accept_offer(order_id=new.pk, by=dealer_manager, now=NOW),
    )
    assert isinstance(saved, HistoryEntry)
    assert isinstance(taken, OrderGone)
    order = Order.objects.get(pk=new.pk)
    assert (order.dealer, order.cycle, quantity_of(order)) == (None, 2, 9)


def test_control_without_the_cycle_the_withdrawn_offer_would_count(
    new, manager, dealer_manager, monkeypatch
):
    blind = accepting._TAKE.replace("AND f.cycle = o.cycle", "")
    assert blind != accepting._TAKE
    monkeypatch.setattr(accepting, "_TAKE", blind)
    form = form_of(new, manager, 9)
    _saved, taken = while_held(
        lambda: change_lines(**form),
        lambda: accept_offer(order_id=new.pk, by=dealer_manager, now=NOW),
    )
    assert isinstance(taken, Offer.DoesNotExist)


def test_an_order_taken_meanwhile_is_not_changed(new, manager, dealer_manager):
    form = form_of(new, manager, 9)
    taken, saved = while_held(
        lambda: accept_offer(order_id=new.pk, by=dealer_manager, now=NOW),
        lambda: change_lines(**form),
    )
    assert isinstance(taken, Order)
    assert isinstance(saved, OrderMoved)
    assert quantity_of(new) == 2


def test_of_many_editors_one_saves_and_the_others_are_told(taken):
    forms = [form_of(taken, ManagerFactory(), 10 + number) for number in range(EDITORS)]
    results = at_once([lambda form=form: change_lines(**form) for form in forms])
    saved = [one for one in results if isinstance(one, HistoryEntry)]
    assert len(saved) == 1
    assert sum(isinstance(one, OrderMoved) for one in results) == EDITORS - 1
    assert quantity_of(taken) == saved[0].data["lines"][0][1]["quantity"]


def test_control_without_the_version_they_would_overwrite_one_another(taken, monkeypatch):
    monkeypatch.setattr(lines, "check_version", lambda order, seen: None)
    forms = [form_of(taken, ManagerFactory(), 10 + number) for number in range(EDITORS)]
    at_once([lambda form=form: change_lines(**form) for form in forms])
    assert HistoryEntry.objects.filter(kind=HistoryKind.LINES).count() > 1


def test_the_same_form_sent_many_times_at_once_is_one_change(taken, manager):
    form = form_of(taken, manager, 9)
    results = at_once([lambda: change_lines(**form)] * EDITORS)
    assert {type(one) for one in results} == {HistoryEntry}
    assert len({one.pk for one in results}) == 1


def test_a_cancelled_order_is_not_changed(taken, manager):
    form = form_of(taken, manager, 9)
    why = reason(ReasonKind.CANCEL, "customer").pk
    _cancelled, saved = while_held(
        lambda: cancel(order_id=taken.pk, by=manager, reason_id=why, now=NOW),
        lambda: change_lines(**form),
    )
    assert isinstance(saved, OrderMoved)
    assert quantity_of(taken) == 2


def test_control_without_looking_again_a_cancelled_order_would_be_changed(
    taken, manager, monkeypatch
):
    monkeypatch.setattr(lines, "check_version", lambda order, seen: None)
    monkeypatch.setattr(lines, "may_edit_lines", lambda user, order: True)
    form = form_of(taken, manager, 9)
    why = reason(ReasonKind.CANCEL, "customer").pk
    while_held(
        lambda: cancel(order_id=taken.pk, by=manager, reason_id=why, now=NOW),
        lambda: change_lines(**form),
    )
    order = Order.objects.get(pk=taken.pk)
    assert (order.status, quantity_of(order)) == ("cancelled", 9)
