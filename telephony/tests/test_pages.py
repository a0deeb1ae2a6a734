"""The simulator's page, the own profile, and a customer's number that stands nowhere."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.phones import masked_phone
from telephony.models import SimPhone
from telephony.providers import provider
from telephony.services import placing
from telephony.services.requesting import request_call
from telephony.simulation.pages import may_do
from telephony.tests.conftest import CUSTOMER, MANAGER
from tests.factories import AdministratorFactory, ManagerFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_demo(settings):
    settings.DEMO = True


@pytest.fixture
def ringing(order, manager):
    """The manager's simulated phone rings."""
    request_call(order_id=order.pk, by=manager, now=timezone.now())
    call = placing.claim(now=timezone.now())
    dial, _wanted = placing._prepared(call, provider().caller, timezone.now())
    provider().place(dial)
    SimPhone.objects.update(status="ringing", until=timezone.now())
    return SimPhone.objects.get()


def look(client, user, **query):
    client.force_login(user)
    return client.get(reverse("simulator"), query)


def do(client, user, phone, action, **more):
    client.force_login(user)
    values = {"phone": phone.pk, "action": action} | more
    return client.post(reverse("simulator_act"), values)


class TestSimulator:
    def test_beside_the_demo_it_is_the_administrators(self, client, order, manager):
        assert look(client, AdministratorFactory()).status_code == 200
        for user in (ManagerFactory(), manager):
            assert look(client, user).status_code == 404

    def test_with_a_real_provider_it_is_nobodys(self, client, order, settings, in_demo):
        settings.TELEPHONY_PROVIDER = "twilio"
        assert look(client, AdministratorFactory()).status_code == 404

    def test_shows_whose_phone_rings_and_masks_the_customers(
        self, client, order, manager, ringing, in_demo
    ):
        for user in (manager, ManagerFactory(), AdministratorFactory()):
            page = look(client, user).content.decode()
            assert "Входящий звонок" in page
            assert masked_phone(order) in page
            assert CUSTOMER[2:] not in re.sub(r"\D", "", page)

    def test_a_dealers_manager_holds_the_own_phone_only(
        self, client, order, manager, ringing, in_demo
    ):
        stranger = UserFactory(phone="+79160000077")
        assert "Заказов в работе пока нет" in look(client, stranger).content.decode()
        assert look(client, stranger, order=order.pk).status_code == 404
        do(client, stranger, ringing, "answer")
        colleague = UserFactory(dealer=manager.dealer, phone="+79160000078")
        do(client, colleague, ringing, "answer", order=order.pk, manager=manager.pk)
        ringing.refresh_from_db()
        assert ringing.action == ""
        do(client, manager, ringing, "answer")
        ringing.refresh_from_db()
        assert ringing.action == "answer"

    def test_what_a_phone_cannot_do_is_not_done(self, client, ringing, in_demo):
        user = ManagerFactory()
        for action in ("hang_up", "key_1", "machine", "explode", "", "a" * 900):
            do(client, user, ringing, action)
        ringing.refresh_from_db()
        assert ringing.action == ""
        ringing.status = "in-progress"
        assert may_do(ringing, "key_1")
        assert not may_do(ringing, "answer")

    def test_polling_is_silent_while_nothing_changes(self, client, order, ringing, in_demo):
        page = look(client, ManagerFactory()).content.decode()
        query = re.search(r'hx-get="([^"]*simulator[^"]*)"', page)[1].replace("&amp;", "&")
        assert client.get(query).status_code == 204
        SimPhone.objects.update(version=9)
        assert client.get(query).status_code == 200
        client.logout()
        assert client.get(query).status_code == 403

    def test_nonsense_in_the_address_is_no_error(self, client, order, in_demo):
        user = ManagerFactory()
        for value in ("x", "-1", "9" * 40, "1e308", "\x00"):
            assert look(client, user, order=value, manager=value).status_code == 200
        assert look(client, user, order="987654321").status_code == 404


class TestProfile:
    def save(self, client, user, **values):
        client.force_login(user)
        return client.post(reverse("own_profile"), {"name": "Анна", "phone": ""} | values)

    def test_a_phone_is_kept_as_it_is_dialled(self, client, manager):
        assert self.save(client, manager, phone="8 (916) 123-45-67").status_code == 302
        manager.refresh_from_db()
        assert (str(manager.phone), manager.name) == ("+79161234567", "Анна")

    def test_it_can_be_taken_away(self, client, manager):
        self.save(client, manager)
        manager.refresh_from_db()
        assert manager.phone == ""

    @pytest.mark.parametrize("phone", ["123", "позвоните", "9" * 200, "+7 916 \x00", "😀"])
    def test_nonsense_gets_a_message_and_is_kept(self, client, manager, phone):
        answer = self.save(client, manager, phone=phone)
        assert answer.status_code == 200
        assert answer.context["form"].errors["phone"]
        manager.refresh_from_db()
        assert str(manager.phone) == MANAGER

    def test_roles_and_dealers_are_not_set_there(self, client, manager):
        self.save(client, manager, role="administrator", is_head="on", dealer="")
        manager.refresh_from_db()
        assert (manager.role, manager.is_head) == ("dealer_manager", False)
