"""Something on this machine that answers as Twilio's messages do, and logs every hit."""

import json
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Hit:
    """A request: what was asked, and how it was answered."""

    method: str
    to: str
    body: str
    outcome: str = "ok"


@dataclass
class Book:
    """What the provider knows: every hit and every SMS that it has taken."""

    hits: list[Hit] = field(default_factory=list)
    taken: list[dict] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    under_way: int = 0
    most_under_way: int = 0

    def take(self, form):
        with self.lock:
            sid = f"SM{len(self.taken):032x}"
            made = {
                "sid": sid,
                "to": form["To"],
                "from": form.get("From"),
                "body": form["Body"],
                "status": "queued",
                "date_created": format_datetime(datetime.now(UTC)),
            }
            self.taken.append(made)
            return made

    def copies(self):
        """How often each SMS was taken, by number and text."""
        with self.lock:
            return Counter((one["to"], one["body"]) for one in self.taken)


class Server(ThreadingHTTPServer):
    """``delay`` is how long an answer takes, in seconds; ``fault`` names what goes wrong.

    It is a function of the method: "" (nothing), "500", "429", "silence" (the SMS is not taken and
    nothing answered), "lost" (taken, nothing answered) or "cut" (taken, the connection is broken).
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, delay, fault, silence):
        super().__init__(("127.0.0.1", 0), Handler)
        self.delay, self.fault, self.silence = delay, fault, silence
        self.book = Book()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """A sender that was killed is no error."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        form = {
            key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        self._answer("POST", form)

    def do_GET(self):
        if self.path == "/book":
            copies = self.server.book.copies()
            self._send(200, {"messages": len(copies), "most": max(copies.values(), default=0)})
            return
        self._answer("GET", _first(urlsplit(self.path).query))

    def _answer(self, method, form):
        server, book = self.server, self.server.book
        fault = server.fault(method)
        with book.lock:
            book.hits.append(Hit(method, form.get("To", ""), form.get("Body", ""), fault or "ok"))
            book.under_way += 1
            book.most_under_way = max(book.most_under_way, book.under_way)
        try:
            time.sleep(server.delay)
            self._respond(method, form, fault)
        finally:
            with book.lock:
                book.under_way -= 1

    def _respond(self, method, form, fault):
        book = self.server.book
        if fault in ("500", "429"):
            code = {"500": 20500, "429": 20429}[fault]
            self._send(int(fault), {"code": code, "message": "try later", "status": int(fault)})
            return
        if fault == "silence":
            time.sleep(self.server.silence)
            self.close_connection = True
            return
        made = book.take(form) if method == "POST" else None
        if fault == "lost":
            time.sleep(self.server.silence)
        if fault in ("lost", "cut"):
            self.close_connection = True
            return
        if made:
            self._send(201, made)
        else:
            with book.lock:
                found = [one for one in book.taken if one["to"] == form.get("To")]
            page = {"messages": found[::-1], "page": 0, "page_size": 50, "next_page_uri": None}
            self._send(200, page)

    def _send(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing is printed."""


def _first(text):
    return {key: values[0] for key, values in parse_qs(text).items()}


@contextmanager
def sms_provider(*, delay=0, fault=lambda method: "", silence=1.0):
    """A running provider; ``silence`` seconds is how long it holds a request without an answer."""
    with Server(delay, fault, silence) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main():
    """`python -m tests.sms_provider SECONDS`: run until standard input ends; prints its address."""
    with sms_provider(delay=float(sys.argv[1])) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
