"""A dealer that has accepted an order and has not called yet finds the number nowhere.

Every address that the dealer may read, every page that these lead to, every export, mail and SMS,
every line that is logged and every argument of a task.
"""

import logging
import re
import urllib.parse
from collections import Counter

import pytest
from celery.app.task import Task
from django.conf import settings as configured
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from notifications.delivery import drain
from notifications.models import Delivery, Message, Preferences, SimulatedSms
from notifications.outbox import withdraw
from orders import messages
from orders.models import HistoryEntry, Order
from orders.services.contact import ask_to_call_back, prove_contact
from suz.celery import app
from telephony import tasks
from telephony.models import Call, Recording
from telephony.services.requesting import request_call
from tests.security.notations import leaks
from tests.test_access_matrix import DEALER, MATRIX, address, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PHONE = "+79031987654"
# A number of bytes may be any number.
COUNTED = ("Content-Length",)
WRITTEN = ("8 (903) 198-76-54", "+7 903 198 76 54", "9031987654", "8/903/198/76/54")
LINK = re.compile(r"""(?:href|src|action|hx-get|data-[a-z-]+)=["'](/[^"'#]*)""")
FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*(?:export|download)[^"]*)"')
# Of one page with different filters so many are looked at.
VARIANTS = 6
MOST = 600


@pytest.fixture
def hidden(world, settings):  # noqa: F811
    """The world's order, with calls on and the number written wherever a customer can write."""
    settings.DEMO = True
    SystemSettings.objects.update_or_create(
        pk=1, defaults={"calls_enabled": True, "robot_enabled": True}
    )
    dealer, user = world["dealer"], world["users"][DEALER]
    dealer.site_calls = True
    dealer.save()
    user.phone = "+79160000001"
    user.save()
    first, second, third, fourth = WRITTEN
    Order.objects.filter(pk=world["order"].pk).update(
        phone=PHONE,
        customer_name=f"Роман {first}",
        address=f"ул. Лесная, д. 5, тел. {second}",
        email=f"{third}@example.com",
        comment=f"Звоните {fourth}",
    )
    order = Order.objects.get(pk=world["order"].pk)
    order.customer.phone, order.customer.name = PHONE, f"Роман {first}"
    order.customer.save()
    return order


@pytest.fixture
def tasked(monkeypatch):
    """Arguments with which tasks are sent anywhere."""
    sent = []

    def apply_async(task, args=None, kwargs=None, **options):
        sent.append((task.name, args, kwargs, options))

    monkeypatch.setattr(Task, "apply_async", apply_async)
    return sent


def crawl(client, starts):
    """Follow every link from the addresses, export forms too: (address, response, content)."""
    waiting = list(dict.fromkeys(starts))
    known, variants = set(waiting), Counter()
    seen = 0
    while waiting:
        path = waiting.pop(0)
        route = re.sub(r"\d+", "#", path.partition("?")[0])
        variants[route] += 1
        if variants[route] > VARIANTS or route.endswith("/logout/"):
            continue
        seen += 1
        assert seen < MOST, "the crawl comes to no end"
        response = client.get(path)
        body = content_of(response)
        yield path, response, body
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        text = body.decode()
        for form in FORM.findall(text):
            for kind in ("csv", "xlsx"):
                exported = client.post(form.replace("&amp;", "&"), {"kind": kind, "format": kind})
                yield f"{form} {kind}", exported, content_of(exported)
        for found in [*LINK.findall(text), response.get("Location", "")]:
            link = found.replace("&amp;", "&")
            is_page = link.startswith("/") and not link.startswith(("//", "/static/", "/media/"))
            if is_page and link not in known:
                known.add(link)
                waiting.append(link)


def content_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def given_away(client, world):  # noqa: F811
    """Where the number stands on the pages of the order's dealer, and how many were looked at."""
    client.force_login(world["users"][DEALER], backend="dealers.auth.WorkspaceBackend")
    starts = [
        address(world, name)
        for name, (readers, _writers) in MATRIX.items()
        # A customer's own link is not given to the dealer, and shows what the customer wrote.
        if readers and DEALER in readers and not name.startswith("customer_")
    ]
    found, looked_at = {}, set()
    for path, response, body in crawl(client, starts):
        assert response.status_code < 500, path
        looked_at.add(path)
        # What a search was asked for stands in its own box.
        typed = urllib.parse.unquote_plus(path.partition("?")[2])
        if (pieces := leaks(body, PHONE)) and not leaks(typed, PHONE):
            found[path] = pieces
        headers = {name: value for name, value in response.headers.items() if name not in COUNTED}
        if pieces := leaks(str(headers), PHONE):
            found[f"headers of {path}"] = pieces
    return found, looked_at


@pytest.mark.parametrize(
    "text",
    [
        "+79031987654",
        "8 (903) 198-76-54",
        "tel:+7-903-198-76-54",
        "9031987654",
        "198-76-54",
        "%2B79031987654",
        "+7%20903%20198%2076%2054",
        "8&nbsp;903&nbsp;198&nbsp;76&nbsp;54",
        "+7 903 19* ** **",
        "*** 76-54",
        "eDkwMzE5ODc2NTQ=",
        "KzcgOTAzMTk4NzY1NA==",
        b"\xff\xfe" + "89031987654".encode("utf-16-le"),
    ],
)
def test_every_notation_counts_as_given_away(text):
    assert leaks(text, PHONE)


@pytest.mark.parametrize(
    "text", ["+7 903 [скрыт]", "", "14 903 ₽", "19876", "order 1987", "a7654b", "+7 903 ***"]
)
def test_what_the_mask_shows_does_not(text):
    assert not leaks(text, PHONE)


def test_before_the_call_the_number_stands_nowhere(
    client,
    world,  # noqa: F811
    hidden,
    tasked,
    caplog,
):
    caplog.set_level(logging.DEBUG)
    user = world["users"][DEALER]
    now = timezone.now()
    every = {event: {"email": True, "sms": True} for event in ("order_assigned", "call_back")}
    Preferences.objects.create(user=user, choices=every | {"order_details": {"sms": True}})
    # What the dealer is told, and calls that proved nothing.
    messages.assigned(hidden, now)
    messages.details_changed(hidden, ["phone"], by=world["users"]["manager"], now=now)
    facts = {"order_id": hidden.pk, "dealer_id": hidden.dealer_id, "cycle": hidden.cycle}
    ask_to_call_back(**facts, now=now)
    request_call(order_id=hidden.pk, by=user, now=now)
    tasks.tick()
    drain(clock=timezone.now)

    found, looked_at = given_away(client, world)
    assert not found, sorted(found)
    for name in ("order_list", "order_card", "order_print", "order_calls", "message_list"):
        assert any(one.startswith(address(world, name)) for one in looked_at), name
    assert any(one.endswith(" csv") for one in looked_at)
    assert any(one.endswith(" xlsx") for one in looked_at)
    # What was asked for by number finds no more than a number of nobody's.
    for text in (PHONE, PHONE[2:8], "198-76-54"):
        page = client.get(reverse("order_list"), {"q": text, "tab": "mine"})
        assert reverse("order_card", args=[hidden.pk]) not in page.content.decode()

    told = Message.objects.filter(user=user)
    assert {"order_assigned", "call_back", "order_details"} <= set(
        told.values_list("event", flat=True)
    )
    assert SimulatedSms.objects.filter(phone=user.phone).exists()
    assert mail.outbox
    for letter in mail.outbox:
        assert user.email not in letter.to or not leaks(str(letter.message()), PHONE)
        assert not leaks(letter.subject + letter.body, PHONE)
    for sms in SimulatedSms.objects.all():
        assert not leaks(sms.text, PHONE)
    kept = [Message.objects.filter(user=user), Delivery.objects.filter(message__user=user)]
    kept += [Call.objects.all(), Recording.objects.all(), HistoryEntry.objects.all()]
    for rows in kept:
        for row in rows.values():
            assert not leaks(str(row), PHONE), rows.model
    assert not leaks(caplog.text, PHONE)
    assert not leaks(str(tasked), PHONE)


def test_tasks_carry_nothing_at_all():
    """The clock's tasks have no arguments, so that none can hold a number."""
    app.loader.import_default_modules()
    for entry in configured.CELERY_BEAT_SCHEDULE.values():
        assert not set(entry) & {"args", "kwargs"}
        assert entry["task"] in app.tasks


def test_the_crawl_finds_the_number_once_they_have_talked(client, world, hidden):  # noqa: F811
    """So that it would find it before, too."""
    facts = {"order_id": hidden.pk, "dealer_id": hidden.dealer_id, "cycle": hidden.cycle}
    prove_contact(**facts, by=world["users"][DEALER], now=timezone.now())
    withdraw(subject_key=messages.subject_key(hidden), event="call_back", now=timezone.now())
    found, _looked_at = given_away(client, world)
    card = address(world, "order_card")
    assert any(path.startswith(card) for path in found)
    assert any(path.startswith(address(world, "order_print")) for path in found)
    # Exports of a dealer hide numbers always.
    assert not any(path.endswith((" csv", " xlsx")) for path in found)
