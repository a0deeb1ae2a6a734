"""A database of the run's own beside whatever else the server holds."""

import os
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql


@contextmanager
def own_database() -> Iterator[None]:
    """Create a database, let DATABASE_URL name it, and drop it afterwards with its connections.

    To be entered before Django reads its settings. Raises KeyError without DATABASE_URL.
    """
    server = os.environ["DATABASE_URL"]
    name = f"suz_bench_{os.getpid()}"
    identifier = sql.Identifier(name)
    execute(server, sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        os.environ["DATABASE_URL"] = renamed(server, name)
        yield
    finally:
        os.environ["DATABASE_URL"] = server
        execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def renamed(url, name):
    """The address of another database of the same server."""
    address = urllib.parse.urlsplit(url)
    renamed = urllib.parse.urlunsplit(address._replace(path=f"/{name}"))
    # urlunsplit drops the empty authority of a socket address.
    return renamed if address.netloc else renamed.replace(":/", ":///", 1)


def execute(url, statement, values=None):
    """Execute one statement outside of a transaction."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    finally:
        connection.close()
