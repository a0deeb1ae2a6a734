"""Work that one process does at a time, whichever comes first."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(number):
    """Give whether this process holds the lock of that number; never waits for it.

    The lock belongs to the connection: it ends with its process, however that ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
