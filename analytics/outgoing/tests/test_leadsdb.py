"""Orders on their way to LeadsDB: what is sent when, and what a failing server changes of it."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.leadsdb import content
from analytics.models import Dispatch, DispatchState, Endpoint
from analytics.outgoing import delivery, lanes
from analytics.outgoing.services import (
    DispatchRefused,
    EndpointRefused,
    ask_test,
    forget_old,
    retry,
    retry_all,
    save_leadsdb,
)
from analytics.outgoing.shown import shown_answer
from analytics.outgoing.sources import follow
from analytics.outgoing.tests.conftest import SECRET
from dealers.models import AuditRecord
from notifications.delivery import MAX_ATTEMPTS
from orders.models import Consent, HistoryEntry, HistoryKind, Order
from orders.services.accepting import accept_offer
from orders.services.comments import add_comment
from orders.services.customer_erasing import erase
from orders.services.progress import cancel, delete_order
from suz.common.sealing import unseal
from tests.factories import NOW, OfferFactory, OrderFactory, reason
from tests.receiver import receiver

pytestmark = pytest.mark.django_db
PHONE = "+79161234567"


def placed(**fields):
    """An order as the checkout leaves it."""
    order = OrderFactory(**fields)
    HistoryEntry.objects.create(order=order, kind=HistoryKind.PLACED, created_at=NOW)
    Consent.objects.create(
        order=order, customer=order.customer, kind="processing", text_version="1", given_at=NOW
    )
    return order


def tick(clock):
    follow(now=clock())
    return lanes.send_due(clock=clock)


def states():
    return list(Dispatch.objects.order_by("id").values_list("state", flat=True))


def test_a_new_order_is_sent_once(leadsdb, server, clock):
    order = placed(phone=PHONE, customer_name="Роман Серов", address="ул. Лесная, д. 5")
    assert tick(clock) == 1
    assert tick(clock) == 0
    (post,) = server.book.posts
    assert post.headers["authorization"] == "Basic " + (
        base64.b64encode(f"suz:{SECRET}".encode()).decode()
    )
    assert post.key == f"order-{order.pk}-{post.content['revision']}"
    assert post.content["customer"] == {
        "name": "Роман Серов",
        "phone": "+7 916 123-45-67",
        "email": "roman@example.com",
        "address": "ул. Лесная, д. 5",
        "latitude": None,
        "longitude": None,
    }
    assert (post.content["number"], post.content["status"]) == (order.pk, "new")
    assert (post.content["total"], post.content["lines"][0]["quantity"]) == ("400.00", 2)
    assert states() == [DispatchState.SENT]


def test_each_change_is_sent_with_a_greater_revision(leadsdb, server, clock, person, administrator):
    order = placed()
    OfferFactory(order=order, dealer=person.dealer)
    tick(clock)
    accept_offer(order_id=order.pk, by=person, now=NOW)
    tick(clock)
    cancel(order_id=order.pk, by=administrator, reason_id=reason("cancel").pk, now=NOW)
    tick(clock)
    sent = [post.content for post in server.book.posts]
    assert [one["status"] for one in sent] == ["new", "accepted", "cancelled"]
    revisions = [one["revision"] for one in sent]
    assert revisions == sorted(set(revisions))
    assert sent[1]["dealer"] == {"id": person.dealer_id, "name": person.dealer.name}
    assert sent[2]["cancel_reason"]["party"] == "dealer"


def test_a_comment_changes_nothing_for_leadsdb(leadsdb, server, clock, administrator):
    order = placed()
    tick(clock)
    add_comment(
        order_id=order.pk, by=administrator, text="Внутри", files=[], is_visible=False, now=NOW
    )
    tick(clock)
    assert len(server.book.posts) == 1


def test_only_the_last_state_goes_out(leadsdb, server, clock, person):
    order = placed()
    OfferFactory(order=order, dealer=person.dealer)
    server.answer = lambda post: 503
    tick(clock)
    accept_offer(order_id=order.pk, by=person, now=NOW)
    server.answer = lambda post: 200
    clock.forward(minutes=1)
    tick(clock)
    clock.forward(hours=1)
    tick(clock)
    assert [post.content["status"] for post in server.book.posts] == ["new", "accepted"]
    assert states() == [DispatchState.OUTDATED, DispatchState.SENT]


def test_what_changes_between_claim_and_sending_is_sent_as_it_is_now(leadsdb, server, clock):
    order = placed()
    follow(now=NOW)
    Order.objects.filter(pk=order.pk).update(customer_name="Иначе")
    assert delivery.drain(leadsdb.pk, clock=clock) == 0
    assert lanes.send_due(clock=clock) == 1
    assert states() == [DispatchState.OUTDATED, DispatchState.SENT]
    assert [post.content["customer"]["name"] for post in server.book.posts] == ["Иначе"]


def test_a_later_state_waits_for_the_earlier_one_under_way(leadsdb, server, clock):
    order = placed()
    follow(now=NOW)
    claim = delivery.claim(leadsdb.pk, now=NOW)
    assert len(claim.dispatches) == 1
    HistoryEntry.objects.create(order=order, kind=HistoryKind.STATUS, created_at=NOW)
    tick(clock)
    assert server.book.posts == []
    # The worker that had it is lost: what it was to send has been replaced.
    clock.forward(minutes=6)
    tick(clock)
    tick(clock)
    assert len(server.book.posts) == 1
    assert states() == [DispatchState.OUTDATED, DispatchState.SENT]


def test_contacts_without_consent_stay_here(leadsdb, server, clock):
    order = placed(comment="Звоните 8 916 123-45-67")
    Consent.objects.all().delete()
    tick(clock)
    content_sent = server.book.posts[0].content
    assert (content_sent["customer"], content_sent["comment"]) == (None, "")
    assert order.customer_name not in server.book.posts[0].body.decode()


def test_erased_and_deleted_orders_go_out_without_contacts(leadsdb, server, clock, administrator):
    order = placed(customer_name="Роман Серов")
    tick(clock)
    cancel(order_id=order.pk, by=administrator, reason_id=reason("cancel").pk, now=NOW)
    tick(clock)
    erase(customer_id=order.customer_id, reason="Просьба", by=administrator, now=NOW)
    tick(clock)
    assert [bool(post.content["customer"]) for post in server.book.posts] == [True, True, False]
    deleted = placed()
    tick(clock)
    delete_order(order_id=deleted.pk, by=administrator, now=NOW)
    tick(clock)
    last = server.book.posts[-1].content
    assert (last["is_deleted"], last["customer"]) == (True, None)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 503])
def test_trouble_is_tried_again_and_leaves_the_system_alone(leadsdb, server, clock, status):
    placed()
    placed()
    server.answer = lambda post: status
    assert tick(clock) == 0
    # The second one is not even tried.
    assert len(server.book.posts) == 1
    clock.forward(seconds=29)
    tick(clock)
    assert len(server.book.posts) == 1
    server.answer = lambda post: 200
    clock.forward(minutes=1)
    assert tick(clock) == 2
    assert Endpoint.objects.get().failures == 0
    assert set(states()) == {DispatchState.SENT}


@pytest.mark.parametrize("fault", ["cut", "silence"])
def test_what_was_taken_without_an_answer_goes_out_again_with_its_key(
    leadsdb, server, clock, fault, monkeypatch
):
    monkeypatch.setattr("suz.common.outgoing.post.__kwdefaults__", {"seconds": 0.5})
    placed()
    server.answer = lambda post: fault
    tick(clock)
    assert states() == [DispatchState.PENDING]
    server.answer = lambda post: 200
    clock.forward(minutes=1)
    tick(clock)
    assert list(server.book.attempts.values()) == [2]
    assert len(server.book.taken) == 1


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_what_is_refused_is_dead_at_once_and_stops_nothing(leadsdb, server, clock, status):
    first = placed()
    placed()
    server.answer = lambda post: status if post.content["number"] == first.pk else 200
    assert tick(clock) == 1
    assert sorted(states()) == [DispatchState.DEAD, DispatchState.SENT]


def test_a_known_key_counts_as_taken(leadsdb, server, clock):
    placed()
    server.answer = lambda post: 409
    assert tick(clock) == 1


def test_after_the_last_attempt_it_is_dead_until_somebody_retries(
    leadsdb, server, clock, administrator
):
    placed()
    server.answer = lambda post: 500
    for _number in range(MAX_ATTEMPTS + 3):
        tick(clock)
        clock.forward(hours=15)
    assert len(server.book.posts) == MAX_ATTEMPTS
    dead = Dispatch.objects.get()
    assert (dead.state, dead.status_code) == (DispatchState.DEAD, 500)
    server.answer = lambda post: 200
    retry(dispatch_id=dead.pk, by=administrator, now=clock())
    assert tick(clock) == 1
    with pytest.raises(DispatchRefused):
        retry(dispatch_id=dead.pk, by=administrator, now=clock())


def test_a_refused_address_waits_for_nobody_and_is_not_hammered(
    leadsdb, server, clock, administrator
):
    Endpoint.objects.update(url="https://127.0.0.2/leads")
    placed()
    placed()
    tick(clock)
    assert sorted(states()) == [DispatchState.DEAD, DispatchState.PENDING]
    assert retry_all(endpoint_id=leadsdb.pk, by=administrator, now=clock()) == 1


def test_the_server_says_when_to_come_again(leadsdb, server, clock):
    placed()
    server.answer, server.headers = (lambda post: 429), {"Retry-After": "3600"}
    tick(clock)
    clock.forward(minutes=59)
    tick(clock)
    assert len(server.book.posts) == 1
    clock.forward(minutes=2)
    tick(clock)
    assert len(server.book.posts) == 2


def test_a_lost_worker_s_lease_runs_out(leadsdb, server, clock):
    placed()
    follow(now=NOW)
    delivery.claim(leadsdb.pk, now=NOW)
    clock.forward(minutes=4)
    assert tick(clock) == 0
    clock.forward(minutes=2)
    assert tick(clock) == 1


def test_what_kills_its_worker_each_time_ends(leadsdb, server, clock):
    placed()
    follow(now=NOW)
    for _number in range(MAX_ATTEMPTS):
        delivery.claim(leadsdb.pk, now=clock())
        clock.forward(minutes=6)
    tick(clock)
    assert (states(), server.book.posts) == ([DispatchState.DEAD], [])


def test_a_result_is_recorded_only_where_the_lease_is_still_one_s_own(leadsdb, clock):
    placed()
    follow(now=NOW)
    late = delivery.claim(leadsdb.pk, now=NOW)
    clock.forward(minutes=6)
    delivery.claim(leadsdb.pk, now=clock())
    result = delivery.Result(delivery.Verdict.REFUSED, status=400)
    delivery._record(late, late.dispatches[0], leadsdb, result, now=clock())
    assert states() == [DispatchState.SENDING]


def test_no_log_keeps_what_the_customer_gave(leadsdb, server, clock):
    placed(
        customer_name="Роман Серов",
        phone=PHONE,
        email="serov@mail.example.com",
        address="ул. Лесная, д. 5",
        comment="Код домофона 77",
    )
    server.answer = lambda post: "echo"
    tick(clock)
    kept = Dispatch.objects.get()
    everything = f"{kept.answer} {kept.error}"
    assert kept.answer
    for word in ("Роман", "Серов", "916", "serov", "Лесная", "домофона"):
        assert word not in everything


def test_escaped_names_are_found_as_well():

    assert "Роман" not in shown_answer(
        b'{"name": "\\u0420\\u043e\\u043c\\u0430\\u043d"}', ["Роман"]
    )
    broken = shown_answer(b'{"name": "\\u0420\\u043e\\u043c\\u0430\\u043d', ["Роман"])
    assert "u0420" not in broken


def test_switched_off_nothing_is_sent_and_what_waits_is_cancelled(
    leadsdb, server, clock, administrator
):
    placed()
    follow(now=NOW)
    values = {"url": server.url, "user": "suz", "secret": "", "by": administrator, "now": NOW}
    assert save_leadsdb(is_on=False, **values)
    placed()
    tick(clock)
    assert states() == [DispatchState.CANCELLED]
    save_leadsdb(is_on=True, **values)
    placed()
    assert tick(clock) == 1
    assert len(server.book.posts) == 1


def test_switched_off_between_claim_and_sending_nothing_goes_out(leadsdb, server, clock):
    placed()
    follow(now=NOW)
    claim = delivery.claim(leadsdb.pk, now=NOW)
    Endpoint.objects.update(enabled_since=None)
    assert (
        delivery._handle(claim, claim.dispatches[0], content.prepare(claim.dispatches), clock)
        is None
    )
    assert (states(), server.book.posts) == ([DispatchState.CANCELLED], [])


def test_the_secret_is_sealed_and_stands_in_no_history(leadsdb, administrator, server):
    assert SECRET not in leadsdb.secret
    assert unseal(leadsdb.secret, purpose=content.PURPOSE) == SECRET
    fields = {field.name for field in Endpoint.pgh_event_model._meta.fields}
    assert "secret" not in fields
    record = AuditRecord.objects.get(kind="leadsdb")
    assert record.data["fields"] == ["secret"]
    assert SECRET not in str(record.data)
    assert leadsdb.secret not in str(record.data)


def test_an_empty_secret_keeps_the_former_one(leadsdb, administrator, server):
    assert save_leadsdb(
        url=server.url, user="other", secret="", is_on=True, by=administrator, now=NOW
    )
    assert Endpoint.objects.get().secret == leadsdb.secret
    values = {"url": server.url, "user": "other", "secret": "", "is_on": True}
    assert not save_leadsdb(by=administrator, now=NOW, **values)


def test_without_a_secret_it_cannot_be_switched_on(administrator):
    with pytest.raises(EndpointRefused):
        save_leadsdb(
            url="https://a.example/", user="suz", secret="", is_on=True, by=administrator, now=NOW
        )


def test_with_another_key_of_the_product_the_log_says_what_to_do(leadsdb, server, clock, settings):
    placed()
    settings.SECRET_KEY = "другой ключ" * 5
    tick(clock)
    kept = Dispatch.objects.get()
    assert kept.state == DispatchState.PENDING
    assert kept.error == "Секрет больше не прочитать: введите его заново в настройках."
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests-" + "0123456789" * 4]
    clock.forward(minutes=1)
    assert tick(clock) == 1


@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (500, "dead"), (400, "dead")])
def test_a_test_message_is_tried_once_even_while_it_is_off(
    leadsdb, server, clock, administrator, status, state
):
    Endpoint.objects.update(enabled_since=None, resume_at=NOW + timedelta(hours=1))
    server.answer = lambda post: status
    ask_test(endpoint_id=leadsdb.pk, by=administrator, now=NOW)
    lanes.send_due(clock=clock)
    lanes.send_due(clock=clock)
    assert states() == [state]
    assert [post.content["event"] for post in server.book.posts] == ["test"]


def test_one_system_s_trouble_is_not_another_s(leadsdb, webhook, server, clock, person):
    order = placed()
    OfferFactory(order=order, dealer=person.dealer)
    server.answer = lambda post: 500
    with receiver() as other:
        Endpoint.objects.filter(pk=webhook.pk).update(url=other.url)
        assert tick(clock) == 1
        assert len(other.book.taken) == 1


def test_old_rows_are_forgotten_and_failures_kept(leadsdb, server, clock):
    first = placed()
    placed()
    server.answer = lambda post: 400 if post.content["number"] == first.pk else 200
    tick(clock)
    forget_old(now=NOW + timedelta(days=89))
    assert len(states()) == 2
    forget_old(now=NOW + timedelta(days=91))
    assert states() == [DispatchState.DEAD]


def test_a_claim_costs_the_same_for_one_and_for_many(
    leadsdb, server, clock, django_assert_num_queries
):
    placed()
    follow(now=NOW)
    with django_assert_num_queries(5):
        delivery.claim(leadsdb.pk, now=NOW)
    for _number in range(3):
        placed()
    follow(now=NOW)
    with django_assert_num_queries(5):
        assert len(delivery.claim(leadsdb.pk, now=NOW).dispatches) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_following_costs_the_same_for_one_and_for_many(leadsdb, django_assert_num_queries, count):
    follow(now=NOW)
    for _number in range(count):
        placed()
    with django_assert_num_queries(18):
        follow(now=timezone.now())
    assert len(states()) == count
