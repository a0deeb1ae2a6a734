"""What a message may hold, to look at texts with and to send one to oneself."""

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.events import HIDDEN_FROM, kept_context
from notifications.models import Audience, Channel, Delivery, Message
from notifications.rendering import render, render_line

CONTEXT = {
    "order": 1416,
    "place": "Казань",
    "region": "Республика Татарстан",
    "total": "39844",
    "lines": [
        {"name": "Панель «Дуб светлый»", "quantity": 24, "unit": "шт"},
        {"name": "Плинтус «Орех»", "quantity": 8, "unit": "м"},
    ],
    "line_count": 2,
    "dealer": "ООО «Панель»",
    "manager": "Иван Петров",
    "customer": "Роман Ильин",
    "reason": "Нет товара на складе",
    "party": "dealer",
    "attention": "unclaimed",
    "due_on": "2026-06-08",
    "choice": "stay",
    "changes": ["Плинтус «Орех» × 6 м → Плинтус «Орех» × 8 м, 431 ₽"],
    "sum_before": "38\u202f120\u00a0₽",
    "changed": ["address", "due_on"],
    "product": "Плинтус «Орех»",
    "words": "Когда привезут панели?",
    "code": "314159",
    "rating": 5,
    "complaint": 27,
    "category": "Нарушены сроки",
    "said": "Доставку ждём вторую неделю, а менеджер не отвечает.",
    "link": "/workspace/",
}
TEST = "test"


class NoAddress(Exception):
    """There is nowhere to send a test to; the message is for people."""


@transaction.atomic
def send_test(*, event, audience, channel, subject, body, by, now):
    """Write a message of an event with example data to ``by`` and return it. Raises NoAddress."""
    message = example(event, audience, subject=subject, body=body)
    message.user, message.created_at = by, now
    address = str(by.phone or "") if channel == Channel.SMS else by.email
    if not address:
        raise NoAddress(_("Write your phone under “My notifications” first."))
    if channel == Channel.SITE:
        message.on_site = True
        message.line = render_line(message, None)
    message.save()
    if channel != Channel.SITE:
        Delivery.objects.create(message=message, channel=channel, address=address, due_at=now)
    return message


def preview(event, audience, channel, *, subject, body):
    """What a text looks like with example data: ``(subject, text)``, plain."""
    message = example(event, audience, subject=subject, body=body)
    if channel == Channel.SITE:
        return "", render_line(message, None)
    content = render(message, channel, {})
    return content.subject, content.text


def example(event, audience, *, subject="", body=""):
    """An unsaved message with example data and the text given."""
    hidden = HIDDEN_FROM.get(Audience(audience), frozenset())
    context = {key: value for key, value in CONTEXT.items() if key not in hidden}
    return Message(
        event=event,
        audience=audience,
        subject_key=TEST,
        context=kept_context(audience, context) | {"text": {"subject": subject, "body": body}},
        url=CONTEXT["link"],
    )
