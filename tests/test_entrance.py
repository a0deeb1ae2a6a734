"""Logging in, and the pages that say that something is not there."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from tests.factories import PASSWORD, AdministratorFactory, UserFactory

LOGIN = reverse("account_login")
ENGLISH = re.compile(r">\s*[A-Z][a-z]+ [a-z]+")


def body(answer):
    return answer.content.decode()


@pytest.mark.django_db
def test_login_by_mail_leads_to_the_orders(client):
    user = UserFactory(email="olga@example.com")
    answer = client.post(LOGIN, {"login": "Olga@Example.com", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("order_list")
    assert user.name in body(answer)


@pytest.mark.django_db
def test_a_wrong_password_is_told_and_the_address_kept(client):
    UserFactory(email="olga@example.com")
    page = body(client.post(LOGIN, {"login": "olga@example.com", "password": "wrong"}))
    assert 'value="olga@example.com"' in page
    assert re.search(r"(?i)парол", re.sub(r"(?s)<label.*?</label>", "", page))


@pytest.mark.django_db
def test_a_deactivated_user_is_not_let_in(client):
    UserFactory(email="olga@example.com", is_active=False)
    client.post(LOGIN, {"login": "olga@example.com", "password": PASSWORD})
    assert client.get(reverse("order_list")).status_code == 302


@pytest.mark.django_db
def test_nobody_signs_up(client):
    page = body(client.get(reverse("account_signup")))
    assert "Доступ по приглашению" in page
    assert "<form" not in page


@pytest.mark.django_db
def test_a_forgotten_password_is_set_anew_by_mail(client):
    user = UserFactory(email="olga@example.com")
    client.post(reverse("account_reset_password"), {"email": "olga@example.com"})
    link = re.search(r"https?://[^/]+(/accounts/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "korotkaya pauza 71"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_reset_password_done"]
)
def test_pages_before_login_are_russian_and_carry_nothing_inline(client, name):
    page = body(client.get(reverse(name)))
    assert not ENGLISH.search(page)
    assert not re.search(r"\s(style|on\w+)=\"", page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_change_password", "account_logout", "mfa_index", "mfa_activate_totp"]
)
def test_pages_of_the_account_are_russian(client, name):
    client.force_login(AdministratorFactory())
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == 200
    assert not ENGLISH.search(body(answer))


@pytest.mark.django_db
def test_logging_out_ends_the_session(client):
    client.force_login(AdministratorFactory())
    assert "Выйти?" in body(client.get(reverse("account_logout")))
    client.post(reverse("account_logout"))
    assert client.get(reverse("order_list")).status_code == 302


@pytest.mark.django_db
def test_a_missing_page_says_so(client):
    answer = client.get("/workspace/nowhere/")
    assert answer.status_code == 404
    assert "Такой страницы нет" in body(answer)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "429.html", "500.html"])
def test_pages_of_errors_need_no_context(name):
    page = render_to_string(name)
    assert "<h1" in page
    assert not ENGLISH.search(page)
