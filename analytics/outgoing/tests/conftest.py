"""Systems that are told of orders, and servers in their place."""

from datetime import timedelta

import pytest

from analytics.models import Endpoint
from analytics.outgoing.services import add_webhook, save_leadsdb
from analytics.webhooks.events import EVENTS
from tests.factories import NOW, AdministratorFactory, DealerFactory, UserFactory
from tests.receiver import receiver

SECRET = "очень тайно"


class Clock:
    """Time that stands until it is moved."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **parts):
        self.now += timedelta(**parts)


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


@pytest.fixture
def server(settings):
    """Takes everything, until the test says otherwise."""
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    with receiver() as running:
        yield running


@pytest.fixture
def leadsdb(administrator, server):
    """LeadsDB, switched on."""
    save_leadsdb(url=server.url, user="suz", secret=SECRET, is_on=True, by=administrator, now=NOW)
    return Endpoint.objects.get()


@pytest.fixture
def person(db):
    """The head manager of a dealer."""
    return UserFactory(dealer=DealerFactory(), is_head=True)


@pytest.fixture
def webhook(administrator, server, person):
    """A system of the person's dealer that asks for every event; ``secret`` is its secret."""
    endpoint, secret = add_webhook(
        dealer_id=person.dealer_id,
        url=server.url,
        events=list(EVENTS),
        is_on=True,
        by=administrator,
        now=NOW,
    )
    endpoint.plain_secret = secret
    return endpoint
