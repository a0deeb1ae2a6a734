"""What migrations put into the database survives the tests that empty it.

A test that commits (races, browsers) ends by emptying every table, the lists of reasons and the
default chain included. Every such test therefore starts from the rows that migrations made, and all
of them stand behind the others, wherever the sorting of browser tests would put them.
"""

import pytest

ROLLBACK = "django_db_serialized_rollback"
COMMITTING = {"transactional_db", "live_server"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let every committing test begin with the migrations' data, behind those that roll back."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if not _commits(item):
            continue
        if marker is None:
            item.fixturenames.append(ROLLBACK)
        else:
            kept = pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True})
            item.add_marker(kept, append=False)
    result = yield
    # Stable: within both halves everybody else's order stands.
    items.sort(key=_commits)
    return result


def _commits(item):
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", [])
    return bool((marker and marker.kwargs.get("transaction")) or COMMITTING & set(names))
