"""People of the shop and the workspace over HTTP."""

import http.client
import urllib.parse
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.world import checkout_form, make_cart, network_address

CSRF_TOKEN = "f" * 32
SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """``location`` is where a redirect leads."""

    status: int
    location: str
    text: str


class Unanswered(Exception):
    """The server gave up on the request: a refused or broken connection, or a 5xx."""


class Browser:
    """One person's browser; ``user`` is logged in, nobody is a visitor of the shop."""

    def __init__(self, port, user=None):
        self._port = port
        self._cookies = {"csrftoken": CSRF_TOKEN}
        self._headers = {}
        if user is not None:
            # What logging in leaves in the database and in the browser.
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            self._cookies[name] = client.cookies[name].value

    def get(self, path):
        return self._request("GET", path)

    def post(self, path, form=None):
        return self._request("POST", path, {**(form or {}), "csrfmiddlewaretoken": CSRF_TOKEN})

    def accept(self, order_id):
        return self.post(reverse("order_accept", args=[order_id]))

    def order(self, city, products):
        """Order two of each product; returns the order's form key and the answer."""
        cart = make_cart(products)
        self._cookies |= {"cart": cart.token, "place": str(city.pk)}
        # Everybody from another address: how many orders come from one is limited.
        self._headers = {"X-Forwarded-For": network_address()}
        return cart.form_key, self.post(reverse("checkout"), checkout_form(cart, city))

    def _request(self, method, path, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {**self._headers, "Cookie": cookies}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        if response.status >= 500:
            raise Unanswered(f"{method} {path}: {response.status}")
        return Answer(response.status, response.headers.get("Location", ""), text)
