"""The same lines for more people and more methods than tests/test_access_matrix.py names.

Who is not in a line has its rights from somebody who is: a superuser from an administrator, a
manager who is no head from the dealer's head, a deactivated person from a visitor.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dealers.models import AuditRecord, PointsEntry, User
from orders.models import ComplaintFile, HistoryEntry, Order
from orders.services.comments import add_comment, keep_files
from suz.common.attachments import clean_attachment
from tests.factories import (
    NOW,
    CityFactory,
    ComplaintFactory,
    DealerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)
from tests.test_access_matrix import (
    ADMINISTRATOR,
    DEALER,
    EVERYBODY,
    MATRIX,
    POLLED,
    RIVAL,
    ROLES,
    VISITOR,
    address,
    expected,
    world,
)
from tests.uploads import picture_upload

__all__ = ["world"]

SUPERUSER, COLLEAGUE, OFFERED, OFF, OF_A_DEALER_OFF = (
    "superuser",
    "manager who is no head",
    "dealer with an offered order",
    "deactivated person",
    "person of a deactivated dealer",
)
LIKE = {
    SUPERUSER: ADMINISTRATOR,
    COLLEAGUE: DEALER,
    OFFERED: RIVAL,
    OFF: VISITOR,
    OF_A_DEALER_OFF: VISITOR,
}
# What the dealer's head may POST and its other managers may not.
HEADS_ONLY = {
    "dealer_managers",
    "invitation_resend",
    "invitation_revoke",
    "user_activate",
    "user_deactivate",
    "user_head",
    "user_no_head",
    "api_tokens",
    "api_token_revoke",
    # Messages are everybody's own, and so are comments.
    "message_open",
    "message_read",
    "order_comment_show",
}
# What the dealer's head may GET and its other managers may not.
READ_BY_HEADS = {"dealer_webhooks", "api_tokens"}
# What a dealer may do with an order that is offered to it: (GET, POST).
WITH_AN_OFFER = {
    "order_card": (True, False),
    "order_history": (True, False),
    "order_print": (True, False),
    "order_accept": (False, True),
    "order_decline": (False, True),
}
# The order is there for it, so these are refused in words where their forms lack something; that a
# good form is refused as well stands in orders/tests/test_access.py.
REFUSED_IN_WORDS = {
    "order_give_up",
    "order_move",
    "order_complete",
    "order_cancel",
    "order_comment",
}
METHODS = ("get", "post")
CHANGING = ("put", "patch", "delete")


@pytest.fixture
def people(world):
    """Browsers of every role, logged in while they still could."""
    users = dict(world["users"])
    users[SUPERUSER] = User.objects.create_superuser("root@example.com", "x", name="Корень")
    users[COLLEAGUE] = world["colleague"]
    third = DealerFactory(main_region=world["region"])
    users[OFFERED] = UserFactory(dealer=third, is_head=True)
    users[OFF] = UserFactory(dealer=world["dealer"], is_head=True)
    users[OF_A_DEALER_OFF] = UserFactory(dealer=DealerFactory(), is_head=True)
    clients = {VISITOR: Client()}
    for role, user in users.items():
        clients[role] = Client()
        clients[role].force_login(user, backend="dealers.auth.WorkspaceBackend")
    users[OFF].is_active = False
    users[OFF].save(update_fields=["is_active"])
    users[OF_A_DEALER_OFF].dealer.is_active = False
    users[OF_A_DEALER_OFF].dealer.save(update_fields=["is_active"])
    offered = OrderFactory(
        place=CityFactory(parent=world["region"]), created_at=NOW, comment="Подъезд с торца"
    )
    OfferFactory(order=offered, dealer=third)
    comment = add_comment(
        order_id=offered.pk,
        by=users[ADMINISTRATOR],
        text="Слово",
        files=[clean_attachment(picture_upload())],
        is_visible=True,
        now=NOW,
    )
    complaint = ComplaintFactory(order=offered)
    filed = complaint.entries.get()
    keep_files(filed, [clean_attachment(picture_upload())], model=ComplaintFile)
    return {
        "clients": clients,
        "offered": {
            "order": offered,
            "comment": comment,
            "file": comment.files.get(),
            "complaint": complaint,
            "complaint_file": filed.files.get(),
        },
    }


def roles_of(name, method, role):
    """Whether the role may, told as the role of the line that stands for it."""
    roles = MATRIX[name][METHODS.index(method)]
    if role == COLLEAGUE and method == "post" and name in HEADS_ONLY:
        return None if roles is None else roles - {DEALER}
    if role == COLLEAGUE and name in READ_BY_HEADS:
        return None if roles is None else roles - {DEALER}
    if role == OFFERED and name in WITH_AN_OFFER:
        may = WITH_AN_OFFER[name][METHODS.index(method)]
        return None if roles is None else (roles - {RIVAL}) | ({RIVAL} if may else set())
    return roles


def ask(client, method, url):
    """A response; what it did is undone."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        if response.streaming:
            # Reading to the end closes the file.
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response


def is_right(name, role, response, allowed):
    known = set().union(*(roles or set() for roles in MATRIX[name]))
    if role == COLLEAGUE and (
        name in READ_BY_HEADS or (name in HEADS_ONLY and MATRIX[name][0] is None)
    ):
        known = known - {DEALER}
    if role == OFFERED and name in WITH_AN_OFFER:
        known = known | {RIVAL}
    stands_for = LIKE.get(role, role)
    if stands_for == VISITOR and name in POLLED:
        return response.status_code == 403
    if stands_for == VISITOR and VISITOR not in known and response.status_code == 302:
        return response["Location"].startswith(reverse("account_login"))
    if response.get("Location", "").startswith(reverse("account_login")):
        return False
    if allowed is None:
        # Whether a page is there at all may be kept from whoever may not see it.
        return response.status_code in {302, 404, 405}
    return response.status_code in expected(stands_for, allowed, known)


@pytest.mark.parametrize("role", LIKE)
def test_others_have_the_rights_of_whom_they_stand_for(world, people, role):
    here = world | (people["offered"] if role == OFFERED else {})
    offered = people["offered"]["order"]
    wrong = []
    for name in MATRIX:
        for method in METHODS:
            allowed = roles_of(name, method, role)
            if name == "order_print" and role == OFFERED:
                continue
            response = ask(people["clients"][role], method, address(here, name))
            if role == OFFERED and method == "post" and name in REFUSED_IN_WORDS:
                allowed, before = {RIVAL}, offered.status
                offered.refresh_from_db()
                assert offered.status == before == "new"
            if not is_right(name, role, response, allowed):
                wrong.append((name, method, response.status_code, response.get("Location")))
    assert not wrong


@pytest.mark.parametrize("name", ["order_card", "order_history"])
def test_an_offered_order_is_read_without_the_customer(people, name):
    order = people["offered"]["order"]
    page = people["clients"][OFFERED].get(reverse(name, args=[order.pk])).content.decode()
    phone = order.phone.as_e164
    for text in (order.customer_name, phone, phone[2:], order.email, order.address):
        assert text not in page
    assert "Слово" not in page
    assert (order.place.name in page) == (name == "order_card")


@pytest.mark.parametrize("role", [ADMINISTRATOR, DEALER, RIVAL, VISITOR])
def test_asking_for_the_head_answers_as_the_page_does(world, people, role):
    wrong = []
    for name, (readers, _writers) in MATRIX.items():
        url = address(world, name)
        head = ask(people["clients"][role], "head", url)
        if readers is None:
            is_right = head.status_code in {302, 403, 404, 405}
        else:
            is_right = head.status_code == ask(people["clients"][role], "get", url).status_code
        if not is_right or getattr(head, "content", b""):
            wrong.append((name, head.status_code))
    assert not wrong


@pytest.mark.parametrize(
    "name",
    [
        "dealer_card",
        "dealer_points",
        "dealer_profile",
        "dealer_terms",
        "dealer_managers",
        "order_card",
        "complaint",
        "price_upload",
        "mail",
        "journal_record",
        "consent_version",
        "customer_card",
        "customer_edit",
        "customer_similar",
        "customer_erase",
    ],
)
def test_another_s_object_answers_as_a_missing_one(world, people, name):
    there = reverse(name, args=["0"]).replace("/0/", "/{}/")
    number = address(world, name).split("/")[there.split("/").index("{}")]
    client = people["clients"][RIVAL]
    anothers, missing = client.get(there.format(number)), client.get(there.format(10**15))
    assert (anothers.status_code, missing.status_code) == (404, 404)
    assert anothers.content == missing.content


def state():
    """Everything that a request might have changed and should not."""
    return (
        list(User.objects.order_by("pk").values_list("is_active", "role", "is_head")),
        list(Order.objects.order_by("pk").values_list("status", "dealer", "deleted_at", "total")),
        PointsEntry.objects.count(),
        # Distribution may do on the way what was due anyway.
        HistoryEntry.objects.exclude(kind="distributed").count(),
        AuditRecord.objects.count(),
    )


@pytest.mark.parametrize("role", [ADMINISTRATOR, DEALER, VISITOR])
def test_other_methods_do_nothing(world, people, role):
    before, wrong = state(), []
    for name in MATRIX:
        url = address(world, name)
        for method in CHANGING:
            response = getattr(people["clients"][role], method)(url)
            if response.status_code not in {302, 403, 404, 405}:
                wrong.append((name, method, response.status_code))
        response = people["clients"][role].options(url)
        allow = response.get("Allow", "").lower()
        if response.status_code not in {200, 302, 403, 404, 405} or any(
            method in allow for method in CHANGING
        ):
            wrong.append((name, "options", response.status_code, allow))
    assert not wrong
    assert state() == before


def test_every_role_of_the_matrix_is_asked(people):
    assert set(people["clients"]) == {*ROLES, *LIKE}
    assert set(MATRIX) >= HEADS_ONLY | READ_BY_HEADS
    assert set(WITH_AN_OFFER) <= set(MATRIX)
    assert set(ROLES) == EVERYBODY
