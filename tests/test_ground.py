"""The ground that everything stands on: layers, style, services, browser."""

import os
import re
import socket
import subprocess
import sys

import pytest
from django.db import connection

from suz.local import assets
from suz.local.errors import LocalError
from suz.local.paths import BASE_DIR
from suz.local.testing.network import NetworkRefused, is_local


def test_sockets_beyond_this_machine_are_refused():
    with pytest.raises(NetworkRefused), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused):
        socket.create_connection(("example.org", 80))


@pytest.mark.django_db
def test_database_lowers_cyrillic():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ЖЁЛТЫЙ')")
        assert cursor.fetchone() == ("жёлтый",)


# As every browser test: they run together, and after those that need the migrations' data.
@pytest.mark.django_db(transaction=True)
def test_queries_are_allowed_beside_an_open_browser(page):
    page.set_content("<p>Заказ</p>")
    assert page.inner_text("p") == "Заказ"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    page.set_content("<p>Дилер</p>")
    assert page.inner_text("p") == "Дилер"


@pytest.fixture
def run_pytest(tmp_path):
    """Run pytest with the skip rule on one file and return what it printed and its status."""

    def run(text):
        file = tmp_path / "test_example.py"
        file.write_text(text)
        command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(tmp_path)]
        command += ["-p", "suz.local.testing.skips", "-p", "no:django", "-p", "no:playwright"]
        done = subprocess.run(
            [*command, "-p", "no:cacheprovider", str(file)],
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout, done.returncode

    return run


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\ndef test_one():\n    pytest.skip('later')\n",
        "import pytest\n@pytest.mark.skip(reason='later')\ndef test_one():\n    pass\n",
        "import pytest\npytest.skip('later', allow_module_level=True)\n",
        "import pytest\npytest.importorskip('no_such_module', reason='later')\n",
    ],
)
def test_skipped_test_fails_the_run(run_pytest, text):
    output, status = run_pytest(text)
    assert status != 0
    assert "skipping is not allowed, make the test run: " in output
    assert "later" in output


def test_passing_test_passes_under_the_skip_rule(run_pytest):
    output, status = run_pytest("def test_one():\n    assert True\n")
    assert (status, "1 passed" in output) == (0, True)


def test_child_process_works_on_the_database_of_its_test(process_environment):
    from dealers.models import User

    User.objects.create_superuser(email="child@example.org", password="only-for-this-test")
    code = (
        "import django; django.setup();"
        "from dealers.models import User; print(User.objects.get().email)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env=process_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "child@example.org", done.stderr


def test_live_server_gives_the_browser_our_static_files(live_server, page):
    page.goto(f"{live_server.url}/static/vendor/icons.svg")
    assert page.locator("symbol").count() == len(assets.icon_names())


def test_unknown_icon_is_named():
    with pytest.raises(LocalError, match="no-such-icon"):
        assets.sprite(["no-such-icon"])


def test_icons_of_the_templates_are_listed():
    used = set()
    for file in (BASE_DIR / "templates").rglob("*.html"):
        used |= set(re.findall(r"\{% icon [\"']([\w-]+)[\"']", file.read_text()))
        used |= set(re.findall(r"icons\.svg[^\"'#]*[\"' %}]*#([\w-]+)", file.read_text()))
    listed = {assets.identifier(name) for name in assets.icon_names()}
    assert used - listed == set()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        (b"localhost", True),
        ("10.0.0.1", False),
        ("example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_only_loopback_counts_as_this_machine(address, local):
    assert is_local(address) is local


def test_private_servers_can_be_stopped_and_started(private_services):
    code = (
        "import django; django.setup();"
        "from django.db import connection; connection.ensure_connection()"
    )

    def connect():
        command = [sys.executable, "-c", code]
        environment = private_services.environment
        return subprocess.run(
            command, cwd=BASE_DIR, env=environment, capture_output=True, check=False
        ).returncode

    assert connect() == 0
    private_services.postgres.stop(immediately=True)
    assert connect() != 0
    private_services.postgres.start()
    assert connect() == 0
