"""A process of its own for each size: it answers what the parent asks for."""

import os
import time
from pathlib import Path
from urllib.parse import urlencode

WALL, PROCESSOR = "wall", "processor"


def work(pipe, url, clock):
    """Serve (view's index, number of the sample) until told to stop (None)."""
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    from suz.wsgi import application

    desk = Desk(application, clock)
    pipe.send([(view.name, view.role) for view in desk.views])
    while (asked := pipe.recv()) is not None:
        pipe.send(desk.measure(*asked))
    pipe.close()


class Desk:
    """Sends the requests of the views, and those of the floor by the same people.

    The clock is the wall's, or what the processor worked for the request here and in the server
    process of the database: on a machine that others use the former tells how busy they are.
    """

    def __init__(self, application, clock):
        from bench.lists import views

        self.application = application
        self.clock = time.perf_counter if clock == WALL else _processor_clock()
        self.people = views.users()
        self.views = views.views(self.people)
        self.sessions = {role: _session(user) for role, user in self.people.items()}
        self.floor_keys = views.floor_keys

    def measure(self, index, sample):
        """Seconds of the floor and of the view, and the rows that it shows.

        Raises Wrong where an answer is not right.
        """
        from bench.report import check

        view = self.views[index]
        cookies = self.sessions[view.role]
        keys = ",".join(map(str, self.floor_keys(index * 1_000 + sample, view.floor_rows)))
        floor = self._send("GET", "/bench/rows/", {"keys": keys}, cookies)
        check(floor.status == 200, f"the floor answered {floor.status}")
        answer = self._send("GET", view.path, view.query, cookies)
        check(answer.status == 200, f"{view.role}, {view.name}: answered {answer.status}")
        text = answer.body.decode(errors="ignore")
        check(view.shows in text, f"{view.role}, {view.name}: “{view.shows}” is not on the page")
        # Of tables and of lists that are none.
        rows = sum(text.count(tag) for tag in ("<tr", "<li", "<article"))
        return floor.seconds, answer.seconds, rows

    def _send(self, method, path, query, cookies):
        from bench import client

        environ = client.request(method, path, query=urlencode(query, doseq=True), cookies=cookies)
        return client.send(self.application, environ, clock=self.clock)


def _processor_clock():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def clock():
        return time.process_time() + int(server.read_text().split()[0]) / 1e9

    return clock


def _session(user):
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    return {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
