"""Who gets what from the addresses of the product's libraries: login, second factor, Django admin.

Statuses are what the pages answer without anything filled in. People of the workspace are all
alike here; Django admin is for superusers.
"""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from dealers.models import User
from tests.factories import AdministratorFactory, ManagerFactory, UserFactory
from tests.test_access_matrix import FOREIGN

OK, FOUND, FORBIDDEN, MISSING, NOT_ALLOWED = 200, 302, 403, 404, 405
# Address: (visitor's GET, POST), (person's GET, POST).
LIBRARIES = {
    "account_login": ((OK, OK), (FOUND, FOUND)),
    "account_logout": ((FOUND, FOUND), (OK, FOUND)),
    "account_inactive": ((OK, NOT_ALLOWED), (OK, NOT_ALLOWED)),
    # Nobody signs up: people are invited.
    "account_signup": ((OK, OK), (FOUND, FOUND)),
    "account_reauthenticate": ((FOUND, FOUND), (OK, OK)),
    # A person's address is given by whoever invites it.
    "account_email": ((MISSING, MISSING), (MISSING, MISSING)),
    "account_email_verification_sent": ((OK, NOT_ALLOWED), (OK, NOT_ALLOWED)),
    "account_confirm_email": ((OK, MISSING), (OK, MISSING)),
    "account_change_password": ((FOUND, FOUND), (OK, OK)),
    "account_set_password": ((FOUND, FOUND), (FOUND, FOUND)),
    "account_reset_password": ((OK, OK), (OK, OK)),
    "account_reset_password_done": ((OK, NOT_ALLOWED), (OK, NOT_ALLOWED)),
    "account_reset_password_from_key": ((OK, OK), (OK, OK)),
    "account_reset_password_from_key_done": ((OK, NOT_ALLOWED), (OK, NOT_ALLOWED)),
    "account_confirm_login_code": ((FOUND, FOUND), (FOUND, FOUND)),
    "mfa_index": ((FOUND, FOUND), (OK, NOT_ALLOWED)),
    "mfa_authenticate": ((FOUND, FOUND), (FOUND, FOUND)),
    # These ask for the password first.
    "mfa_reauthenticate": ((FOUND, FOUND), (FOUND, FOUND)),
    "mfa_activate_totp": ((FOUND, FOUND), (FOUND, FOUND)),
    "mfa_generate_recovery_codes": ((FOUND, FOUND), (FOUND, FOUND)),
    "mfa_deactivate_totp": ((FOUND, FOUND), (MISSING, MISSING)),
    "mfa_view_recovery_codes": ((FOUND, FOUND), (MISSING, NOT_ALLOWED)),
    "mfa_download_recovery_codes": ((FOUND, FOUND), (MISSING, MISSING)),
}
ARGUMENTS = {
    "account_confirm_email": ["wrong"],
    "account_reset_password_from_key": ["1", "wrong-key"],
}

pytestmark = pytest.mark.django_db


def names(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name and pattern.name.startswith(FOREIGN):
                yield pattern.name
        elif getattr(pattern, "app_name", None) != "admin":
            yield from names(pattern.url_patterns)


def test_every_address_of_a_library_has_its_line():
    assert set(names()) == set(LIBRARIES)


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("who", [None, UserFactory, ManagerFactory, AdministratorFactory])
def test_libraries(name, who):
    client = Client()
    if who:
        client.force_login(who(), backend="dealers.auth.WorkspaceBackend")
    answers = []
    for method in ("get", "post"):
        with transaction.atomic():
            response = getattr(client, method)(reverse(name, args=ARGUMENTS.get(name, [])))
            answers.append(response.status_code)
            transaction.set_rollback(True)
    assert tuple(answers) == LIBRARIES[name][1 if who else 0]


def admin_addresses():
    """Every address of Django admin, with an object's number where it takes one."""
    values = {
        "object_id": "1",
        "content_type_id": "1",
        "app_label": "orders",
        "url": "no/such/page",
        "id": "1",
    }
    for pattern in admin.site.urls[0]:
        for one in getattr(pattern, "url_patterns", None) or [pattern]:
            if one.name:
                wanted = one.pattern.regex.groupindex or getattr(one.pattern, "converters", {})
                arguments = {name: values[name] for name in wanted}
                yield one.name, reverse(f"admin:{one.name}", kwargs=arguments)


@pytest.mark.parametrize("who", [None, UserFactory, ManagerFactory, AdministratorFactory])
def test_django_admin_lets_nobody_in_but_superusers(who):
    client = Client()
    if who:
        client.force_login(who(), backend="dealers.auth.WorkspaceBackend")
    wrong = []
    addresses = dict(admin_addresses())
    assert len(addresses) > 200
    for name, url in addresses.items():
        for method in ("get", "post"):
            with transaction.atomic():
                response = getattr(client, method)(url)
                transaction.set_rollback(True)
            goes_to_login = response.status_code == FOUND and "/login/" in response["Location"]
            is_right = goes_to_login or response.status_code == MISSING
            if name in ("logout", "jsi18n"):
                # Logging out is everybody's; the words of scripts are no secret.
                is_right = is_right or response.status_code in (OK, FOUND, NOT_ALLOWED)
            if not is_right:
                wrong.append((name, method, response.status_code, response.get("Location")))
    assert not wrong


def test_the_admin_s_own_login_is_closed():
    for who in (None, UserFactory, AdministratorFactory):
        client = Client()
        if who:
            client.force_login(who(), backend="dealers.auth.WorkspaceBackend")
        answer = client.get("/admin/login/")
        assert answer.status_code == (MISSING if who else FOUND)
        if not who:
            assert answer["Location"].startswith(reverse("account_login"))
    client = Client()
    root = User.objects.create_superuser("root@example.com", "x", name="Корень")
    client.force_login(root, backend="dealers.auth.WorkspaceBackend")
    assert client.get("/admin/login/")["Location"] == reverse("admin:index")
