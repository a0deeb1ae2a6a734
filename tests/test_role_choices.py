"""Each role chooses on its own page how to be told, and gets exactly that: no more, no less."""

import datetime
from collections import Counter

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dealers.models import SystemSettings
from notifications.delivery import drain
from notifications.models import Message, SimulatedSms
from orders import messages
from orders.links import channels_link
from orders.services.accepting import accept_offer
from orders.services.progress import cancel as cancel_order
from tests.factories import (
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db
# Noon in Moscow: no SMS waits for the morning.
NOON = datetime.datetime(2026, 6, 15, 9, 0, tzinfo=datetime.UTC)
CUSTOMER = {"phone": "+79031112233", "email": "roman@example.com"}


class People:
    """One of each role; ``names`` tells whose an address is."""

    def __init__(self):
        dealer = DealerFactory()
        self.dealer = dealer
        self.users = {
            "administrator": AdministratorFactory(phone="+79160000001"),
            "manager": ManagerFactory(phone="+79160000002"),
            "head": UserFactory(dealer=dealer, is_head=True, phone="+79160000003"),
            "seller": UserFactory(dealer=dealer, phone="+79160000004"),
        }
        self.names = {CUSTOMER["phone"]: "customer", CUSTOMER["email"]: "customer"}
        for role, user in self.users.items():
            self.names |= {user.email: role, str(user.phone): role}

    def choose(self, role, **channels):
        """On the own page, tick exactly these channels of an event: ``event="email sms"``."""
        client = Client()
        client.force_login(self.users[role], backend="dealers.auth.WorkspaceBackend")
        address = reverse("my_notifications")
        form = client.get(address).context["form"]
        data = {
            name: value
            for name, field in form.fields.items()
            if (value := form.get_initial_for_field(field, name)) not in (None, False, "")
        }
        for event, wanted in channels.items():
            offered = [name for name in form.fields if name.startswith(f"{event}-")]
            assert offered, event
            for name in offered:
                data.pop(name, None)
                if name.removeprefix(f"{event}-") in wanted.split():
                    data[name] = "on"
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.context["form"].errors

    def order(self):
        order = OrderFactory(
            customer__phone=CUSTOMER["phone"], email=CUSTOMER["email"], created_at=NOON
        )
        OfferFactory(order=order, dealer=self.dealer)
        return order


@pytest.fixture
def people():
    SystemSettings(pk=1, calls_enabled=True).save()
    return People()


def choose_by_link(order, **ticks):
    assert Client().post(channels_link(order), ticks).status_code == 302


def told(people, event, deed):
    """What everybody really received of an event: {(who, channel): how often}."""
    Message.objects.all().delete()
    mail.outbox.clear()
    with transaction.atomic():
        deed()
    while drain(clock=lambda: NOON):
        pass
    found = Counter()
    for message in Message.objects.filter(event=event).select_related("user"):
        if message.on_site:
            found[people.names[message.user.email], "site"] += 1
        for delivery in message.deliveries.all():
            who = people.names[delivery.address]
            assert delivery.state in ("sent", "delivered")
            found[who, delivery.channel] += 1
            if delivery.channel == "email":
                (letter,) = [
                    one
                    for one in mail.outbox
                    if one.to == [delivery.address] and one.subject == delivery.sent_subject
                ]
                assert letter.body
            else:
                assert SimulatedSms.objects.get(delivery=delivery).phone == delivery.address
    return dict(found)


def once(**channels):
    return {(who, way): 1 for who, ways in channels.items() for way in ways.split()}


def offer(people, order):
    return lambda: messages.offered(
        [(order, list(order.lines.all()), people.dealer.pk, order.total)], NOON
    )


def accept(people, order):
    return lambda: accept_offer(order_id=order.pk, by=people.users["seller"], now=NOON)


def cancel(people, order):
    return lambda: cancel_order(
        order_id=order.pk,
        reason_id=reason(kind="cancel", party="customer").pk,
        by=people.users["manager"],
        now=NOON,
    )


def test_each_gets_what_it_has_chosen(people):
    people.choose("administrator", order_accepted="sms", order_cancelled="site")
    people.choose("manager", order_accepted="", order_cancelled="email")
    people.choose("head", order_offered="sms", order_cancelled="sms")
    people.choose("seller", order_offered="email", order_cancelled="site email sms")
    order = people.order()
    choose_by_link(order, by_sms="on")

    # On site an offered order always stands: nobody can switch that off.
    offered = told(people, "order_offered", offer(people, order))
    assert offered == once(head="site sms", seller="site email")
    accepted = told(people, "order_accepted", accept(people, order))
    assert accepted == once(administrator="sms", customer="sms")
    cancelled = told(people, "order_cancelled", cancel(people, order))
    assert cancelled == once(
        administrator="site",
        manager="email",
        head="sms",
        seller="site email sms",
        customer="sms",
    )


def test_who_chooses_nothing_hears_on_site_and_by_mail(people):
    order = people.order()
    assert told(people, "order_offered", offer(people, order)) == once(
        head="site email", seller="site email"
    )
    assert told(people, "order_accepted", accept(people, order)) == once(
        administrator="site email", manager="site email", customer="email"
    )
    everybody = dict.fromkeys(("administrator", "manager", "head", "seller"), "site email")
    assert told(people, "order_cancelled", cancel(people, order)) == once(
        **everybody, customer="email"
    )


def test_the_settings_go_before_what_people_have_chosen(people):
    people.choose("manager", order_cancelled="email")
    people.choose("head", order_cancelled="")
    people.choose("seller", order_cancelled="site")
    order = people.order()
    choose_by_link(order, unsubscribe="1")
    administrator = Client()
    administrator.force_login(
        people.users["administrator"], backend="dealers.auth.WorkspaceBackend"
    )
    changed = {
        "order_cancelled-dealer-sms": "mandatory",
        "order_cancelled-dealer-site": "off",
        "order_cancelled-manufacturer-email": "off",
        "order_cancelled-customer-email": "mandatory",
    }
    assert administrator.post(reverse("settings_notifications"), changed).status_code == 302
    told(people, "order_accepted", accept(people, order))
    assert told(people, "order_cancelled", cancel(people, order)) == once(
        administrator="site", head="sms", seller="sms", customer="email"
    )


def test_a_customer_who_wants_nothing_gets_nothing(people):
    order = people.order()
    choose_by_link(order, unsubscribe="1")
    accepted = told(people, "order_accepted", accept(people, order))
    assert not [who for who, _way in accepted if who == "customer"]
