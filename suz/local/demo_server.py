"""`make demo`: the whole product with demo data on one machine, from one terminal.

Everything that it starts carries SUZ_DEMO_STATE in its environment, so that what a killed demo
left running is recognised and ended by the next start.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from suz.local.errors import LocalError
from suz.local.paths import BASE_DIR, socket_dir, state_dir
from suz.local.services import DEMO, Services, running

MARK = "SUZ_DEMO_STATE"
DEFAULT_PORT = "8000"
READY_SECONDS = 60
STOP_SECONDS = 15


class Stopped(BaseException):
    """Ctrl-C or a signal to end; not an error."""


def serve() -> int:
    """Prepare what is missing, run until Ctrl-C, stop everything; returns the exit status."""
    state = state_dir(DEMO)
    state.mkdir(parents=True, exist_ok=True)
    port = _port()
    with _only_one(state):
        _end_leftovers(state)
        if not _is_free(port):
            raise LocalError(
                f"Port {port} is busy: stop what uses it or choose another, "
                f"for example make demo PORT={port + 1}."
            )
        _say("Starting PostgreSQL and Redis …")
        _on_signals(_raise_stopped)
        try:
            with running(DEMO) as addresses:
                os.environ.update(addresses, **_environment(state, port))
                _prepare(Path(os.environ["STATIC_ROOT"]))
                return _run(state, port)
        except Stopped:
            _say("Остановлено.")
            return 0


def reset() -> int:
    """Remove the demo's database, media and collected files; returns the exit status."""
    state = state_dir(DEMO)
    state.mkdir(parents=True, exist_ok=True)
    if os.environ.get("DATABASE_URL"):
        raise LocalError("DATABASE_URL names a database of your own: empty it yourself.")
    with _only_one(state):
        _end_leftovers(state)
        Services(DEMO).stop()
        shutil.rmtree(state)
        shutil.rmtree(socket_dir(state), ignore_errors=True)
    _say("The demo's data is removed.")
    return 0


def _port() -> int:
    try:
        port = int(os.environ.get("PORT") or DEFAULT_PORT)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise LocalError(f"PORT must be a number from 1 to 65535, not {os.environ['PORT']!r}.")
    return port


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    """Let one demo at a time work with a state folder."""
    with (state / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(
                "The demo is running in another terminal: stop it there with Ctrl-C."
            ) from None
        yield


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _environment(state: Path, port: int) -> dict[str, str]:
    """Variables of the demo's processes: like production, but plain http on this machine."""
    secret = state / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(50))
        secret.chmod(0o600)
    return {
        "SUZ_DEMO": "True",
        "DEBUG": "False",
        "HTTPS": "False",
        "DJANGO_SETTINGS_MODULE": "suz.settings",
        "SECRET_KEY": secret.read_text(),
        "PUBLIC_URL": f"http://localhost:{port}",
        "MEDIA_ROOT": str(state / "media"),
        "PRIVATE_ROOT": str(state / "private"),
        "SIMULATOR_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(state / "static"),
        "CELERY_BEAT_SCHEDULE": str(state / "beat-schedule"),
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        MARK: str(state),
    }


def _prepare(static: Path) -> None:
    """Bring texts, tables, demo data and static files up to date; quick where they are."""
    import django
    from django.core.management import call_command
    from django.db import connection

    _say("Compiling the translations …")
    django.setup()
    call_command("translations", "--compile", verbosity=0)
    _say("Updating the database …")
    call_command("migrate", interactive=False, verbosity=0)
    _say("Checking the demo data …")
    call_command("seed_demo", "--if-needed")
    stamp, state = static / ".stamp", _static_state()
    if not stamp.exists() or stamp.read_text() != state:
        _say("Collecting static files …")
        shutil.rmtree(static, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)
    connection.close()


def _static_state() -> str:
    """Return a digest that changes with any static file of ours or any installed package."""
    digest = hashlib.sha256((BASE_DIR / ".venv" / "ready").read_bytes())
    for file in sorted((BASE_DIR / "static").rglob("*")):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _run(state: Path, port: int) -> int:
    """Run web, worker and beat until a signal comes or one of them ends."""
    _say("Starting the web server, the worker and the clock …")
    command = [
        sys.executable,
        "-m",
        "honcho",
        "start",
        "--no-prefix",
        "-e",
        os.devnull,
        "-f",
        "Procfile",
    ]
    # A group of its own: Ctrl-C reaches this process only, which then stops things in order.
    log = (state / "demo.log").open("w")
    manager = subprocess.Popen(
        command, cwd=BASE_DIR, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_ready(manager, port, log.name)
        _print_addresses(port)
        manager.wait()
        raise LocalError(f"A process of the demo has ended by itself; see the end of {log.name}.")
    finally:
        _on_signals(signal.SIG_IGN)
        _say("\nОстанавливаю …")
        if manager.poll() is None:
            manager.send_signal(signal.SIGTERM)
            try:
                manager.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                manager.kill()
        _end_leftovers(state)
        log.close()


def _wait_ready(manager: subprocess.Popen, port: int, log: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and manager.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            raise LocalError(f"The first page answers {error.code}; see {log}.") from error
        except OSError:
            time.sleep(0.1)
    raise LocalError(f"The web server does not answer; see the end of {log}.")


def _print_addresses(port: int) -> None:
    from django.conf import settings
    from django.shortcuts import resolve_url

    from suz.local.demo import logins

    site = f"http://localhost:{port}"
    lines = [
        "",
        "СУЗ работает:",
        f"  Витрина             {site}/",
        f"  Рабочее место       {site}{resolve_url(settings.LOGIN_REDIRECT_URL)}",
        f"  Django admin        {site}{resolve_url('admin:index')}",
        "",
        "Вход:",
    ]
    people = logins()
    width = max(len(person["role"]) for person in people)
    lines += [
        f"  {person['role']:<{width}}  {person['email']}  {person['password']}" for person in people
    ]
    _say("\n".join([*lines, "", "Ctrl-C останавливает всё."]))


def _end_leftovers(state: Path) -> None:
    """End the processes of an earlier demo of this folder that lost its terminal."""
    found = [process for process in psutil.process_iter() if _is_leftover(process, state)]
    for process in found:
        _signal(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(found, timeout=5)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)


def _is_leftover(process: psutil.Process, state: Path) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(MARK) == str(state)
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _on_signals(handler) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _raise_stopped(number, frame):
    # A second Ctrl-C must not break off the stopping.
    _on_signals(signal.SIG_IGN)
    raise Stopped


def _say(text: str) -> None:
    print(text, flush=True)
