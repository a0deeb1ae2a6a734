"""What people do with an order on its pages."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from orders.actions import actions_for
from orders.models import Order, ReasonKind
from orders.services.accepting import accept_offer
from orders.statuses import FINAL, TRANSITIONS, Status, Step
from tests.factories import DealerFactory, OfferFactory, OrderFactory, reason

NOBODY_S_FIELDS = {
    "status": "completed",
    "dealer": "1",
    "points": "1000000",
    "price": "1",
    "total": "1",
    "earned": "1",
    "manager": "1",
    "deleted_at": "2020-01-01",
}


@pytest.fixture
def order(city, dealer):
    made = OrderFactory(place=city, created_at=timezone.now())
    OfferFactory(order=made, dealer=dealer)
    return made


@pytest.fixture
def own(order, dealer_manager):
    accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())
    order.refresh_from_db()
    return order


def post(client, name, order, **data):
    return client.post(reverse(f"order_{name}", args=[order.pk]), data)


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_way_from_offer_to_completion(client, order, dealer_manager):
    client.force_login(dealer_manager)
    answers = [post(client, "accept", order), post(client, "contacted", order)]
    answers += [
        post(client, "move", order, target=target)
        for target in ("clarification", "payment", "delivery")
    ]
    answers.append(post(client, "complete", order, earned="39 844,50 ₽"))
    assert [answer.status_code for answer in answers] == [302] * 6
    assert all(said(answer) for answer in answers)
    order.refresh_from_db()
    assert (order.status, order.earned) == (Status.COMPLETED, Decimal("39844.50"))
    dealer_manager.dealer.refresh_from_db()
    assert dealer_manager.dealer.points == 100


def test_the_second_of_a_race_reads_a_clear_page(client, order, dealer_manager, other_manager):
    OfferFactory(order=order, dealer=other_manager.dealer)
    accept_offer(order_id=order.pk, by=other_manager, now=timezone.now())
    client.force_login(dealer_manager)
    answer = post(client, "accept", order)
    assert answer.status_code == 409
    assert "Заказ уже принят другим дилером." in answer.content.decode()
    listed = client.get(reverse("order_list"), {"tab": "all"}).content.decode()
    assert f'id="order-{order.pk}"' not in listed


def test_accepting_twice_is_once(client, order, dealer_manager):
    client.force_login(dealer_manager)
    assert post(client, "accept", order).status_code == 302
    assert post(client, "accept", order).status_code == 302
    assert order.assignments.count() == 1


def test_declining_takes_a_reason_and_leads_to_the_list(client, order, dealer_manager):
    client.force_login(dealer_manager)
    refused = post(client, "decline", order, reason="0")
    assert refused.status_code == 422
    assert "Выберите причину из списка." in refused.content.decode()
    answer = post(client, "decline", order, reason=reason().pk)
    assert answer.url == reverse("order_list")


def test_a_reason_of_another_kind_is_refused(client, own, dealer_manager):
    client.force_login(dealer_manager)
    assert post(client, "cancel", own, reason=reason().pk).status_code == 422
    own.refresh_from_db()
    assert own.status == Status.ACCEPTED


def test_giving_up_leads_to_the_list(client, own, dealer_manager):
    client.force_login(dealer_manager)
    chosen = reason(ReasonKind.GIVE_UP)
    answer = post(client, "give_up", own, reason=chosen.pk)
    assert answer.url == reverse("order_list")
    own.refresh_from_db()
    assert (own.status, own.dealer) == (Status.NEW, None)


def test_cancelling_keeps_the_party(client, own, manager):
    client.force_login(manager)
    chosen = reason(ReasonKind.CANCEL, "customer")
    assert post(client, "cancel", own, reason=chosen.pk).status_code == 302
    own.refresh_from_db()
    assert own.cancel_reason == chosen
    page = client.get(reverse("order_card", args=[own.pk])).content.decode()
    assert f"{chosen.text} (покупатель)" in page


def test_assigning_by_hand(client, order, manager):
    chosen = DealerFactory(main_region=order.region)
    client.force_login(manager)
    assert post(client, "assign", order, dealer="x").status_code == 422
    assert post(client, "assign", order, dealer=chosen.pk).status_code == 302
    order.refresh_from_db()
    assert (order.dealer, order.status) == (chosen, Status.ACCEPTED)


def test_dealers_that_can_deliver_stand_first_when_assigning(client, order, dealer, manager):
    other = DealerFactory(name="Альфа", main_region=order.region, takes_site_orders=False)
    far = DealerFactory(name="Аврора")
    client.force_login(manager)
    form = client.get(reverse("order_card", args=[order.pk])).context["forms"]["assign"]
    groups = [
        [value for value, _name in group] for _title, group in form.fields["dealer"].choices[1:]
    ]
    assert groups == [[dealer.pk], [other.pk], [far.pk]]


def test_reopening_and_deleting_are_the_administrator_s(client, own, administrator):
    client.force_login(administrator)
    post(client, "cancel", own, reason=reason(ReasonKind.CANCEL, "customer").pk)
    assert post(client, "reopen", own, reason="  ").status_code == 422
    assert post(client, "reopen", own, reason="Покупатель вернулся").status_code == 302
    own.refresh_from_db()
    assert own.status == Status.ACCEPTED
    answer = post(client, "delete", own)
    assert answer.url == reverse("order_list")
    assert client.get(reverse("order_card", args=[own.pk])).status_code == 404
    assert Order.objects.filter(pk=own.pk).exists()


@pytest.mark.parametrize("visible", [True, False])
def test_comments_are_internal_unless_shown(client, own, dealer_manager, visible):
    client.force_login(dealer_manager)
    data = {"is_visible": "on"} if visible else {}
    answer = post(client, "comment", own, text="Цвет согласован", **data)
    assert answer.url.endswith("#history")
    assert own.history.get(text="Цвет согласован").is_visible is visible


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("comment", {"text": "x" * 5000}),
        ("comment", {"text": "a\0b"}),
        ("comment", {"text": ""}),
        ("complete", {"earned": "1e308"}),
        ("complete", {"earned": "-1"}),
        ("complete", {"earned": "NaN"}),
        ("complete", {"earned": "много"}),
        ("cancel", {"reason": "9" * 40}),
        ("cancel", {"reason": "\0"}),
        ("give_up", {}),
    ],
)
def test_nonsense_brings_the_form_back_with_what_was_typed(client, own, dealer_manager, name, data):
    client.force_login(dealer_manager)
    answer = post(client, name, own, **data)
    assert answer.status_code == 422
    form = answer.context["forms"][name]
    assert form.errors
    assert dict(form.data.items()) == data


@pytest.mark.parametrize("target", ["completed", "cancelled", "new", "nope", "", "\0"])
def test_an_illegal_step_is_refused_in_words(client, own, dealer_manager, target):
    client.force_login(dealer_manager)
    answer = post(client, "move", own, target=target)
    assert (answer.status_code, len(said(answer))) == (302, 1)
    own.refresh_from_db()
    assert own.status == Status.ACCEPTED


@pytest.mark.parametrize("name", ["accept", "contacted", "move", "comment"])
def test_fields_that_nobody_may_set_are_ignored(client, own, dealer_manager, name):
    before = Order.objects.values("total", "dealer_id", "earned", "deleted_at").get(pk=own.pk)
    client.force_login(dealer_manager)
    post(client, name, own, **NOBODY_S_FIELDS, target="clarification", text="Слово")
    after = Order.objects.values("total", "dealer_id", "earned", "deleted_at").get(pk=own.pk)
    assert after == before
    dealer_manager.dealer.refresh_from_db()
    assert dealer_manager.dealer.points == 0


def test_contact_needs_a_call_where_calls_work(client, own, dealer, dealer_manager):
    SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
    dealer.site_calls = True
    dealer.save(update_fields=["site_calls"])
    client.force_login(dealer_manager)
    page = client.get(reverse("order_card", args=[own.pk])).content.decode()
    assert reverse("order_contacted", args=[own.pk]) not in page
    post(client, "contacted", own)
    own.refresh_from_db()
    assert own.status == Status.ACCEPTED


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("who", ["dealer_manager", "manager", "administrator"])
def test_buttons_are_the_table_of_transitions(request, dealer, status, who):
    """Every step offered is legal, and every legal one that a button can take is offered."""
    user = request.getfixturevalue(who)
    order = Order(pk=1, status=status, dealer=None if status == Status.NEW else dealer)
    if status == Status.NEW and user.is_dealer:
        actions = actions_for(user, order, SystemSettings())
        assert (actions.accept, actions.decline, actions.cancel) == (True, True, False)
        return
    actions = actions_for(user, order, SystemSettings())
    offered = {one.code for one in actions.other_moves}
    offered |= {actions.next_move.code} if actions.next_move else set()
    offered |= {Status.COMPLETED} if actions.complete else set()
    offered |= {Status.CANCELLED} if actions.cancel else set()
    offered |= {Status.PROCESSED} if actions.contacted else set()
    legal = {
        target
        for (source, target), step in TRANSITIONS.items()
        if source == status and step.step != Step.ACCEPT and (step.dealer or not user.is_dealer)
    }
    assert offered == legal
    assert actions.reopen == (user.is_administrator and status in FINAL)
    assert actions.delete == user.is_administrator
    assert actions.give_up == (user.is_dealer and status not in (Status.NEW, *FINAL))
