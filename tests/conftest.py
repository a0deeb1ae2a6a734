"""Fixtures of tests that cross apps."""

import pytest
from django.db import transaction

from tests.sowing import sow


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker):
    """A small demo in a transaction that is rolled back after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        sow()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_demo):
    """The demo; what a test changes in it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
