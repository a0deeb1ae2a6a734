"""Requests straight into the WSGI application: all of the product, nothing of a test client."""

import io
import time
from dataclasses import dataclass
from urllib.parse import urlencode

CSRF_TOKEN = "b" * 32


@dataclass(frozen=True)
class Answer:
    """What came back; ``seconds`` from the call until the last byte was read and all was closed."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


def request(method, path, *, query="", form=None, cookies=None, address="127.0.0.1"):
    """The WSGI environment of a request, with a valid CSRF token where a form is sent."""
    body = b""
    cookies = dict(cookies or {})
    if form is not None:
        cookies["csrftoken"] = CSRF_TOKEN
        body = urlencode({**form, "csrfmiddlewaretoken": CSRF_TOKEN}).encode()
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "HTTP_HOST": "localhost:8000",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def send(application, environ, *, clock=time.perf_counter):
    """Call the application as a server does."""
    started = {}

    def start_response(status, headers, exc_info=None):
        started.update(status=status, headers=headers)

    begin = clock()
    response = application(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        response.close()
    seconds = clock() - begin
    return Answer(int(started["status"][:3]), dict(started["headers"]), body, seconds)
