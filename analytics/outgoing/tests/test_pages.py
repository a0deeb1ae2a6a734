"""Pages of connected systems."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from analytics.models import Dispatch, Endpoint, SyncRun
from analytics.outgoing import lanes
from analytics.outgoing.services import ask_test
from analytics.outgoing.tests.conftest import SECRET
from dealers.models import AuditRecord
from suz.common.sealing import unseal
from tests.factories import NOW, DealerFactory, ManagerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
TAB, LOG = reverse("integrations"), reverse("leadsdb_log")


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    return client


@pytest.fixture
def head_client(client, person):
    client.force_login(person, backend="dealers.auth.WorkspaceBackend")
    return client


def dispatches(endpoint, count, **fields):
    """Failed messages about orders."""
    values = {"event": "order", "state": "dead", "error": "Ответ с кодом 422.", "due_at": NOW}
    return [
        Dispatch.objects.create(
            endpoint=endpoint,
            order=OrderFactory(lines=0),
            key=f"k-{endpoint.pk}-{number}",
            occurred_at=NOW,
            tried_at=NOW,
            **values | fields,
        )
        for number in range(count)
    ]


def form(**changes):
    return {"url": "https://leads.example.com/api", "user": "suz", "secret": SECRET} | changes


def test_leadsdb_is_set_up_and_its_secret_never_shown(admin_client):
    assert admin_client.post(TAB, form(is_on="on")).status_code == 302
    endpoint = Endpoint.objects.get()
    assert endpoint.is_on
    assert unseal(endpoint.secret, purpose="leadsdb") == SECRET
    page = admin_client.get(TAB).content.decode()
    assert "https://leads.example.com/api" in page
    assert SECRET not in page
    assert endpoint.secret not in page
    history = admin_client.get(reverse("settings_history")).content.decode()
    assert "Изменены настройки LeadsDB" in history or "изменены настройки LeadsDB" in history
    assert SECRET not in history
    assert endpoint.secret not in history


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://leads.example.com/"}, "https://"),
        ({"url": "https://169.254.169.254/latest"}, "не общедоступное"),
        ({"url": "https://u:p@leads.example.com/"}, "имени и пароля"),
        ({"url": "https://2130706433/"}, "четырьмя числами"),
        ({"url": "x" * 5000}, "не более 300"),
        ({"url": "https://a\x00b/"}, "ноль-байт"),
        ({"user": "a:b"}, "двоеточия"),
        ({"secret": "", "is_on": "on"}, "Чтобы включить"),
        ({"url": "", "is_on": "on"}, "Чтобы включить"),
    ],
)
def test_wrong_settings_are_refused_in_words(admin_client, changes, words):
    response = admin_client.post(TAB, form(**changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert SECRET not in page
    assert not Endpoint.objects.exists()


def test_settings_ask_who_one_is(admin_client, webhook):
    dealer = webhook.dealer_id
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        for name, args in (
            ("integrations", []),
            ("webhook_add", [dealer]),
            ("webhook_edit", [dealer, webhook.pk]),
        ):
            answer = admin_client.get(reverse(name, args=args))
            assert (answer.status_code, "accounts" in answer["Location"]) == (302, True), name
        admin_client.post(reverse("webhook_secret", args=[dealer, webhook.pk]))
    assert Endpoint.objects.get().secret == webhook.secret


def test_the_connection_is_tried_by_the_worker_and_shown(admin_client, leadsdb, server):
    answer = admin_client.post(reverse("leadsdb_test"))
    assert server.book.posts == []
    page = admin_client.get(answer["Location"]).content.decode()
    test = Dispatch.objects.get()
    part = reverse("outgoing_test", args=[test.pk])
    assert f'hx-get="{part}"' in page
    lanes.send_due()
    shown = admin_client.get(part).content.decode()
    assert "Соединение работает" in shown
    assert "hx-get" not in shown


def test_a_connection_that_fails_says_why(admin_client, leadsdb, server):
    server.answer = lambda post: 401
    test = ask_test(endpoint_id=leadsdb.pk, by=ManagerFactory(), now=NOW)
    lanes.send_due()
    shown = admin_client.get(reverse("outgoing_test", args=[test.pk])).content.decode()
    assert "Соединение не работает" in shown
    assert "401" in shown


def test_without_an_address_there_is_nothing_to_try(admin_client):
    admin_client.post(reverse("leadsdb_test"))
    assert not Dispatch.objects.exists()


def test_a_synchronisation_is_begun_shown_and_stopped(admin_client, leadsdb):
    OrderFactory(lines=0, created_at=timezone.now() - timedelta(hours=1))
    since = timezone.localdate() - timedelta(days=2)
    assert admin_client.post(reverse("leadsdb_sync"), {"since": since}).status_code == 302
    run = SyncRun.objects.get()
    assert (run.since, run.total) == (since, 1)
    part = admin_client.get(reverse("leadsdb_sync_progress")).content.decode()
    assert 'max="1" value="0"' in part
    assert "hx-trigger" in part
    assert "hx-trigger" in admin_client.get(TAB).content.decode()
    admin_client.post(reverse("leadsdb_sync_stop"))
    part = admin_client.get(reverse("leadsdb_sync_progress")).content.decode()
    assert "Синхронизация остановлена" in part
    assert "hx-trigger" not in part
    kinds = set(AuditRecord.objects.values_list("kind", flat=True))
    assert {"leadsdb_sync", "leadsdb_stop"} <= kinds


@pytest.mark.parametrize("since", ["", "завтра", "2999-01-01", "1900-01-01", "\x00"])
def test_a_wrong_day_is_refused_in_words(admin_client, leadsdb, since):
    assert admin_client.post(reverse("leadsdb_sync"), {"since": since}).status_code == 422
    assert not SyncRun.objects.exists()


def test_the_log_narrows_and_pages(admin_client, leadsdb):
    found = dispatches(leadsdb, 52)
    page = admin_client.get(LOG)
    assert len(page.context["log"].page.rows) == 50
    assert page.context["log"].page.after
    number = found[3].order_id
    one = admin_client.get(LOG, {"order": f"№ {number}"}).context["log"]
    assert [row.order_id for row in one.page] == [number]
    assert admin_client.get(LOG, {"state": "sent"}).context["log"].page.total == 0
    for nonsense in ("x", "9" * 30, "1\x00"):
        assert admin_client.get(LOG, {"order": nonsense}).status_code == 200


def test_what_failed_is_sent_again_one_by_one_and_all_at_once(admin_client, leadsdb, server):
    first, *_others = dispatches(leadsdb, 3)
    admin_client.post(reverse("outgoing_retry", args=[first.pk]))
    states = Dispatch.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["pending", "dead", "dead"]
    admin_client.post(reverse("leadsdb_retry_all"))
    assert set(states.all()) == {"pending"}


def test_the_secret_of_a_webhook_is_shown_once(admin_client, person):
    page = admin_client.post(
        reverse("webhook_add", args=[person.dealer_id]),
        {"url": "https://crm.example.com/hook", "events": ["order.accepted"], "is_on": "on"},
    )
    assert page["Cache-Control"] == "no-store"
    secret = page.context["secret"]
    assert secret in page.content.decode()
    endpoint = Endpoint.objects.get()
    for url in (
        reverse("dealer_webhooks", args=[person.dealer_id]),
        reverse("webhook_edit", args=[person.dealer_id, endpoint.pk]),
    ):
        assert secret not in admin_client.get(url).content.decode()
    renewed = admin_client.post(
        reverse("webhook_secret", args=[person.dealer_id, endpoint.pk])
    ).context["secret"]
    assert renewed != secret


def test_a_webhook_is_edited_and_switched_off(admin_client, webhook):
    url = reverse("webhook_edit", args=[webhook.dealer_id, webhook.pk])
    values = {"url": "https://other.example.com/", "events": ["order.message"]}
    assert admin_client.post(url, values).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events, webhook.is_on) == (
        "https://other.example.com/",
        ["order.message"],
        False,
    )
    assert admin_client.post(url, {"url": "", "events": ["nonsense"]}).status_code == 422


def test_another_dealer_s_webhook_is_not_there(admin_client, webhook):
    other = DealerFactory()
    for name in ("webhook_edit", "webhook_secret", "webhook_test", "webhook_retry_all"):
        url = reverse(name, args=[other.pk, webhook.pk])
        assert admin_client.post(url).status_code == 404, name


def test_the_head_manager_reads_the_log_and_changes_nothing(head_client, webhook, person):
    dispatches(webhook, 1, event="order.accepted")
    url = reverse("dealer_webhooks", args=[person.dealer_id])
    page = head_client.get(url).content.decode()
    assert "Ответ с кодом 422" in page
    assert '<form method="post" action="/workspace/dealers' not in page
    assert "/retry/" not in page
    assert head_client.get(reverse("dealer_webhooks", args=[DealerFactory().pk])).status_code == 404


def test_who_is_not_the_head_does_not(client, webhook, person):
    client.force_login(UserFactory(dealer=person.dealer), backend="dealers.auth.WorkspaceBackend")
    url = reverse("dealer_webhooks", args=[person.dealer_id])
    assert client.get(url).status_code == 404
    card = client.get(reverse("dealer_card", args=[person.dealer_id])).content.decode()
    assert url not in card


def test_the_dealer_s_card_leads_there(head_client, person):
    url = reverse("dealer_webhooks", args=[person.dealer_id])
    card = head_client.get(reverse("dealer_card", args=[person.dealer_id])).content.decode()
    assert url in card
    assert "Вебхуков пока нет" in head_client.get(url).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_pages_cost_the_same_for_one_row_and_for_many(
    admin_client, leadsdb, webhook, count, django_assert_num_queries
):
    dispatches(leadsdb, count)
    dispatches(webhook, count, event="order.accepted")
    SyncRun.objects.create(
        since=NOW.date(), by=ManagerFactory(), started_at=NOW, mark_at=NOW, total=count
    )
    admin_client.get(LOG)
    for url, queries in (
        (LOG, 7),
        (TAB, 10),
        (reverse("dealer_webhooks", args=[webhook.dealer_id]), 9),
    ):
        with django_assert_num_queries(queries):
            admin_client.get(url)
