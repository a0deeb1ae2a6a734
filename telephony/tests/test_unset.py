"""Calls are switched on and nobody is there to dial."""

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.phones import may_see_phone
from telephony import tasks
from telephony.models import Call, SimPhone
from telephony.providers import provider
from telephony.services.requesting import CallRefused, request_call
from telephony.states import Outcome
from tests.factories import AdministratorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody(settings):
    settings.TELEPHONY_PROVIDER = "none"


def test_the_dealer_is_told_so_and_nothing_is_opened(client, order, manager, nobody):
    with pytest.raises(CallRefused, match="провайдер не подключён"):
        request_call(order_id=order.pk, by=manager, now=timezone.now())
    client.force_login(manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    assert "Звонки пока не работают" in page
    assert 'id="call-button"' not in page
    assert not may_see_phone(manager, order)


def test_the_robot_does_not_ring(order, robot_settings, nobody):
    tasks.tick()
    assert not Call.objects.exists()


def test_what_was_asked_for_before_is_given_up_and_rings_no_simulator(order, manager, settings):
    request_call(order_id=order.pk, by=manager, now=timezone.now())
    settings.TELEPHONY_PROVIDER = "none"
    tasks.tick()
    call = Call.objects.get()
    assert (call.is_open, call.outcome) == (False, Outcome.WITHDRAWN)
    assert not SimPhone.objects.exists()


def test_the_simulators_page_is_nobodys_and_no_callback_is_genuine(
    client, order, manager, settings
):
    settings.TELEPHONY_PROVIDER = "none"
    client.force_login(AdministratorFactory())
    assert client.get(reverse("simulator")).status_code == 404
    assert provider().auth_token == ""
