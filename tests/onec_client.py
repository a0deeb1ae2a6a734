"""A dealer's accounting program in its own words: knows docs/api.md and nothing of СУЗ's code."""

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Refused(Exception):
    """СУЗ said no: ``status`` of HTTP and what it answered."""

    def __init__(self, status, content):
        super().__init__(f"{status}: {content}")
        self.status, self.content = status, content


class Client:
    """The interface at ``address`` (https://…/api/v1/) with a token."""

    def __init__(self, address, token):
        self.address, self.token = address, token

    def get(self, path, **parameters):
        return self._ask("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    def post(self, path, **content):
        return self._ask("POST", path, content)

    def put(self, path, **content):
        return self._ask("PUT", path, content)

    def all(self, path, **parameters):
        """Items of every page."""
        items, after = [], None
        while True:
            more = {} if after is None else {"after": after}
            page = self.get(path, **parameters, **more)
            items += page["items"]
            after = page["next"]
            if after is None:
                return items

    def _ask(self, method, path, content=None):
        request = Request(  # noqa: S310 -- the test names the address
            self.address + path,
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                body = answer.read()
        except HTTPError as error:
            raise Refused(error.code, json.loads(error.read() or b"null")) from error
        return json.loads(body) if body else None
