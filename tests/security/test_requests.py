"""Requests no browser sends, and what logs keep of those that it does."""

import io
import logging

import pytest
from django.test import Client
from django.urls import reverse

from orders.links import customer_link
from tests.factories import ManagerFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("charset", ["base64", "zlib", "rot13", "idna", "undefined", "utf-7"])
@pytest.mark.parametrize("name", ["cart_add", "place_choose", "checkout", "account_login"])
def test_a_form_in_another_charset_is_refused(charset, name):
    answer = Client(raise_request_exception=False).generic(
        "POST",
        reverse(name),
        b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nabc\r\n--x--\r\n',
        content_type=f"multipart/form-data; boundary=x; charset={charset}",
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/workspace/orders/", "/accounts/login/"])
def test_a_broken_session_cookie_is_refused(path):
    client = Client(raise_request_exception=False)
    answer = client.get(path, headers={"cookie": 'sessionid="\\000aaaaaaaaaaaa"'})
    assert answer.status_code == 400


def test_logs_keep_neither_personal_links_nor_searches(client):
    [console] = [one for one in logging.root.handlers if type(one) is logging.StreamHandler]
    kept, logger = io.StringIO(), logging.getLogger("django_structlog")
    stream, level = console.setStream(kept), logger.level
    logger.setLevel(logging.INFO)
    try:
        link = customer_link(OrderFactory())
        client.get(link)
        client.force_login(ManagerFactory())
        client.get(f"{reverse('order_list')}?tab=all&q=%2B7+916+123-45-67")
    finally:
        logger.setLevel(level)
        console.setStream(stream)
    assert "request_finished" in kept.getvalue()
    assert link.split("/")[2] not in kept.getvalue()
    assert "916" not in kept.getvalue()
