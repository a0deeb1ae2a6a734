"""What migrations put into the database survives the tests that empty it.

A test that commits (races, browsers) ends by emptying every table, the lists of reasons and the
default chain included. Every such test therefore starts from the rows that migrations made.
"""

import pytest

ROLLBACK = "django_db_serialized_rollback"
COMMITTING = {"transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let every committing test begin with the migrations' data."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        if marker is None and COMMITTING & set(names):
            names.append(ROLLBACK)
        elif marker is not None and (marker.kwargs.get("transaction") or COMMITTING & set(names)):
            kept = pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True})
            item.add_marker(kept, append=False)
