"""Twilio's API as far as the product uses it: on this machine, counting every hit.

Run in a thread of the test. ``faults`` are names of what goes wrong, one taken a request: "500",
"429", "400", "cut" (the call is made, then the line is cut), "slow" (made, answered too late).
"""

import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "AC" + "0" * 32
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


class FakeTwilio:
    """What there is at the provider: ``calls`` made, ``hits`` as (method, path, parameters)."""

    def __init__(self):
        self.calls, self.recordings, self.deleted = [], [], []
        self.hits, self.faults = [], []
        # Called with what is asked for, before a call is made and after it.
        self.before = self.after = lambda params: None
        self.lock = threading.Lock()

    def fault(self):
        with self.lock:
            return self.faults.pop(0) if self.faults else ""

    def make(self, params):
        self.before(params)
        with self.lock:
            call = {
                "sid": f"CA{len(self.calls):032}",
                "to": params["To"],
                "from": params["From"],
                "status": "queued",
                "parent_call_sid": None,
                "answered_by": None,
                "date_created": format_datetime(datetime.now(UTC)),
                "params": params,
            }
            self.calls.append(call)
        self.after(params)
        return call

    def shown(self, call):
        return {key: value for key, value in call.items() if key != "params"}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    @property
    def twilio(self):
        return self.server.twilio

    def answer(self, status, body=None, content_type="application/json"):
        content = json.dumps(body or {}).encode() if not isinstance(body, bytes) else body
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(0 if status == 204 else len(content)))
        self.end_headers()
        if status != 204:
            self.wfile.write(content)

    def params(self):
        length = int(self.headers.get("Content-Length") or 0)
        return {
            name: values if len(values) > 1 else values[0]
            for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }

    def refuse(self, status):
        self.answer(status, {"code": 20001, "message": "no", "status": status})

    def do_POST(self):
        path, params = urlsplit(self.path).path, self.params()
        self.twilio.hits.append(("POST", path, params))
        fault = self.twilio.fault()
        if fault.isdecimal():
            return self.refuse(int(fault))
        if path != f"{BASE}/Calls.json":
            return self.refuse(404)
        call = self.twilio.make(params)
        if fault == "cut":
            self.close_connection = True
            return None
        if fault == "slow":
            time.sleep(1.5)
        try:
            return self.answer(201, self.twilio.shown(call))
        except ConnectionError:
            # Whoever asked was killed meanwhile.
            self.close_connection = True
            return None

    def do_GET(self):
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        self.twilio.hits.append(("GET", address.path, query))
        fault = self.twilio.fault()
        if fault.isdecimal():
            return self.refuse(int(fault))
        if address.path == f"{BASE}/Calls.json":
            return self.answer(
                200, {"calls": [self.twilio.shown(one) for one in self.found(query)]}
            )
        if address.path == f"{BASE}/Recordings.json":
            return self.answer(200, {"recordings": self.twilio.recordings})
        if address.path.endswith(".mp3"):
            return self.answer(200, b"ID3sound", "audio/mpeg")
        sid = address.path.rsplit("/", 1)[-1].removesuffix(".json")
        for call in self.twilio.calls:
            if call["sid"] == sid:
                return self.answer(200, self.twilio.shown(call))
        return self.refuse(404)

    def found(self, query):
        wanted = {
            key: query[name]
            for name, key in (("To", "to"), ("From", "from"), ("ParentCallSid", "parent_call_sid"))
            if name in query
        }
        return [
            call
            for call in reversed(self.twilio.calls)
            if all(call[key] == value for key, value in wanted.items())
        ]

    def do_DELETE(self):
        self.twilio.hits.append(("DELETE", self.path, {}))
        sid = self.path.rsplit("/", 1)[-1].removesuffix(".json")
        if sid in self.twilio.deleted:
            return self.refuse(404)
        self.twilio.deleted.append(sid)
        return self.answer(204)


@contextmanager
def fake_twilio():
    """A running fake; ``url`` is its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.twilio = FakeTwilio()
    server.twilio.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.twilio
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
