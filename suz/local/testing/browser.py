"""Debian's Chromium for pytest-playwright.

A browser test takes `page` and `live_server` and goes to `live_server.url + "/…"`; static files
are served by the live server, and what the test has saved is committed and visible to it.
"""

import asyncio
from types import SimpleNamespace

import greenlet
import pytest

from suz.local import chromium

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the machine's Chromium without a sandbox (root) and without calls home."""
    executable = chromium.find()
    if executable is None:
        pytest.fail("Chromium is missing: install it with `apt-get install chromium`.")
    return {"executable_path": executable, "args": list(ARGUMENTS), "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """Browse as somebody in Russia does."""
    return {"locale": "ru-RU", "timezone_id": "Europe/Moscow"}


@pytest.fixture(scope="session")
def playwright(playwright):
    """Let tests query the database beside an open browser.

    Playwright's synchronous interface runs its event loop in a greenlet of the test's own thread
    and leaves asyncio's mark "a loop is running" up for the thread as a whole. Django would refuse
    every query of this and every later test as made from async code, and asgiref would keep other
    connections for it. Both are therefore told that code outside that greenlet is not inside the
    loop; real async code stays guarded, which DJANGO_ALLOW_ASYNC_UNSAFE would not leave.
    """
    fiber, loop = playwright._dispatcher_fiber, playwright._loop

    def get_running_loop():
        running = asyncio.get_running_loop()
        if running is loop and greenlet.getcurrent() is not fiber:
            raise RuntimeError("no running event loop")
        return running

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.asyncio.get_running_loop", get_running_loop)
        patch.setattr("asgiref.local.asyncio", SimpleNamespace(get_running_loop=get_running_loop))
        yield playwright
