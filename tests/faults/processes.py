"""The product's processes as a test holds them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from suz.local.paths import BASE_DIR

START_SECONDS = 40


def eventually(condition, what, *, seconds=START_SECONDS):
    """Wait until ``condition`` gives something true and return it; fails with ``what``."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return found


def named(url, name):
    """A database address whose connections carry a name that the server shows."""
    return f"{url}{'&' if '?' in url else '?'}application_name={name}"


class Process:
    """One process of the product with what it writes in a file; a context manager."""

    def __init__(self, name, arguments, environment, folder: Path):
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    @property
    def pid(self):
        return self._popen.pid

    @property
    def is_alive(self):
        return self._popen.poll() is None

    def stop(self):
        """End the process with all that it has started."""
        family = psutil.Process(self.pid).children(recursive=True) if self.is_alive else []
        self._popen.stdin.close()
        for process in family:
            # A group that a supervised process made for itself.
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        if self.is_alive:
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        _wait_dead(family)


class Supervised(Process):
    """A worker or beat under a supervisor that starts it again."""

    def __init__(self, kind, environment, folder):
        super().__init__(kind, ["tests.faults.supervisor", kind], environment, folder)

    def child(self):
        """The Celery process that runs now, or None between two."""
        children = psutil.Process(self.pid).children() if self.is_alive else []
        return children[0] if children else None

    def kill_child(self):
        """Kill -9 the Celery process with its pool; returns when it is gone."""
        child = self.child()
        family = [child, *child.children(recursive=True)]
        os.killpg(child.pid, signal.SIGKILL)
        _wait_dead(family)


class Web(Process):
    """gunicorn as the Procfile runs it, on a free port."""

    def __init__(self, environment, folder):
        self.port = _free_port()
        arguments = ["gunicorn", "suz.wsgi", "--worker-class", "gthread", "--workers", "2"]
        arguments += ["--threads", "8", "--bind", f"127.0.0.1:{self.port}"]
        super().__init__("web", [*arguments, "--log-level", "warning"], environment, folder)


def _wait_dead(processes):
    # Not psutil's waiting: orphans are gone only when process 1 has buried them, which may take it
    # a second.
    eventually(lambda: all(map(_is_dead, processes)), "killed processes end", seconds=10)


def _is_dead(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _free_port():
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]
