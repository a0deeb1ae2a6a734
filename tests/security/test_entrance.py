"""The one way in: limits by the client's own address, no second login, no addresses taken."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from dealers.models import User
from tests.factories import PASSWORD, AdministratorFactory, ManagerFactory, UserFactory

LOGIN = reverse("account_login")
PROXY = "10.0.0.1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser():
    return User.objects.create_superuser("root@example.com", PASSWORD, name="Корень")


def attempt(login, password, address, *, claimed=""):
    """The answer to logging in from an address, through a proxy of ours."""
    chain = ", ".join(filter(None, (claimed, address)))
    return Client().post(
        LOGIN,
        {"login": login, "password": password},
        REMOTE_ADDR=PROXY,
        headers={"x-forwarded-for": chain},
    )


def is_let_in(answer):
    return answer.status_code == 302


def test_failures_of_one_address_lock_out_nobody_elsewhere(settings):
    settings.TRUSTED_PROXIES = 1
    UserFactory(email="olga@example.com")
    for number in range(21):
        attempt(f"nobody{number}@example.com", "wrong", "198.51.100.7")
    assert not is_let_in(attempt("olga@example.com", PASSWORD, "198.51.100.7"))
    assert is_let_in(attempt("olga@example.com", PASSWORD, "203.0.113.9"))


def test_an_address_made_up_on_the_left_changes_nothing(settings):
    settings.TRUSTED_PROXIES = 1
    UserFactory(email="olga@example.com")
    for number in range(21):
        attempt(f"x{number}@example.com", "wrong", "198.51.100.7", claimed=f"192.0.2.{number}")
    assert not is_let_in(
        attempt("olga@example.com", PASSWORD, "198.51.100.7", claimed="192.0.2.200")
    )


def test_an_account_is_limited_from_wherever_it_is_tried(settings):
    settings.TRUSTED_PROXIES = 1
    UserFactory(email="olga@example.com")
    for number in range(11):
        attempt("olga@example.com", "wrong", f"198.51.100.{number}")
    assert not is_let_in(attempt("olga@example.com", PASSWORD, "203.0.113.9"))


def test_the_admin_has_no_login_of_its_own(client, superuser):
    """It would let in without the second factor, after any number of attempts."""
    Authenticator.objects.create(user=superuser, type=Authenticator.Type.TOTP, data={})
    answer = client.post(
        "/admin/login/?next=/admin/", {"username": superuser.email, "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)
    assert client.get("/admin/").status_code == 302
    assert client.get(reverse("order_list")).status_code == 302


def test_a_superuser_goes_on_to_the_admin(client, superuser):
    client.force_login(superuser)
    answer = client.get("/admin/login/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
    assert answer.status_code == 200


@pytest.mark.parametrize("factory", [AdministratorFactory, ManagerFactory, UserFactory])
def test_for_others_there_is_no_admin(client, factory):
    client.force_login(factory())
    for path in ("/admin/", "/admin/login/", "/admin/orders/order/", "/admin/nothing/"):
        assert client.get(path, follow=True).status_code == 404, path


@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_send"])
def test_nobody_changes_the_own_address(client, action):
    """Another's address could be taken, and orders would be told of at an unknown one."""
    user = UserFactory(email="olga@example.com")
    AdministratorFactory(email="chief@example.com")
    client.force_login(user)
    answer = client.post("/accounts/email/", {action: "", "email": "chief@example.com"})
    assert answer.status_code == 404
    user.refresh_from_db()
    assert user.email == "olga@example.com"
    assert not EmailAddress.objects.filter(email="chief@example.com").exists()
    assert mail.outbox == []
