"""Exchanges as 1C does: login, cookie, init, files in pieces, import until success, orders."""

import base64
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Failed(Exception):
    """СУЗ answered failure; the words behind it."""


class OneC:
    """«Обмен с сайтом» of 1C at ``address``."""

    def __init__(self, address, user, password):
        self.address = address
        self.login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.cookie, self.limit = "", 0

    def send_offers(self, *files):
        """Files of goods and offers: [(name, content)]."""
        self._begin("catalog")
        for name, content in files:
            self._send("catalog", name, content)
        for name, _content in files:
            answer = "progress"
            while answer.startswith("progress"):
                answer = self._ask("catalog", "import", filename=name)

    def take_orders(self, *, confirm=True):
        """The document of orders as bytes; ``confirm`` says that it was kept."""
        self._begin("sale")
        content = self._open("sale", "query")
        if confirm:
            self._ask("sale", "success")
        return content

    def send_statuses(self, content):
        """Documents of orders with their statuses."""
        self._begin("sale")
        self._send("sale", "orders.xml", content)

    def _begin(self, kind):
        lines = self._ask(kind, "checkauth", authorise=True).split("\n")
        self.cookie = f"{lines[1]}={lines[2]}"
        settings = dict(line.split("=") for line in self._ask(kind, "init").split("\n"))
        self.limit = int(settings["file_limit"])

    def _send(self, kind, name, content):
        for start in range(0, max(len(content), 1), self.limit):
            self._ask(kind, "file", content[start : start + self.limit], filename=name)

    def _ask(self, kind, mode, body=None, *, authorise=False, **parameters):
        text = self._open(kind, mode, body, authorise=authorise, **parameters).decode()
        if text.startswith("failure"):
            raise Failed(text.removeprefix("failure\n"))
        return text

    def _open(self, kind, mode, body=None, *, authorise=False, **parameters):
        query = urlencode({"type": kind, "mode": mode, **parameters})
        headers = {"Content-Type": "application/octet-stream", "Cookie": self.cookie}
        if authorise:
            headers["Authorization"] = f"Basic {self.login}"
        request = Request(f"{self.address}?{query}", data=body, headers=headers)  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.read()
