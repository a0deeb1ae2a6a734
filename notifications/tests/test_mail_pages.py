"""Mails, as the manufacturer reads them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.delivery import drain
from notifications.models import Delivery, DeliveryState
from notifications.tests.conftest import NOW, draft, write, write_many

pytestmark = pytest.mark.django_db
LIST = reverse("mail_list")
ADMINISTRATOR, MANAGER, DEALER = "administrator", "manager", "dealer_manager"


@pytest.fixture
def mail(db):
    """A mail to a customer, with a personal link in it."""
    (message,) = write(
        draft("order_placed", "customer", email="roman@example.com", url="/o/588-secret/")
    )
    return message.deliveries.get()


def log_in(client, request, role):
    client.force_login(request.getfixturevalue(role))


def shown(answer):
    return [delivery.pk for delivery in answer.context["page"]]


@pytest.mark.parametrize("name", ["mail_list", "mail", "mail_html"])
@pytest.mark.parametrize(("role", "status"), [(ADMINISTRATOR, 200), (MANAGER, 200), (DEALER, 404)])
def test_mails_are_for_the_manufacturer(client, request, mail, name, role, status):
    log_in(client, request, role)
    args = [] if name == "mail_list" else [mail.pk]
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    assert ("588-secret" in answer.content.decode()) == (status == 200 and name != "mail_list")


@pytest.mark.parametrize("name", ["mail", "mail_html", "mail_retry", "mail_cancel"])
def test_mails_ask_to_log_in(client, mail, name):
    answer = client.post(reverse(name, args=[mail.pk]))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["mail", "mail_html"])
@pytest.mark.parametrize("pk", [0, 10**9, 2**70])
def test_a_missing_mail_is_not_found(client, administrator, name, pk):
    client.force_login(administrator)
    assert client.get(reverse(name, args=[pk])).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(ADMINISTRATOR, 302), (MANAGER, 404), (DEALER, 404)])
def test_only_an_administrator_sends_again(client, request, mail, role, status):
    log_in(client, request, role)
    Delivery.objects.update(state=DeliveryState.DEAD)
    assert client.post(reverse("mail_retry", args=[mail.pk])).status_code == status
    mail.refresh_from_db()
    assert (mail.state == DeliveryState.PENDING) == (status == 302)


@pytest.mark.parametrize(("role", "status"), [(ADMINISTRATOR, 302), (MANAGER, 404), (DEALER, 404)])
def test_only_an_administrator_cancels(client, request, mail, role, status):
    log_in(client, request, role)
    assert client.post(reverse("mail_cancel", args=[mail.pk])).status_code == status
    mail.refresh_from_db()
    assert (mail.state == DeliveryState.CANCELLED) == (status == 302)


@pytest.mark.parametrize("name", ["mail_retry", "mail_cancel"])
def test_getting_changes_nothing(client, administrator, mail, name):
    client.force_login(administrator)
    assert client.get(reverse(name, args=[mail.pk])).status_code == 405


def test_a_refusal_says_why(client, administrator, mail):
    client.force_login(administrator)
    answer = client.post(reverse("mail_retry", args=[mail.pk]), follow=True)
    assert "Повторить можно только" in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "role", "buttons"),
    [
        ("dead", ADMINISTRATOR, {"retry", "cancel"}),
        ("pending", ADMINISTRATOR, {"cancel"}),
        ("sent", ADMINISTRATOR, set()),
        ("dead", MANAGER, set()),
    ],
)
def test_buttons_stand_where_they_work(client, request, mail, state, role, buttons):
    log_in(client, request, role)
    Delivery.objects.update(state=state)
    text = client.get(reverse("mail", args=[mail.pk])).content.decode()
    found = {
        name for name in ("retry", "cancel") if reverse(f"mail_{name}", args=[mail.pk]) in text
    }
    assert found == buttons


def test_what_was_really_sent_is_shown(client, manager, mail, clock):
    drain(clock=clock)
    Delivery.objects.update(sent_subject="Тема", sent_text="Текст", sent_html="<p>Вид</p>")
    client.force_login(manager)
    page = client.get(reverse("mail", args=[mail.pk])).content.decode()
    assert "Тема" in page
    assert "Текст" in page
    assert client.get(reverse("mail_html", args=[mail.pk])).content.decode() == "<p>Вид</p>"


def test_an_unsent_mail_is_shown_as_it_would_look(client, manager, mail):
    client.force_login(manager)
    page = client.get(reverse("mail", args=[mail.pk])).content.decode()
    assert "так оно выглядело бы сейчас" in page
    assert "Мы получили ваш заказ №\u00a01416" in page
    assert (
        "Больше верхней границы"
        in client.get(reverse("mail_html", args=[mail.pk])).content.decode()
    )


def policy(answer):
    directives = answer.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (directive.split() for directive in directives)}


def test_the_html_of_a_mail_may_do_nothing_but_be_shown_in_our_frame(client, manager, mail):
    client.force_login(manager)
    answer = client.get(reverse("mail_html", args=[mail.pk]))
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    rules = policy(answer)
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'self'"]
    assert "script-src" not in rules
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]


def test_the_page_of_a_mail_is_not_framed_and_has_no_inline_styles(client, manager, mail):
    client.force_login(manager)
    answer = client.get(reverse("mail", args=[mail.pk]))
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert policy(answer)["frame-ancestors"] == ["'none'"]
    assert "style=" not in answer.content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in answer.content.decode()


def test_mails_are_found_by_order_state_and_event(client, manager, dealer_manager, mail):
    client.force_login(manager)
    offers = [message.deliveries.get() for message in write_many(dealer_manager, 2)]
    Delivery.objects.filter(pk=offers[0].pk).update(state=DeliveryState.DEAD)
    assert shown(client.get(LIST)) == [offers[1].pk, offers[0].pk, mail.pk]
    assert shown(client.get(LIST, {"order": "1416"})) == [mail.pk]
    assert shown(client.get(LIST, {"order": "№ 1 416"})) == [mail.pk]
    assert shown(client.get(LIST, {"state": "dead"})) == [offers[0].pk]
    assert shown(client.get(LIST, {"event": "order_placed"})) == [mail.pk]
    assert shown(client.get(LIST, {"event": "order_offered", "order": "2"})) == [offers[1].pk]
    assert shown(client.get(LIST, {"order": "9" * 30})) == []


@pytest.mark.parametrize("order", ["abc", "²", "-1", "1.5", "1" * 31, "416\x00", "😀"])
def test_a_number_that_is_none_is_explained_and_kept(client, manager, mail, order):
    client.force_login(manager)
    answer = client.get(LIST, {"order": order})
    assert answer.status_code == 200
    assert answer.context["form"].errors["order"]
    assert shown(answer) == []
    assert f'value="{order}"' in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"state": "x"}, {"event": "нет"}, {"after": "x"}, {"before": "\x00"}]
)
def test_other_nonsense_does_no_harm(client, manager, mail, query):
    client.force_login(manager)
    assert client.get(LIST, query).status_code == 200


def test_a_list_that_found_nothing_says_so(client, manager, mail):
    client.force_login(manager)
    assert "Таких сообщений нет" in client.get(LIST, {"order": "5"}).content.decode()
    Delivery.objects.all().delete()
    assert "Пока ничего не отправляли" in client.get(LIST).content.decode()


def test_a_failure_is_shown_with_its_cause(client, manager, mail):
    client.force_login(manager)
    Delivery.objects.update(state=DeliveryState.DEAD, error="550 нет такого ящика")
    for address in (LIST, reverse("mail", args=[mail.pk])):
        text = client.get(address).content.decode()
        assert "550 нет такого ящика" in text
        assert "не отправлено" in text


def test_the_list_pages_by_the_last_row_seen(client, manager, dealer_manager):
    client.force_login(manager)
    write_many(dealer_manager, 60, now=NOW - datetime.timedelta(hours=1))
    first = client.get(LIST, {"state": "pending"})
    second = client.get(LIST, {"state": "pending", "after": first.context["page"].after})
    assert len(shown(first)) == 50
    assert shown(first) + shown(second) == sorted(
        Delivery.objects.values_list("pk", flat=True), reverse=True
    )


def test_the_list_takes_as_many_queries_for_one_mail_as_for_fifty(
    client, manager, dealer_manager, django_assert_num_queries
):
    client.force_login(manager)
    write_many(dealer_manager, 1)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    write_many(dealer_manager, 49)
    with django_assert_num_queries(len(few)):
        assert len(shown(client.get(LIST))) == 50
