"""An order of a dealer, people, and what is done about a complaint in a word."""

import uuid

import pytest

from orders.complaints import filing, judging, working
from orders.complaints.locking import seen_of
from orders.models import Order, ReasonKind
from orders.services.accepting import accept_offer
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

TEXT = "Доставку ждём вторую неделю."


@pytest.fixture
def dealer(db):
    return DealerFactory(name="Панель-Центр")


@pytest.fixture
def dealer_manager(dealer):
    return UserFactory(dealer=dealer, name="Степан Сильнов")


@pytest.fixture
def rival(db):
    return UserFactory(name="Сергей Соперников")


@pytest.fixture
def manager(db):
    return ManagerFactory(name="Марина Менеджерова")


@pytest.fixture
def colleague(db):
    return ManagerFactory(name="Ольга Коллегина")


@pytest.fixture
def order(dealer, dealer_manager):
    """An order that the dealer has accepted."""
    order = OrderFactory(place=CityFactory(parent=dealer.main_region))
    OfferFactory(order=order, dealer=dealer)
    accept_offer(order_id=order.pk, by=dealer_manager, now=NOW)
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def category(db):
    return reason(ReasonKind.COMPLAINT, "customer")


@pytest.fixture
def file(order, category):
    """Makes a complaint, the customer's unless ``by`` says otherwise."""

    def file(text=TEXT, **changes):
        arguments = {
            "order_id": order.pk,
            "category_id": category.pk,
            "text": text,
            "form_key": uuid.uuid4(),
            "now": NOW,
        }
        return filing.file_complaint(**arguments | changes)

    return file


class Case:
    """A complaint and what the manager does about it, each time with what holds now."""

    def __init__(self, complaint, by):
        self.complaint = complaint
        self.by = by

    def act(self, service, *, now=NOW, by=None, **arguments):
        arguments.setdefault("seen", seen_of(self.complaint))
        service(complaint_id=self.complaint.pk, by=by or self.by, now=now, **arguments)
        self.complaint.refresh_from_db()
        return self.complaint

    def take(self, **arguments):
        return self.act(working.give, owner_id=self.by.pk, **arguments)

    def ask(self, text="Где заказ?", **arguments):
        return self.act(working.ask_dealer, text=text, **arguments)

    def answer(self, text="Привезут завтра.", **arguments):
        return self.act(judging.answer, text=text, **arguments)

    def close(self, outcome="justified", **arguments):
        return self.act(judging.close, outcome=outcome, **arguments)

    def reopen(self, reason="Не привезли", **arguments):
        return self.act(judging.reopen, reason=reason, **arguments)


@pytest.fixture
def case(file, manager):
    """A new complaint in the manager's hands."""
    return Case(file(), manager)


@pytest.fixture
def taken(case):
    case.take()
    return case


@pytest.fixture
def answered(taken):
    taken.answer()
    return taken
