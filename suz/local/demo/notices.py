"""What people of the demo have chosen about messages, and a text of the administrator's own."""

from datetime import time, timedelta

from django.utils import timezone

from dealers.models import User
from notifications.choices import save_preferences, save_text
from notifications.models import Delivery, DeliveryState
from suz.local.demo.accounts import ADMINISTRATOR_EMAIL, HEAD_EMAIL, MANAGER_EMAIL

PHONES = {
    ADMINISTRATOR_EMAIL: "+79161234501",
    MANAGER_EMAIL: "+79161234502",
    HEAD_EMAIL: "+79161234503",
}
# Every so many-th customer of the last days wants SMS too.
WANTS_SMS = 3


def news_of(order):
    """How the customer of an order chose to be told, as ``messages.placed`` takes it."""
    return {"by_email": bool(order.email), "by_sms": order.pk % WANTS_SMS == 0}


def create_notices(now):
    """Insert choices, a text with its history, and a mail that did not arrive."""
    people = {}
    for email, phone in PHONES.items():
        people[email] = User.objects.get(email=email)
        people[email].phone = phone
        people[email].save(update_fields=["phone"])
    administrator = people[ADMINISTRATOR_EMAIL]
    save_preferences(by=administrator, choices={}, digest_hour=9)
    save_preferences(
        by=people[MANAGER_EMAIL],
        choices={"order_unclaimed": {"sms": True}},
        quiet_from=time(22),
        quiet_until=time(8),
    )
    save_preferences(by=people[HEAD_EMAIL], choices={"order_offered": {"sms": True}})
    save_text(
        event="order_accepted",
        audience="customer",
        channel="sms",
        subject="",
        body="Заказ № {{ order }} принял дилер {{ dealer }}. Скоро вам позвонят. {{ link }}",
        by=administrator,
        now=now - timedelta(days=9),
    )
    failed = Delivery.objects.filter(message__event="order_placed", channel="email").first()
    if failed:
        failed.state, failed.attempts = DeliveryState.DEAD, 1
        failed.begun_at = failed.due_at
        failed.error = "550 5.1.1 Такого почтового ящика нет"
        failed.save(update_fields=["state", "attempts", "begun_at", "error"])
    # What is still to be sent waits from now on, not from when the orders of the history came: the
    # worker, which starts after this, is not late with it.
    waiting = Delivery.objects.filter(state=DeliveryState.PENDING, due_at__lt=timezone.now())
    waiting.update(due_at=timezone.now())
