"""What no page of ours would send: an answer in words or a missing page, never a 500."""

import base64
import json

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.factories import (
    AdministratorFactory,
    CityFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

VALUES = [
    "1e400",
    "1e999999",
    "NaN",
    "-Infinity",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+14:00",
    "2026-06-15T09:00:00",
    "0001-01-01",
    "9" * 1900,
    10**30,
    -(10**30),
    True,
    "\ud800",
    "\x00",
    "1_0",
]


def cursor(*values):
    text = json.dumps([1, *values]).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def status_of(client, address):
    """The answer's status; what a failed query leaves behind is undone."""
    with transaction.atomic():
        status = client.get(address).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize(
    ("name", "sort", "keys"),
    [
        ("order_list", "-sum", 2),
        ("order_list", "created", 2),
        ("order_list", "term", 2),
        ("order_list", "number", 1),
        ("attention_list", "", 2),
        ("dealer_list", "registered", 2),
        ("dealer_list", "-points", 2),
        ("dealer_list", "orders", 2),
        ("dealer_list", "region", 3),
        ("user_list", "joined", 2),
        ("mail_list", "", 1),
        ("message_list", "", 1),
    ],
)
def test_a_made_up_cursor_is_the_first_page(name, sort, keys):
    OrderFactory()
    client = Client(raise_request_exception=False)
    client.force_login(AdministratorFactory())
    for value in VALUES:
        edge = cursor(*[value] * (keys - 1), 5) if keys > 1 else cursor(value)
        for side in ("after", "before"):
            address = f"{reverse(name)}?tab=all&sort={sort}&{side}={edge}"
            assert status_of(client, address) == 200, (value, side)


def test_a_dealers_cursor_of_sums(client):
    offer = OfferFactory(order=OrderFactory())
    client.force_login(UserFactory(dealer=offer.dealer))
    for value in VALUES:
        address = f"{reverse('order_list')}?tab=all&sort=sum&after={cursor(value, 5)}"
        assert status_of(client, address) == 200, value


@pytest.mark.parametrize("name", ["a" * 300, "x/" * 2000 + "y", "\0"])
def test_a_picture_that_no_disk_could_hold_is_missing(client, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    assert client.get(reverse("media", args=[name])).status_code == 404


@pytest.mark.parametrize(
    "path", ["../manage.py", "..%2f..%2fmanage.py", "%2e%2e/manage.py", "/etc/passwd"]
)
def test_no_file_outside_the_pictures_is_served(client, settings, tmp_path, path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "manage.py").write_text("secret")
    answer = client.get(f"/media/{path}")
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    "target",
    [
        "nowhere",
        "evil.example",
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\0",
    ],
)
def test_switching_a_person_leads_nowhere_else(client, target):
    user = UserFactory()
    client.force_login(AdministratorFactory())
    answer = client.post(reverse("user_deactivate", args=[user.pk]), {"next": target})
    assert answer.status_code == 302
    assert answer.url == reverse("user_list")


@pytest.mark.parametrize("target", ["nowhere", "//evil.example", "/\\evil.example", "http:///x"])
def test_choosing_a_place_leads_nowhere_else(client, target):
    answer = client.post(reverse("place_choose"), {"place": CityFactory().pk, "next": target})
    assert (answer.status_code, answer.url) == (302, reverse("home"))


def test_the_database_would_refuse_these_cursors():
    """The control: without the check these values do break a query."""
    for text, kind in (("1e400000", "numeric"), ("0001-01-01T00:00:00+23:59", "timestamptz")):
        with pytest.raises(Exception, match=r"overflows|out of range"), transaction.atomic():
            connection.cursor().execute(f"SELECT %s::{kind}", [text])


def test_workspace_lists_refuse_other_roles_whatever_the_cursor(client):
    client.force_login(ManagerFactory())
    assert client.get(f"{reverse('user_list')}?after={cursor('x', 1)}").status_code == 404


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 25, "٣" * 5000, "-1", "1e3", "\x00"])
def test_numbers_of_rows_may_be_anything(client, number):
    client.force_login(ManagerFactory())
    assert client.post(reverse("catalogue"), {"row": [number]}).status_code == 302
    client.force_login(UserFactory())
    assert client.post(reverse("assortment"), {"row": [number]}).status_code == 302
    picked = {"action": "in", "pick": [number]}
    assert client.post(reverse("assortment"), picked).status_code in (302, 422)
