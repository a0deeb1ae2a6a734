"""The ground that everything stands on: layers, style, services, browser."""

import socket

import pytest
from django.db import connection

from suz.local.testing.network import NetworkRefused


def test_sockets_beyond_this_machine_are_refused():
    with pytest.raises(NetworkRefused), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused):
        socket.create_connection(("example.org", 80))


@pytest.mark.django_db
def test_database_lowers_cyrillic():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ЖЁЛТЫЙ')")
        assert cursor.fetchone() == ("жёлтый",)


@pytest.mark.django_db
def test_queries_are_allowed_beside_an_open_browser(page):
    page.set_content("<p>Заказ</p>")
    assert page.inner_text("p") == "Заказ"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    page.set_content("<p>Дилер</p>")
    assert page.inner_text("p") == "Дилер"
