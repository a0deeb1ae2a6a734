"""An order of a dealer with calls from the site, and the simulator at hand."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from dealers.models import SystemSettings
from orders.models import Consent
from orders.services.accepting import accept_offer
from telephony import tasks
from telephony.models import SimPhone
from tests.factories import DealerFactory, OfferFactory, OrderFactory, UserFactory

CUSTOMER = "+79001234567"
MANAGER = "+79160000001"
# Noon in Moscow.
NOON = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def calls_settings(db):
    """Calls work; the robot rings at any hour, so that a test may run at night."""
    settings = SystemSettings.load()
    settings.calls_enabled = True
    settings.robot_enabled = False
    settings.robot_from_hour, settings.robot_to_hour = 0, 24
    settings.save()
    return settings


@pytest.fixture
def robot_settings(calls_settings):
    calls_settings.robot_enabled = True
    calls_settings.save()
    return calls_settings


@pytest.fixture
def manager(db):
    """A manager of a dealer that calls from the site."""
    return UserFactory(
        name="Анна Белова",
        phone=MANAGER,
        dealer=DealerFactory(name="Панель-Центр", site_calls=True),
    )


@pytest.fixture
def order(calls_settings, manager):
    """An order accepted by the manager just now; its customer agreed to calls."""
    order = OrderFactory(customer__phone=CUSTOMER, customer__name="Роман")
    OfferFactory(order=order, dealer=manager.dealer)
    for kind in Consent.Kind:
        Consent.objects.create(
            customer=order.customer,
            order=order,
            kind=kind,
            text_version="1",
            given_at=order.created_at,
        )
    return accept_offer(order_id=order.pk, by=manager, now=timezone.now())


class Phones:
    """The phones of the simulator, as the people who hold them see them."""

    def tick(self, times=1):
        for _ in range(times):
            tasks.tick()

    def phone(self, number):
        return SimPhone.objects.filter(number=number).order_by("-id").first()

    def act(self, number, action):
        """What somebody does with a phone, and what comes of it."""
        phone = self.phone(number)
        SimPhone.objects.filter(pk=phone.pk).update(action=action)
        tasks.tick()
        return self.phone(number)

    def press(self, number, key):
        return self.act(number, f"key_{key}")

    def words(self, number):
        return [line["text"] for line in self.phone(number).said if "text" in line]


@pytest.fixture
def phones(live_server, settings, transactional_db):
    """The simulator reaches the test's own server."""
    settings.PUBLIC_URL = settings.SIMULATOR_URL = live_server.url
    settings.TELEPHONY_PROVIDER = "simulator"
    return Phones()
