"""Where nobody carries messages they do not count as sent, and the staff is told."""

import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core import checks
from django.urls import reverse

from notifications.delivery import drain, retry
from notifications.models import Delivery, DeliveryState, SimulatedSms
from notifications.tests.conftest import draft, write
from suz.common.providers import CONSOLE
from tests.factories import ManagerFactory
from tests.pages import text_of

PRINT = (
    "import django; django.setup(); from django.conf import settings;"
    "print(settings.SMS_PROVIDER, settings.TELEPHONY_PROVIDER)"
)
SECRETS = {"SECRET_KEY": "x" * 60, "DATABASE_URL": "postgres://suz@localhost/suz"}


def providers(**environment):
    """What a process of that environment takes for SMS and for calls."""
    values = {"DJANGO_SETTINGS_MODULE": "suz.settings", "DEBUG": "False", **SECRETS, **environment}
    done = subprocess.run(
        [sys.executable, "-c", PRINT],
        cwd=configured.BASE_DIR,
        env=values,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.fixture
def nobody(settings):
    """Real operation without any provider."""
    settings.SIMULATES = False
    settings.SMS_PROVIDER = settings.TELEPHONY_PROVIDER = "none"
    settings.EMAIL_BACKEND = CONSOLE


def sms():
    wishes = {"email": False, "sms": True}
    (message,) = write(
        draft("order_completed", "customer", email="", phone="+79161234567", wishes=wishes)
    )
    return message.deliveries.get()


class TestEnvironment:
    def test_real_operation_does_not_simulate_by_itself(self):
        assert providers() == ["none", "none"]
        assert providers(SMS_PROVIDER="simulator") == ["none", "none"]

    def test_a_demo_and_a_trial_do(self):
        assert providers(SUZ_DEMO="True") == ["simulator", "simulator"]
        assert providers(SIMULATE="True") == ["simulator", "simulator"]

    def test_an_account_is_used(self):
        account = {
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "x",
            "TWILIO_NUMBER": "+74951234567",
        }
        assert providers(SMS_PROVIDER="twilio", **account) == ["twilio", "twilio"]


@pytest.mark.django_db
class TestMessages:
    def test_an_sms_fails_with_the_reason_and_reaches_no_simulator(self, nobody, clock):
        row = sms()
        assert drain(clock=clock) == 0
        row.refresh_from_db()
        assert row.state == DeliveryState.DEAD
        assert row.error == "Не отправлено: провайдер SMS не подключён."
        assert not SimulatedSms.objects.exists()

    def test_it_goes_out_by_hand_once_there_is_a_provider(
        self, nobody, clock, settings, administrator
    ):
        row = sms()
        drain(clock=clock)
        settings.SMS_PROVIDER = "simulator"
        retry(delivery_id=row.pk, by=administrator, now=clock())
        assert drain(clock=clock) == 1
        assert SimulatedSms.objects.get().delivery == row

    def test_a_mail_is_not_written_onto_a_console_and_called_sent(
        self, nobody, clock, dealer_manager, capsys
    ):
        write(draft(user=dealer_manager))
        assert drain(clock=clock) == 0
        row = Delivery.objects.get()
        assert (row.state, row.error) == (
            DeliveryState.DEAD,
            "Не отправлено: почтовый сервер не подключён.",
        )
        assert "Message-ID" not in capsys.readouterr().out


@pytest.mark.django_db
class TestStaff:
    WORDS = (
        "Почтовый сервер не подключён",
        "Провайдер SMS не подключён: SMS не уходят",
        "Провайдер звонков не подключён",
    )
    PAGES = ("status", "settings", "settings_notifications")

    def test_red_lines_name_what_is_missing(self, client, nobody, administrator):
        client.force_login(administrator)
        for name in self.PAGES:
            text = text_of(client.get(reverse(name)))
            for words in self.WORDS:
                assert words in text, name

    def test_the_manufacturers_manager_reads_them_in_the_state_of_the_system(self, client, nobody):
        client.force_login(ManagerFactory())
        assert self.WORDS[1] in text_of(client.get(reverse("status")))

    def test_nothing_is_said_where_nothing_is_missing(self, client, administrator):
        client.force_login(administrator)
        for name in self.PAGES:
            text = text_of(client.get(reverse(name)))
            for words in self.WORDS:
                assert words not in text, name

    def test_who_wants_sms_reads_that_they_do_not_come(self, client, nobody, dealer_manager):
        client.force_login(dealer_manager)
        assert "SMS сейчас не отправляются" in text_of(client.get(reverse("my_notifications")))

    def test_the_check_before_operation_names_the_variables(self, nobody):
        found = checks.run_checks(include_deployment_checks=True)
        hints = {one.id: one.hint for one in found if one.id.startswith("suz.")}
        assert set(hints) == {"suz.W001", "suz.W002", "suz.W003"}
        assert "SMS_PROVIDER" in hints["suz.W002"]
