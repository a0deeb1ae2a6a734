"""The product's processes, each test's own."""

from types import SimpleNamespace

import pytest

from notifications.tests.smtp import smtp_server
from suz.local.redis import Redis
from tests.faults.mailbox import Hold
from tests.faults.processes import Supervised, Web, named


@pytest.fixture
def hold():
    """Holds senders of mails up when told to."""
    return Hold()


@pytest.fixture
def mail_server(hold):
    """Takes every mail."""
    with smtp_server(END=hold) as server:
        yield server


@pytest.fixture
def broker(tmp_path):
    """A Redis that the test may stop."""
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.stop(immediately=True)


@pytest.fixture
def start(tmp_path, mail_server):
    """Starts processes with an environment; everything started ends with the test."""
    started = []

    def environment(variables, name):
        return variables | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": named(variables["DATABASE_URL"], name),
            "SMTP_PORT": str(mail_server.port),
            "TRUSTED_PROXIES": "1",
            "CELERY_BEAT_SCHEDULE": str(tmp_path / "beat-schedule"),
            "PYTHONUNBUFFERED": "1",
        }

    def web(variables):
        server = Web(environment(variables, "web"), tmp_path)
        started.append(server)
        return server

    def supervised(kind, variables):
        process = Supervised(kind, environment(variables, kind), tmp_path)
        started.append(process)
        return process

    yield SimpleNamespace(web=web, supervised=supervised)
    for process in reversed(started):
        process.stop()
