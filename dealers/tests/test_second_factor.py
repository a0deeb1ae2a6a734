"""The second factor of administrators, and proving once more who one is."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.factories import PASSWORD, AdministratorFactory, ManagerFactory, UserFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db
RECORDS = "account_authentication_methods"
SENSITIVE = (
    "settings",
    "user_list",
    "staff_invite",
    "consent_texts",
    "chain",
    "reason_list",
    "settings_notifications",
)


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def administrator(client):
    user = AdministratorFactory()
    client.force_login(user)
    return user


def proved(client, user, seconds_ago=0):
    session = client.session
    session[f"{RECORDS}_user"] = str(user.pk)
    session[RECORDS] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()


class TestSecondFactor:
    @pytest.mark.parametrize("address", ["/workspace/orders/", "/workspace/", "/admin/"])
    def test_an_administrator_without_one_is_led_to_set_it_up(
        self, client, required, administrator, address
    ):
        assert client.get(address).url == reverse("mfa_activate_totp")
        assert client.post(address).url == reverse("mfa_activate_totp")

    def test_the_page_that_sets_it_up_is_reached_and_says_why(
        self, client, required, administrator
    ):
        proved(client, administrator)
        client.get(reverse("order_list"))
        answer = client.get(reverse("mfa_activate_totp"), follow=True)
        assert answer.status_code == 200
        assert "входят со вторым фактором" in text_of(answer)

    def test_an_administrator_with_one_works(self, client, required, administrator):
        TOTP.activate(administrator, generate_totp_secret())
        assert client.get(reverse("order_list")).status_code == 200

    @pytest.mark.parametrize("factory", [ManagerFactory, UserFactory])
    def test_others_need_none(self, client, required, factory):
        client.force_login(factory())
        assert client.get(reverse("order_list")).status_code == 200

    def test_in_the_demo_it_is_only_recommended(self, client, administrator):
        assert client.get(reverse("order_list")).status_code == 200
        assert client.get(reverse("settings")).status_code == 200


class TestProvingOnceMore:
    @pytest.fixture(autouse=True)
    def with_second_factor(self, required, administrator):
        TOTP.activate(administrator, generate_totp_secret())

    @pytest.mark.parametrize("name", SENSITIVE)
    def test_sensitive_pages_ask_after_a_while(self, client, administrator, name):
        proved(client, administrator, seconds_ago=901)
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
        proved(client, administrator, seconds_ago=800)
        assert client.get(reverse(name)).status_code == 200

    def test_the_password_leads_back_to_the_page(self, client):
        asked = client.get(reverse("settings"))
        answer = client.post(asked.url, {"password": PASSWORD}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("settings")
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("export", "page"),
        [
            ("order_export", "order_list"),
            ("journal_export", "journal"),
            ("dealer_export", "dealer_list"),
            ("catalogue_export", "catalogue"),
        ],
    )
    def test_so_do_downloads_and_lead_back_to_their_list(self, client, administrator, export, page):
        proved(client, administrator, seconds_ago=901)
        asked = client.post(f"{reverse(export)}?q=x", {"kind": "csv"})
        assert asked.url.startswith(reverse("account_reauthenticate"))
        back = client.post(asked.url, {"password": PASSWORD})
        assert back.url == f"{reverse(page)}?q=x"
        answer = client.post(reverse(export), {"kind": "csv"})
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")

    def test_a_wrong_password_does_not(self, client):
        asked = client.get(reverse("settings"))
        client.post(asked.url, {"password": "wrong"})
        assert client.get(reverse("settings")).status_code == 302

    def test_the_wrong_role_is_not_asked_but_finds_nothing(self, client):
        client.force_login(ManagerFactory())
        assert client.get(reverse("settings")).status_code == 404
