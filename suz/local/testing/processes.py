"""Environment for processes that a test starts itself."""

import os
import urllib.parse

import pytest


@pytest.fixture
def process_environment(transactional_db) -> dict[str, str]:
    """Variables with which a child process works on this test's own database.

    For celery workers, management commands and web servers started by fault tests: they see what
    the test has committed and nothing of another pytest-xdist worker's.
    """
    from django.db import connection

    address = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    database = urllib.parse.quote(connection.settings_dict["NAME"])
    url = urllib.parse.urlunsplit(address._replace(path=f"/{database}"))
    if not address.netloc:
        # urlunsplit drops the empty authority of a socket address.
        url = url.replace(":/", ":///", 1)
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "suz.local.test_settings"}
