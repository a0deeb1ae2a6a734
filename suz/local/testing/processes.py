"""Environments for processes that a test starts itself."""

import os
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from suz.local.postgres import Postgres
from suz.local.redis import Redis

SETTINGS = {"DJANGO_SETTINGS_MODULE": "suz.local.test_settings"}


@dataclass
class PrivateServices:
    """Servers of one test, which it may stop, kill and start as it likes."""

    postgres: Postgres
    redis: Redis

    @property
    def environment(self) -> dict[str, str]:
        """Variables for child processes; the database is empty until `manage.py migrate`."""
        addresses = {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        return os.environ | addresses | SETTINGS


@pytest.fixture
def process_environment(transactional_db, worker_id) -> dict[str, str]:
    """Variables with which a child process works on this test's own database.

    For celery workers, management commands and web servers: they see what the test has committed
    and nothing of another pytest-xdist worker's, tasks included.
    """
    from django.db import connection

    address = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    database = urllib.parse.quote(connection.settings_dict["NAME"])
    url = urllib.parse.urlunsplit(address._replace(path=f"/{database}"))
    if not address.netloc:
        # urlunsplit drops the empty authority of a socket address.
        url = url.replace(":/", ":///", 1)
    number = 0 if worker_id == "master" else 1 + int(worker_id.removeprefix("gw"))
    broker = urllib.parse.urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}")
    addresses = {"DATABASE_URL": url, "REDIS_URL": urllib.parse.urlunsplit(broker)}
    return os.environ | addresses | SETTINGS


@pytest.fixture
def private_services() -> Iterator[PrivateServices]:
    """PostgreSQL and Redis of this test alone, for faults that would disturb other tests."""
    # Not in tmp_path: as root the server runs as another user, and every start of pytest on the
    # machine closes the folder of all temporary paths to other users.
    with tempfile.TemporaryDirectory(prefix="suz-services-") as folder:
        state = Path(folder)
        services = PrivateServices(Postgres(state, durable=False), Redis(state))
        try:
            services.postgres.start()
            services.redis.start()
            yield services
        finally:
            services.redis.stop(immediately=True)
            services.postgres.stop(immediately=True)
