"""Databases that are filled once and kept for the next run."""

import os
import subprocess
import sys

import psycopg2
from psycopg2 import sql

from bench.database import execute, renamed

MARK = "seed_load: {} orders, migrations {}"


def prepare(orders, *, refill, say, hits=0):
    """Make sure of a database with so many orders and pages of visits; returns its DATABASE_URL.

    A database of another state of the migrations is filled anew.
    """
    server = os.environ["DATABASE_URL"]
    name = f"suz_load_{orders}_{hits}" if hits else f"suz_load_{orders}"
    url = renamed(server, name)
    identifier = sql.Identifier(name)
    mark = MARK.format(orders, _newest_migrations())
    if refill or _mark_of(server, name) != mark:
        say(f"Filling {name} with {orders:,} orders, once …")
        execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        execute(server, sql.SQL("CREATE DATABASE {}").format(identifier))
        _manage(url, "migrate", "--verbosity", "0")
        _manage(url, "seed_load", "--orders", str(orders), "--hits", str(hits))
        execute(server, sql.SQL("COMMENT ON DATABASE {} IS %s").format(identifier), [mark])
    return url


def collect_files():
    """Static files and translations, which pages need."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("translations", "--compile", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _mark_of(server, name):
    connection = psycopg2.connect(server)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [name],
            )
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def _newest_migrations():
    """The last migration of each app, as the files say."""
    import django
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    django.setup()
    leaves = MigrationLoader(None).graph.leaf_nodes()
    ours = {config.label for config in apps.get_app_configs()}
    return ", ".join(f"{app}.{name}" for app, name in sorted(leaves) if app in ours)


def _manage(url, *arguments):
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )
