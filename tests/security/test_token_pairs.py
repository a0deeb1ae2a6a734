"""A signed link opens what it was signed for and nothing else: every pair of purposes.

A new purpose is one line of PURPOSES; its pairs with all others are made from it.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from dealers.models import Invitation, Role
from dealers.services.invitations import PURPOSE as INVITATION
from dealers.services.invitations import invite
from notifications.models import RecipientChoice
from orders.links import CHANNELS, FIND, ORDER
from orders.models import Complaint, HistoryEntry, Order, OrderLookup
from orders.services.lookups import ask_for_code
from surveys.links import SURVEY
from surveys.models import Invitation as Survey
from surveys.models import Review
from suz.common import links
from tests.factories import AdministratorFactory, OrderFactory, SurveyFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db

APPS = ("dealers", "catalog", "orders", "distribution", "telephony", "surveys", "analytics")
# Purpose: what its tokens are signed for in the world below (object, version), and the addresses
# that take them, each with what is posted there (None: it only shows).
PURPOSES = {
    ORDER: (
        lambda world: (world["order"].pk, world["order"].link_version),
        {
            "customer_order": None,
            "customer_print": None,
            "customer_messages": None,
            "customer_write": {"text": "Ау", "key": "6f0d0c5e-3a87-4e0e-9d38-2b6f3b1c8a11"},
            "customer_seen": {"upto": "1"},
            "customer_change": {"text": "Ау", "key": "6f0d0c5e-3a87-4e0e-9d38-2b6f3b1c8a11"},
            "customer_cancel": {"key": "6f0d0c5e-3a87-4e0e-9d38-2b6f3b1c8a11"},
            "customer_confirm": {"version": "1"},
            "customer_choose": {"by_sms": "on"},
            "customer_complain": {"text": "Ау", "key": "6f0d0c5e-3a87-4e0e-9d38-2b6f3b1c8a11"},
        },
    ),
    CHANNELS: (
        lambda world: (world["order"].pk, world["order"].link_version),
        {"customer_channels": {"unsubscribe": "1"}},
    ),
    SURVEY: (
        lambda world: (world["survey"].pk, world["survey"].link_version),
        {
            "survey": {},
            "survey_save": {},
            "survey_review": {"stars": "5", "text": "Спасибо", "name": "Анна", "consent": "on"},
        },
    ),
    FIND: (lambda world: (world["lookup"].pk, 1), {"find_code": {"code": "123456"}}),
    INVITATION: (
        lambda world: (world["invitation"].pk, world["invitation"].version),
        {
            "invitation": {
                "password1": "correct horse battery",
                "password2": "correct horse battery",
            }
        },
    ),
}
# Also with ids and versions that fit another purpose's object: only the signature tells them apart.
PAIRS = [
    (signed, purpose, name)
    for signed in PURPOSES
    for purpose, (_of, addresses) in PURPOSES.items()
    if purpose != signed
    for name in addresses
]


@pytest.fixture
def world():
    order = OrderFactory()
    return {
        "order": order,
        "survey": SurveyFactory(closes_at=timezone.now() + timedelta(days=9)),
        "lookup": ask_for_code(number=order.pk, phone=str(order.phone), now=timezone.now()),
        "invitation": invite(
            email="new@example.com",
            name="Новый",
            role=Role.MANUFACTURER_MANAGER,
            dealer=None,
            by=AdministratorFactory(),
            now=timezone.now(),
        ),
    }


def state():
    """All that a link could change."""
    return (
        list(Order.objects.values_list("pk", "status", "version", "confirmed_at")),
        HistoryEntry.objects.count(),
        RecipientChoice.objects.count(),
        list(OrderLookup.objects.values_list("pk", "tries", "used_at")),
        list(Invitation.objects.values()),
        list(Survey.objects.values()),
        (Complaint.objects.count(), Review.objects.count()),
    )


@pytest.mark.parametrize(
    ("signed", "purpose", "name"), PAIRS, ids=lambda value: value if value else "-"
)
def test_a_token_of_one_purpose_is_wrong_for_another(client, world, signed, purpose, name):
    of, addresses = PURPOSES[purpose]
    # The token that its owner really has, and one for the other purpose's very object.
    tokens = {links.sign(signed, *PURPOSES[signed][0](world)), links.sign(signed, *of(world))}
    before = state()
    wrong = sent(client, name, "1-wrong", addresses[name])
    for token in tokens:
        assert sent(client, name, token, addresses[name]) == wrong
    assert state() == before


def sent(client, name, token, posted):
    """What an address answers to a token: its status and its words."""
    address = reverse(name, args=[token])
    answer = client.get(address) if posted is None else client.post(address, posted)
    return answer.status_code, text_of(answer)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_right_token_opens_its_own(client, world, purpose):
    """The control: the same addresses do take the tokens signed for them."""
    of, addresses = PURPOSES[purpose]
    for name, posted in addresses.items():
        right = sent(client, name, links.sign(purpose, *of(world)), posted)
        assert right != sent(client, name, "1-wrong", posted), name


def test_every_purpose_of_the_project_has_its_line():
    """Whoever signs for something new adds it above."""
    signing = {
        word
        for app in APPS
        for file in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in file.parts
        for word in re.findall(r"links\.sign\(\s*(\w+)", file.read_text())
    }
    # Each of these names is a purpose above.
    assert signing == {"ORDER", "CHANNELS", "FIND", "PURPOSE", "SURVEY"}
