"""What dealers' own systems are told, and what they are never told."""

import base64
import hashlib
import hmac
import re

import pytest

from analytics.models import Dispatch, DispatchState, Endpoint
from analytics.outgoing import lanes
from analytics.outgoing.services import EndpointRefused, add_webhook, renew_secret, save_webhook
from analytics.outgoing.sources import follow
from analytics.webhooks.content import signature
from dealers.models import AuditRecord, Dealer, SystemSettings
from orders.models import HistoryEntry, HistoryKind, Offer, Order
from orders.services.accepting import accept_offer, assign, give_up, return_to_distribution
from orders.services.comments import add_comment
from orders.services.contact import prove_contact
from orders.services.progress import cancel, mark_contacted, move
from tests.factories import NOW, DealerFactory, OfferFactory, OrderFactory, UserFactory, reason
from tests.security.notations import leaks

pytestmark = pytest.mark.django_db
PHONE = "+79161234567"
SECRETS = ("Роман", "Серов", "serov@", "Лесная", "Домофон", "9161234567")


@pytest.fixture
def order():
    return OrderFactory(
        customer_name="Роман Серов",
        phone=PHONE,
        email="serov@example.com",
        address="ул. Лесная, д. 5",
        comment="Домофон 77, звоните 8 (916) 123-45-67",
    )


@pytest.fixture
def offered(order, person):
    OfferFactory(order=order, dealer=person.dealer)
    return order


@pytest.fixture
def own(offered, webhook, person):
    follow(now=NOW)
    Dispatch.objects.all().delete()
    accept_offer(order_id=offered.pk, by=person, now=NOW)
    return Order.objects.get(pk=offered.pk)


def told(server, clock):
    """What has newly been told, in order, as (event, content)."""
    before = len(server.book.posts)
    follow(now=clock())
    # Of one order one at a time.
    while lanes.send_due(clock=clock):
        continue
    return [(post.content["event"], post.content) for post in server.book.posts[before:]]


def test_an_offer_is_told_without_its_customer(webhook, offered, server, clock, person):
    ((event, content),) = told(server, clock)
    assert event == "offer.opened"
    order = content["order"]
    assert (order["is_offered"], order["customer"], order["comment"]) == (True, None, "")
    assert (order["city"], order["total"]) == (offered.place.name, "400.00")
    assert [line["price"] for line in order["lines"]] == ["200.00"]
    body = server.book.posts[0].body.decode()
    assert not [word for word in SECRETS if word in body]


def test_the_signature_is_verified_as_the_documents_say(webhook, offered, server, clock):
    told(server, clock)
    (post,) = server.book.posts
    key = base64.b64decode(webhook.plain_secret.removeprefix("whsec_"))
    signed = b".".join(
        (post.headers["webhook-id"].encode(), post.headers["webhook-timestamp"].encode(), post.body)
    )
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert post.headers["webhook-signature"] == f"v1,{digest}"
    assert post.headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_the_signature_is_that_of_standard_webhooks():
    """Their published example."""
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_the_phone_comes_with_contact_and_goes_with_the_order(
    webhook, own, server, clock, person, administrator
):
    SystemSettings.objects.create(pk=1, calls_enabled=True)
    Dealer.objects.update(site_calls=True)
    ((event, content),) = told(server, clock)
    assert event == "order.accepted"
    customer = content["order"]["customer"]
    assert (customer["name"], customer["phone"]) == ("Роман Серов", None)
    body = server.book.posts[-1].body.decode()
    assert not leaks(body, PHONE)

    record_contact(own, person)
    assert [(e, c["order"]["customer"]["phone"]) for e, c in told(server, clock)] == [
        ("order.status_changed", "+7 916 123-45-67")
    ]

    give_up(order_id=own.pk, by=person, reason_id=reason("give_up").pk, now=NOW)
    ((event, content),) = told(server, clock)
    assert (event, content["number"], content["order"]) == ("order.given_up", own.pk, None)
    assert not [word for word in SECRETS if word in server.book.posts[-1].body.decode()]


def record_contact(order, person):
    prove_contact(
        order_id=order.pk, dealer_id=person.dealer_id, cycle=order.cycle, by=person, now=NOW
    )


def test_what_is_told_is_what_may_be_seen_when_it_is_sent(webhook, own, server, clock, person):
    """An order that has left while the message waited."""
    Dealer.objects.update(site_calls=False)
    server.answer = lambda post: 503
    assert told(server, clock)[0][1]["order"]["customer"]["phone"]
    give_up(order_id=own.pk, by=person, reason_id=reason("give_up").pk, now=NOW)
    server.answer = lambda post: 200
    clock.forward(hours=1)
    later = told(server, clock)
    assert [(event, content["order"]) for event, content in later] == [
        ("order.accepted", None),
        ("order.given_up", None),
    ]


def test_events_of_one_order_keep_their_order(webhook, own, server, clock, person):
    Dealer.objects.update(site_calls=False)
    mark_contacted(order_id=own.pk, by=person, now=NOW)
    move(order_id=own.pk, target="clarification", by=person, now=NOW)
    server.answer = lambda post: 500 if post.content["event"] == "order.accepted" else 200
    assert [event for event, _content in told(server, clock)] == ["order.accepted"]
    clock.forward(hours=1)
    server.answer = lambda post: 200
    assert [event for event, _content in told(server, clock)] == [
        "order.accepted",
        "order.status_changed",
        "order.status_changed",
    ]


def test_another_dealer_hears_only_that_the_offer_is_over(
    webhook, offered, server, clock, administrator
):
    rival = UserFactory(dealer=DealerFactory())
    OfferFactory(order=offered, dealer=rival.dealer)
    told(server, clock)
    accept_offer(order_id=offered.pk, by=rival, now=NOW)
    mark_contacted(order_id=offered.pk, by=administrator, now=NOW)
    ((event, content),) = told(server, clock)
    assert (event, content["order"], content["number"]) == ("offer.closed", None, offered.pk)


def test_an_offer_that_is_over_before_it_was_told_is_not_told(webhook, offered, server, clock):
    follow(now=NOW)
    Offer.objects.update(state="withdrawn", closed_at=NOW)
    assert told(server, clock) == []
    assert Dispatch.objects.get().state == DispatchState.OUTDATED


def test_offers_that_dealers_do_not_see_are_not_told(webhook, offered, server, clock):
    SystemSettings.objects.create(pk=1, dealers_see_only_own=True)
    assert told(server, clock) == []


def test_the_customer_s_words_are_told_without_phones_while_these_are_hidden(
    webhook, own, server, clock, person, administrator
):
    SystemSettings.objects.create(pk=1, calls_enabled=True)
    Dealer.objects.update(site_calls=True)
    told(server, clock)
    HistoryEntry.objects.create(
        order=own,
        kind=HistoryKind.COMMENT,
        by_customer=True,
        is_visible=True,
        text="Жду, мой номер 8-916-123-45-67",
        created_at=NOW,
    )
    add_comment(
        order_id=own.pk, by=administrator, text="Внутри", files=[], is_visible=False, now=NOW
    )
    ((event, content),) = told(server, clock)
    assert event == "order.message"
    assert content["message"].startswith("Жду, мой номер")
    assert not re.search(r"123.?45.?67", content["message"])


def test_assigned_withdrawn_and_cancelled_are_told_to_whom_they_concern(
    webhook, order, server, clock, person, administrator
):
    follow(now=NOW)
    other = DealerFactory()
    assign(order_id=order.pk, dealer_id=person.dealer_id, by=administrator, now=NOW)
    assert [event for event, _c in told(server, clock)] == ["order.assigned"]
    clock.forward(minutes=1)
    assign(order_id=order.pk, dealer_id=other.pk, by=administrator, now=clock())
    assert [event for event, _c in told(server, clock)] == ["order.withdrawn"]
    clock.forward(minutes=1)
    assign(order_id=order.pk, dealer_id=person.dealer_id, by=administrator, now=clock())
    told(server, clock)
    clock.forward(minutes=1)
    return_to_distribution(order_id=order.pk, by=administrator, now=clock())
    assert [(event, c["order"]) for event, c in told(server, clock)] == [("order.withdrawn", None)]
    clock.forward(minutes=1)
    assign(order_id=order.pk, dealer_id=person.dealer_id, by=administrator, now=clock())
    told(server, clock)
    clock.forward(minutes=1)
    cancel(order_id=order.pk, by=person, reason_id=reason("cancel").pk, now=clock())
    ((event, content),) = told(server, clock)
    assert (event, content["order"]["status"]) == ("order.cancelled", "cancelled")


def test_only_what_was_asked_for_and_only_while_it_is_on(
    webhook, offered, server, clock, administrator, person
):
    told(server, clock)
    values = {"endpoint_id": webhook.pk, "url": server.url, "by": administrator, "now": NOW}
    save_webhook(events=["order.cancelled"], is_on=True, **values)
    accept_offer(order_id=offered.pk, by=person, now=NOW)
    assert told(server, clock) == []
    save_webhook(events=["order.cancelled"], is_on=False, **values)
    cancel(order_id=offered.pk, by=person, reason_id=reason("cancel").pk, now=NOW)
    assert told(server, clock) == []


def test_a_dealer_that_is_switched_off_is_told_nothing(webhook, own, server, clock, person):
    Dealer.objects.filter(pk=person.dealer_id).update(is_active=False)
    assert told(server, clock) == []
    assert Dispatch.objects.get().state == DispatchState.CANCELLED


def test_no_log_keeps_what_the_customer_gave(webhook, own, server, clock):
    Dealer.objects.update(site_calls=False)
    server.answer = lambda post: "echo"
    told(server, clock)
    kept = Dispatch.objects.get()
    assert kept.answer
    assert not [word for word in SECRETS if word in kept.answer]


def test_a_new_secret_is_in_force_at_once(webhook, offered, server, clock, administrator):
    secret = renew_secret(endpoint_id=webhook.pk, by=administrator, now=NOW)
    told(server, clock)
    (post,) = server.book.posts
    stamp = int(post.headers["webhook-timestamp"])
    assert post.headers["webhook-signature"] == signature(secret, post.key, stamp, post.body)
    assert secret not in str(list(AuditRecord.objects.values_list("data", flat=True)))
    assert secret not in Endpoint.objects.get().secret


def test_an_address_is_there_once_a_dealer_and_needs_an_event(webhook, server, administrator):
    values = {"dealer_id": webhook.dealer_id, "is_on": True, "by": administrator, "now": NOW}
    with pytest.raises(EndpointRefused):
        add_webhook(url=server.url, events=["order.cancelled"], **values)
    with pytest.raises(EndpointRefused):
        add_webhook(url="https://other.example.com/", events=[], **values)
    add_webhook(url="https://other.example.com/", events=["order.cancelled"], **values)


@pytest.mark.parametrize("count", [1, 3])
def test_following_costs_the_same_for_one_and_for_many(
    webhook, person, django_assert_num_queries, count
):
    follow(now=NOW)
    for order in OrderFactory.create_batch(count):
        OfferFactory(order=order, dealer=person.dealer)
        HistoryEntry.objects.create(order=order, kind=HistoryKind.PLACED, created_at=NOW)
    with django_assert_num_queries(25):
        follow(now=NOW)
    assert Dispatch.objects.count() == count
