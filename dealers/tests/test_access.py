"""Who gets what from every address of dealers, points, people and settings."""

import pytest
from django.urls import reverse

from dealers import urls
from dealers.models import Dealer, PointsEntry, User
from tests.factories import AdministratorFactory, DealerFactory, ManagerFactory, UserFactory

OK, FOUND, MISSING, NOT_ALLOWED = 200, 302, 404, 405
ROLES = ("administrator", "manager", "own", "other", "anonymous")
# Address → method → answers by role: administrator, manufacturer's manager, a manager of the dealer
# in question, one of another dealer. Nobody logged in is always sent to log in.
MATRIX = {
    "dealer_list": {
        "get": (OK, OK, MISSING, MISSING),
        "post": (NOT_ALLOWED, NOT_ALLOWED, MISSING, MISSING),
    },
    "dealer_card": {
        "get": (OK, OK, OK, MISSING),
        "post": (NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    },
    "dealer_terms": {
        "get": (OK, MISSING, MISSING, MISSING),
        "post": (FOUND, MISSING, MISSING, MISSING),
    },
    "dealer_points": {
        "get": (OK, OK, OK, MISSING),
        "post": (NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    },
    "points_add": {
        "get": (NOT_ALLOWED, MISSING, MISSING, MISSING),
        "post": (FOUND, MISSING, MISSING, MISSING),
    },
    "own_dealer": {
        "get": (MISSING, MISSING, FOUND, FOUND),
        "post": (MISSING, MISSING, FOUND, FOUND),
    },
    "own_points": {
        "get": (MISSING, MISSING, FOUND, FOUND),
        "post": (MISSING, MISSING, FOUND, FOUND),
    },
    "settings": {
        "get": (OK, MISSING, MISSING, MISSING),
        "post": (FOUND, MISSING, MISSING, MISSING),
    },
    "user_list": {
        "get": (OK, MISSING, MISSING, MISSING),
        "post": (NOT_ALLOWED, MISSING, MISSING, MISSING),
    },
    "user_activate": {
        "get": (NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
        "post": (FOUND, MISSING, MISSING, MISSING),
    },
    "user_deactivate": {
        "get": (NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
        "post": (FOUND, MISSING, MISSING, MISSING),
    },
}
FORMS = {
    "dealer_terms": {"is_authorised": "on", "reason": "Проверка"},
    "points_add": {"amount": "5", "reason": "Проверка"},
    "settings": {
        "points_completed": "100",
        "points_failed": "50",
        "term_days": "20",
        "chosen_dealer_minutes": "30",
        "unclaimed_minutes": "120",
        "robot_from_hour": "9",
        "robot_to_hour": "21",
        "robot_attempts": "3",
        "robot_pause_minutes": "30",
        "recordings_keep_days": "180",
    },
}
CASES = [
    (name, method, role, (*answers, FOUND)[ROLES.index(role)])
    for name, methods in MATRIX.items()
    for method, answers in methods.items()
    for role in ROLES
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    dealer = DealerFactory()
    return {
        "dealer": dealer,
        "subject": UserFactory(dealer=dealer),
        "administrator": AdministratorFactory(),
        "manager": ManagerFactory(),
        "own": UserFactory(dealer=dealer),
        "other": UserFactory(),
    }


def address(name, world):
    if name in ("dealer_card", "dealer_terms", "dealer_points", "points_add"):
        return reverse(name, kwargs={"pk": world["dealer"].pk})
    if name in ("user_activate", "user_deactivate"):
        return reverse(name, kwargs={"pk": world["subject"].pk})
    return reverse(name)


def traces():
    """Everything that a forbidden request might have changed."""
    return (
        list(Dealer.objects.order_by("pk").values_list("points", "is_active", "is_authorised")),
        list(User.objects.order_by("pk").values_list("is_active", flat=True)),
        PointsEntry.objects.count(),
    )


def test_the_matrix_speaks_of_addresses_that_are_there():
    """That every address has a line is asked in tests/test_access_matrix.py."""
    assert set(MATRIX) <= {pattern.name for pattern in urls.urlpatterns}


@pytest.mark.parametrize(("name", "method", "role", "expected"), CASES)
def test_matrix(client, world, name, method, role, expected):
    if role != "anonymous":
        client.force_login(world[role])
    before = traces()
    answer = getattr(client, method)(address(name, world), FORMS.get(name, {}))
    assert answer.status_code == expected
    if role == "anonymous":
        assert answer.url.startswith(reverse("account_login"))
    if expected in (MISSING, NOT_ALLOWED) or role == "anonymous":
        assert traces() == before


@pytest.mark.parametrize("name", ["dealer_card", "dealer_points", "dealer_terms"])
def test_another_dealer_answers_as_a_missing_one(client, world, name):
    client.force_login(world["other"])
    anothers = client.get(reverse(name, kwargs={"pk": world["dealer"].pk}))
    missing = client.get(reverse(name, kwargs={"pk": 10**30}))
    assert (anothers.status_code, missing.status_code) == (404, 404)
    assert anothers.content == missing.content
