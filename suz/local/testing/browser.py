"""Debian's Chromium for pytest-playwright.

A browser test takes `page` and `live_server` and goes to `live_server.url + "/…"`; static files
are served by the live server, and what the test has saved is committed and visible to it.
"""

import asyncio
import shutil

import greenlet
import pytest

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
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail("Chromium is missing: install it with `apt-get install chromium`.")
    return {"executable_path": executable, "args": list(ARGUMENTS), "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """Browse as somebody in Russia does."""
    return {"locale": "ru-RU", "timezone_id": "Europe/Moscow"}


@pytest.fixture(scope="session")
def playwright(playwright):
    """Keep Playwright's event loop out of the tests' sight.

    Playwright's synchronous interface runs its loop in a greenlet of the test's own thread, but
    asyncio remembers "a loop is running" for the thread as a whole, so that Django would refuse
    every query of every later test as if it were made from async code. The mark is therefore put
    up and taken down whenever control enters and leaves that greenlet; queries stay guarded
    against real async code, which DJANGO_ALLOW_ASYNC_UNSAFE would not leave.
    """
    fiber, loop = playwright._dispatcher_fiber, playwright._loop

    def follow(event, switch):
        origin, target = switch
        if target is fiber:
            asyncio._set_running_loop(loop)
        elif origin is fiber:
            asyncio._set_running_loop(None)

    previous = greenlet.settrace(follow)
    asyncio._set_running_loop(None)
    yield playwright
    greenlet.settrace(previous)
