"""Another system on this machine that takes what it is posted, or fails as it is told."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Post:
    """What was posted."""

    path: str
    headers: dict
    body: bytes

    @property
    def key(self):
        """The idempotency key."""
        return self.headers.get("idempotency-key") or self.headers.get("webhook-id", "")

    @property
    def content(self):
        return json.loads(self.body)


@dataclass
class Book:
    """Everything that was posted, and what was taken: the first of each key, as the contract is."""

    posts: list = field(default_factory=list)
    taken: dict = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, post):
        with self.lock:
            self.taken.setdefault(post.key, post)

    @property
    def attempts(self):
        """How often each key was posted."""
        with self.lock:
            return Counter(post.key for post in self.posts)


class Receiver(ThreadingHTTPServer):
    """``answer`` is a function of the Post: a status, or what else happens.

    "cut" takes it and breaks the connection off, "silence" takes it and answers nothing, "drip"
    sends a header's letters one by one, "large" answers with 2 MB, "moved" redirects to
    ``location``, "echo" refuses with 422 and what it was sent.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.book = answer, Book()
        self.location = ""
        self.headers = {}
        self.over = threading.Event()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/leads"

    def handle_error(self, request, client_address):
        """A sender that gave up or was killed is no error."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        post = Post(self.path, headers, body)
        with self.server.book.lock:
            self.server.book.posts.append(post)
        answer = self.server.answer(post)
        if answer in ("cut", "silence", "drip") or (isinstance(answer, int) and answer < 300):
            self.server.book.take(post)
        if isinstance(answer, int):
            self._send(answer, b'{"ok": true}')
        else:
            getattr(self, f"_{answer}")(post)

    def _cut(self, post):
        self.close_connection = True

    def _silence(self, post):
        self.server.over.wait(30)
        self.close_connection = True

    def _drip(self, post):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def _large(self, post):
        self._send(200, b"x" * 2 * 1_048_576)

    def _moved(self, post):
        self.send_response(307)
        self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _echo(self, post):
        self._send(422, post.body)

    def _send(self, status, body):
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing is printed."""


@contextmanager
def receiver(answer=lambda post: 200, *, context=None):
    """A running server; ``context`` is an SSLContext for https."""
    with Receiver(answer) as server:
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


def wait_until(condition, *, seconds=10):
    """Wait for what another thread is about to do; returns whether it came."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
