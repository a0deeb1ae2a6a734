"""Twilio's own description of its API, served by Prism, accepts what the SDK sends for us.

Prism is installed from its own lock file when the test first runs, apart from the product's assets.
"""

import hashlib
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suz.local.assets import _npm, _npm_environment
from suz.local.paths import BASE_DIR
from telephony.providers import ProviderRefused
from telephony.providers.base import Dial
from telephony.providers.twilio import Twilio

HERE = Path(__file__).parent
INSTALLED = BASE_DIR / ".local" / "contracts"
START_SECONDS = 120
SID = "CA" + "a" * 32


# One worker installs Prism; two would delete it under each other's feet.
pytestmark = pytest.mark.xdist_group("prism")


def install():
    """Put Prism into .local/contracts; quick where it is there."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = INSTALLED / ".stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, INSTALLED)
    command = [*_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=INSTALLED, env=_npm_environment(), check=True)
    stamp.write_text(digest)


@contextmanager
def started():
    """Run Prism; give its address, or None and what it wrote where it did not come to listen."""
    node = shutil.which("node") or _npm()[0]
    script = INSTALLED / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    command = [node, str(script), "mock", "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        [*command, str(HERE / "twilio_calls.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = threading.Timer(START_SECONDS, process.kill)
    # What it writes after its start must not fill the pipe.
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    watch.start()
    address, written = None, []
    try:
        for line in process.stdout:
            written.append(line)
            if found := re.search(r"listening on (http://\S+)", line):
                address = re.sub(r"\x1b\[[0-9;]*m", "", found[1])
                drain.start()
                break
        yield address, "".join(written)
    finally:
        watch.cancel()
        process.kill()
        process.wait()
        if drain.is_alive():
            drain.join()
        process.stdout.close()


@pytest.fixture(scope="module")
def prism():
    """The address of a running Prism; a start that fails is tried once more, and both are told."""
    install()
    told = []
    for _ in range(2):
        with started() as (address, written):
            if address:
                yield address
                return
            told.append(written or f"nothing in {START_SECONDS} s")
    pytest.fail("Prism does not start:\n" + "\n".join(told))


@pytest.fixture
def twilio(prism, settings):
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "a" * 32, "secret"
    settings.TWILIO_NUMBER, settings.TWILIO_API_URL = "+74951234567", prism
    return Twilio()


def dial(**changes):
    return Dial(
        **{
            "token": "t",
            "to": "+79001234567",
            "caller": "+74951234567",
            "answer_url": "https://suz.example.ru/telephony/1/answer/",
            "status_url": "https://suz.example.ru/telephony/1/status/manager/",
            "finds_machines": True,
            "since": datetime(2010, 1, 1, tzinfo=UTC),
        }
        | changes
    )


def test_a_call_is_accepted(twilio):
    assert twilio.place(dial()).startswith("CA")
    assert twilio.place(dial(finds_machines=False)).startswith("CA")


def test_prism_would_refuse_what_is_not_described(twilio):
    """The negative control."""
    with pytest.raises(ProviderRefused) as refused:
        twilio.place(dial(answer_url="no address"))
    assert refused.value.args[1] in (400, 422)


def test_calls_and_recordings_are_asked_for_as_described(twilio):
    # The calls of the example are second phones of others.
    assert twilio.find(dial()) is None
    reports = twilio.reports(SID)
    assert reports[0].is_first
    assert all(report.sid.startswith("CA") for report in reports)
    assert all(one.sid.startswith("RE") for one in twilio.recordings(SID))


def test_a_recording_is_deleted_as_described(twilio):
    twilio.delete("RE" + "a" * 32)
