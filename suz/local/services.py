"""Embedded PostgreSQL and Redis for one machine, shared by every process that needs them.

Used only for what the environment does not name: with DATABASE_URL set no PostgreSQL is started,
with REDIS_URL set no Redis. Users of a state folder are counted by a shared file lock, which the
kernel gives up for a killed process, so the last one to leave stops the servers.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import environ

from suz.local.paths import BASE_DIR, state_dir
from suz.local.postgres import Postgres
from suz.local.redis import Redis

DEMO = "demo"
TEST = "test"


class Services:
    """The embedded servers of one profile, "demo" (durable) or "test" (fast)."""

    def __init__(self, profile: str):
        environ.Env.read_env(BASE_DIR / ".env")
        self.state = state_dir(profile)
        self.postgres = (
            None
            if os.environ.get("DATABASE_URL")
            else Postgres(self.state, durable=profile == DEMO)
        )
        self.redis = None if os.environ.get("REDIS_URL") else Redis(self.state)
        self._users: TextIO | None = None

    def acquire(self) -> dict[str, str]:
        """Start what is needed and count this process as a user.

        Returns the variables (DATABASE_URL, REDIS_URL) that lead to the servers; empty where
        the environment names them already. Raises LocalError.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        with self._starting():
            self._users = (self.state / "users.lock").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            return self.start()

    def release(self) -> None:
        """Stop counting this process; the last user stops the servers."""
        if self._users is None:
            return
        with self._starting():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                others = True
            else:
                others = False
            if not others:
                self.stop()
            self._users.close()
            self._users = None

    def start(self) -> dict[str, str]:
        """Start what is needed without counting a user and return its addresses."""
        addresses = {}
        if self.postgres:
            self.postgres.start()
            addresses["DATABASE_URL"] = self.postgres.url
        if self.redis:
            self.redis.start()
            addresses["REDIS_URL"] = self.redis.url
        return addresses

    def stop(self) -> None:
        """Stop what runs, whoever uses it."""
        for server in (self.redis, self.postgres):
            if server:
                server.stop()

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Let one process at a time start or stop servers."""
        with (self.state / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def running(profile: str) -> Iterator[dict[str, str]]:
    """Hold the servers of `profile` up and give the variables that lead to them."""
    services = Services(profile)
    try:
        yield services.acquire()
    finally:
        services.release()
