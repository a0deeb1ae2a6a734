"""Customers' SMS: not at night, not where nobody carries them, in place of the robot's call."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.urls import reverse

from dealers.models import SystemSettings
from notifications.choices import choose_channels, save_modes
from notifications.delivery import claim, drain
from notifications.events import EVENTS, Priority
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    Mode,
    RecipientChoice,
    SimulatedSms,
)
from notifications.outbox import Draft, enqueue
from orders import messages
from orders.links import channels_link, customer_link
from orders.models import Consent
from orders.services.accepting import accept_offer
from tests.factories import (
    AdministratorFactory,
    CartFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    OfferFactory,
    OrderFactory,
    ProductFactory,
    RegionFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db
# Moscow is at UTC+3, Vladivostok at UTC+10.
NOON = datetime.datetime(2026, 6, 15, 9, 0, tzinfo=datetime.UTC)
NIGHT = datetime.datetime(2026, 6, 15, 19, 30, tzinfo=datetime.UTC)
MOSCOW, VLADIVOSTOK = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok")


def local(moment, zone):
    return moment.astimezone(zone).strftime("%d %H:%M")


@pytest.fixture
def order():
    city = CityFactory(parent=RegionFactory(time_zone="Europe/Moscow"), time_zone="Europe/Moscow")
    return by_sms(OrderFactory(place=city))


def by_sms(order):
    choose_channels(key=messages.subject_key(order), by_email=True, by_sms=True, now=NOON)
    return order


def due(order, channel):
    return Delivery.objects.get(
        message__subject_key=messages.subject_key(order),
        message__audience="customer",
        channel=channel,
    ).due_at


class TestNight:
    def test_an_sms_of_the_night_waits_for_the_customers_morning_and_a_mail_does_not(self, order):
        messages.completed(order, NIGHT)
        assert local(due(order, "sms"), MOSCOW) == "16 09:00"
        assert due(order, "email") == NIGHT

    def test_by_day_it_goes_out_at_once(self, order):
        messages.completed(order, NOON)
        assert due(order, "sms") == NOON

    def test_the_hour_is_that_of_the_customers_place(self):
        region = RegionFactory(time_zone="Asia/Vladivostok")
        far = by_sms(OrderFactory(place=CityFactory(parent=region, time_zone="Asia/Vladivostok")))
        # 12:00 in Moscow is 19:00 there, 22:30 is 5:30.
        messages.completed(far, NOON)
        assert due(far, "sms") == NOON
        Message.objects.all().delete()
        messages.completed(far, NIGHT)
        assert local(due(far, "sms"), VLADIVOSTOK) == "16 09:00"

    def test_the_hours_are_a_setting(self, order):
        SystemSettings(pk=1, sms_from_hour=0, sms_to_hour=24).save()
        messages.completed(order, NIGHT)
        assert due(order, "sms") == NIGHT
        Message.objects.all().delete()
        SystemSettings.objects.update(sms_from_hour=11, sms_to_hour=12)
        messages.completed(order, NOON)
        assert local(due(order, "sms"), MOSCOW) == "16 11:00"

    def test_what_is_late_by_a_fault_waits_too_and_spends_no_attempt(self, order):
        messages.completed(order, NOON)
        assert drain(clock=lambda: NIGHT, channels=["sms"]) == 0
        row = Delivery.objects.get(channel="sms", message__audience="customer")
        assert local(row.due_at, MOSCOW) == "16 09:00"
        assert (row.state, row.attempts, row.lease_token) == (DeliveryState.PENDING, 0, None)
        morning = row.due_at
        assert drain(clock=lambda: morning, channels=["sms"]) == 1
        assert SimulatedSms.objects.count() == 1

    def test_an_urgent_one_as_a_code_knows_no_night(self, order, monkeypatch):
        notice = EVENTS["order_completed"].notices["customer"]
        urgent = type(notice)(**{**vars(notice), "priority": Priority.URGENT})
        monkeypatch.setitem(EVENTS["order_completed"].notices, "customer", urgent)
        messages.completed(order, NIGHT)
        assert due(order, "sms") == NIGHT
        assert len(claim(now=NIGHT, channels=["sms"]).deliveries) == 1

    def test_the_settings_page_takes_the_hours(self, client):
        client.force_login(AdministratorFactory())
        page = client.get(reverse("settings")).content.decode()
        assert 'name="sms_from_hour"' in page
        assert 'name="sms_to_hour"' in page


class TestNotOffered:
    @pytest.fixture(params=["no provider", "switched off"])
    def no_sms(self, request, settings):
        if request.param == "no provider":
            settings.SMS_PROVIDER = "none"
            return
        switch_off(Channel.SMS)

    @pytest.fixture
    def checkout(self, client):
        cart = CartFactory()
        CartLineFactory(cart=cart, product=ProductFactory())
        client.cookies["cart"] = cart.token
        return lambda: client.get(reverse("checkout")).content.decode()

    def test_both_ways_are_offered_at_first(self, client, order, checkout):
        assert 'name="news"' in checkout()
        page = client.get(channels_link(order)).content.decode()
        assert 'name="by_sms"' in page
        assert 'name="by_email"' in page

    def test_the_checkout_does_not_offer_sms(self, no_sms, checkout):
        page = checkout()
        assert 'name="news"' not in page
        assert "по SMS" not in page

    def test_nor_does_the_page_of_the_choice_and_the_choice_stays(self, client, order, no_sms):
        link = channels_link(order)
        page = client.get(link).content.decode()
        assert 'name="by_sms"' not in page
        assert 'name="by_email"' in page
        client.post(link, {"by_email": "on", "by_sms": "on"})
        chosen = RecipientChoice.objects.get()
        assert (chosen.by_email, chosen.by_sms) == (True, True)
        RecipientChoice.objects.update(by_sms=False)
        client.post(link, {"by_email": "on", "by_sms": "on"})
        assert not RecipientChoice.objects.get().by_sms

    def test_without_any_way_the_page_says_so(self, client, order, settings):
        settings.SMS_PROVIDER = "none"
        switch_off(Channel.EMAIL)
        assert "Сейчас сообщения не отправляются" in text_of(client.get(channels_link(order)))


def switch_off(channel):
    modes = {
        (event.code, "customer", channel): Mode.OFF
        for event in EVENTS.values()
        if "customer" in event.notices and not event.is_fixed
    }
    save_modes(modes=modes, by=AdministratorFactory(), now=NOON)


class TestInPlaceOfTheRobot:
    """Without a robot an SMS with the link tells who agreed to be called."""

    def accepted(self, *, agreed=True, chosen=None):
        dealer = DealerFactory()
        manager = UserFactory(dealer=dealer)
        order = OrderFactory(email="roman@example.com")
        if agreed:
            Consent.objects.create(
                customer=order.customer,
                order=order,
                kind=Consent.Kind.CALLS,
                text_version="1",
                given_at=NOON,
            )
        if chosen is not None:
            by_email, by_sms = chosen
            key = messages.subject_key(order)
            choose_channels(key=key, by_email=by_email, by_sms=by_sms, now=NOON)
        OfferFactory(order=order, dealer=dealer)
        accept_offer(order_id=order.pk, by=manager, now=NOON)
        message = Message.objects.get(event="order_accepted", audience="customer")
        return order, set(message.deliveries.values_list("channel", flat=True))

    def test_an_sms_with_the_link_comes_where_calls_are_off(self):
        order, channels = self.accepted()
        assert channels == {"email", "sms"}
        drain(clock=lambda: NOON, channels=["sms"])
        (sms,) = SimulatedSms.objects.all()
        assert sms.phone == order.phone
        assert f"принял ваш заказ № {order.pk}" in sms.text
        assert customer_link(order) in sms.text

    def test_it_comes_where_the_robot_alone_is_off_or_nobody_dials(self, settings):
        SystemSettings(pk=1, calls_enabled=True, robot_enabled=False).save()
        assert "sms" in self.accepted()[1]
        Message.objects.all().delete()
        SystemSettings.objects.update(robot_enabled=True)
        settings.TELEPHONY_PROVIDER = "none"
        assert "sms" in self.accepted()[1]

    def test_where_the_robot_rings_there_is_none(self):
        SystemSettings(pk=1, calls_enabled=True, robot_enabled=True).save()
        assert self.accepted()[1] == {"email"}

    def test_who_did_not_agree_to_calls_gets_none(self):
        assert self.accepted(agreed=False)[1] == {"email"}

    def test_who_has_chosen_otherwise_is_heeded(self):
        assert self.accepted(chosen=(True, False))[1] == {"email"}

    def test_without_a_provider_of_sms_there_is_none(self, settings):
        settings.SMS_PROVIDER = "none"
        assert self.accepted()[1] == {"email"}

    def test_it_comes_once_an_acceptance(self):
        self.accepted()
        assert Message.objects.filter(event="order_accepted", audience="customer").count() == 1


def test_a_draft_without_quiet_hours_is_due_at_once():
    with transaction.atomic():
        (message,) = enqueue(
            [
                Draft(
                    event="order_completed",
                    audience="customer",
                    subject_key="order:1",
                    phone="+79161234567",
                    wishes={"sms": True},
                )
            ],
            now=NIGHT,
        )
    assert message.deliveries.get().due_at == NIGHT
