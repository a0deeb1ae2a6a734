"""When reports come, what they say, and that each is sent once."""

import datetime
import io
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import python_calamine
from django.core import mail as outbox
from django.urls import reverse
from PIL import Image

from analytics.facts.services import refresh_all
from analytics.mailing import services
from analytics.mailing.content import message_of, report_of, schedule_of, token_of
from analytics.models import Cost
from analytics.models.mailing import ReportMail, ReportSchedule, Rhythm
from analytics.reports.measuring import totals
from analytics.reports.scope import Scope
from dealers.models import Dealer
from tests.factories import (
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    OrderLineFactory,
    UserFactory,
)
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db
# A Wednesday; the week before it ends on the 7th for those who have it on Mondays.
NOW = datetime.datetime(2026, 6, 10, 12, tzinfo=datetime.UTC)
MONDAY = datetime.datetime(2026, 6, 15, 6, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def wanted(user, rhythm=Rhythm.WEEKLY, **fields):
    given = {"is_on": True, "weekday": 0, "hour": 9, "region_id": None, "now": NOW} | fields
    return services.save_schedule(user=user, rhythm=rhythm, **given)


def order(at, **fields):
    made = OrderFactory(
        created_at=at, accepted_at=at, closed_at=at, status="completed",
        **{"dealer": DealerFactory()} | fields,
    )  # fmt: skip
    OrderLineFactory(order=made)
    return made


@pytest.fixture
def week():
    """Orders of the week from the 8th to the 14th, and a cost."""
    for number in range(5):
        order(NOW + (number - 2) * DAY)
    order(NOW - 10 * DAY)
    Cost.objects.create(
        day=datetime.date(2026, 6, 9), source="yandex", campaign="Лето", amount=Decimal("500.50")
    )
    refresh_all(now=MONDAY)


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Europe/Moscow", 9, "2026-06-15T06:00"),
        ("Asia/Vladivostok", 9, "2026-06-14T23:00"),
        ("Europe/Kaliningrad", 0, "2026-06-14T22:00"),
    ],
)
def test_the_next_one_is_by_the_persons_own_clock(zone, hour, expected):
    user = ManagerFactory(time_zone=zone)
    schedule = wanted(user, hour=hour)
    assert schedule.due_at.astimezone(datetime.UTC).isoformat()[:16] == expected
    since, until = services.period_before(schedule, user, schedule.due_at)
    assert (since, until) == (datetime.date(2026, 6, 8), datetime.date(2026, 6, 14))


def test_months_are_whole():
    user = ManagerFactory()
    schedule = wanted(user, Rhythm.MONTHLY)
    assert schedule.due_at.astimezone(ZoneInfo(user.time_zone)).date() == datetime.date(2026, 7, 1)
    since, until = services.period_before(schedule, user, schedule.due_at)
    assert (since, until) == (datetime.date(2026, 6, 1), datetime.date(2026, 6, 30))


def test_nothing_is_due_before_its_time_and_each_week_once():
    schedule = wanted(ManagerFactory())
    assert services.queue_due(now=MONDAY - datetime.timedelta(seconds=1)) == 0
    assert services.queue_due(now=MONDAY) == 1
    assert services.queue_due(now=MONDAY) == 0
    schedule.refresh_from_db()
    assert schedule.due_at == MONDAY + 7 * DAY
    # Switched off and on again the same day: the week was told already.
    ReportSchedule.objects.update(due_at=MONDAY)
    services.queue_due(now=MONDAY)
    assert ReportMail.objects.count() == 1


def test_the_mail_says_what_the_reports_say(week):
    wanted(ManagerFactory(email="boss@example.com"))
    services.queue_due(now=MONDAY)
    assert services.send_due(clock=lambda: MONDAY) == 1
    [sent] = outbox.outbox
    assert sent.to == ["boss@example.com"]
    assert "8 июня" in sent.subject
    since, until = datetime.date(2026, 6, 8), datetime.date(2026, 6, 14)
    values = totals(Scope(since=since, until=until), ["orders", "revenue", "cost"])
    assert values["orders"] == 5
    html = sent.alternatives[0][0]
    plain = html.replace("\u00a0", "").replace("\u202f", "")
    assert f"{int(values['revenue'])}" in plain
    assert "cid:orders" in html
    raw = sent.message()
    parts = {part.get("Content-ID"): part for part in raw.walk() if part.get("Content-ID")}
    picture = Image.open(io.BytesIO(parts["<orders>"].get_payload(decode=True)))
    assert picture.format == "PNG"
    assert picture.width > 500
    assert len(picture.convert("RGB").getcolors(10**6)) > 20
    [book] = [part for part in raw.walk() if part.get_filename() == "2026-06-14.xlsx"]
    sheets = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(book.get_payload(decode=True))
    )
    rows = sheets.get_sheet_by_index(0).to_python()
    head, last = rows[0], rows[-1]
    assert last[head.index("Заказы")] == 5
    assert Decimal(str(last[head.index("Выручка")])) == values["revenue"]
    assert Decimal(str(last[head.index("Расход")])) == Decimal("500.5")
    assert ReportMail.objects.get().state == ReportMail.State.SENT
    assert services.send_due(clock=lambda: MONDAY) == 0


def test_a_dealers_head_gets_its_own_figures_only(week):
    head = UserFactory(is_head=True)
    order(NOW, dealer=head.dealer)
    refresh_all(now=MONDAY)
    schedule = wanted(head, region_id=head.dealer.main_region_id)
    assert schedule.region is None
    services.queue_due(now=MONDAY)
    report = report_of(ReportMail.objects.select_related("schedule__user__dealer").get())
    assert head.dealer.name in report.html
    others = Dealer.objects.exclude(pk=head.dealer_id)
    assert others.exists()
    assert not any(dealer.name in report.html for dealer in others)


def test_who_is_gone_gets_nothing(week):
    for number, user in enumerate([ManagerFactory(), UserFactory(is_head=True), ManagerFactory()]):
        schedule = wanted(user)
        if number == 0:
            user.is_active = False
            user.save()
        elif number == 1:
            user.dealer.is_active = False
            user.dealer.save()
    services.queue_due(now=MONDAY)
    services.switch_off(schedule_id=schedule.pk)
    assert services.send_due(clock=lambda: MONDAY) == 0
    assert set(ReportMail.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not outbox.outbox


def test_a_mail_that_fails_is_tried_again_and_then_given_up(week, monkeypatch):
    wanted(ManagerFactory())
    services.queue_due(now=MONDAY)

    def fail(self, **_kwargs):
        raise ConnectionError("no server")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    clock = MONDAY
    for _ in range(8):
        services.send_due(clock=lambda now=clock: now)
        clock += DAY
    kept = ReportMail.objects.get()
    assert (kept.state, kept.attempts) == (ReportMail.State.DEAD, 6)
    assert kept.error == "ConnectionError"


def test_a_worker_lost_while_sending_leaves_it_to_another(week):
    wanted(ManagerFactory())
    services.queue_due(now=MONDAY)
    services._claim(MONDAY)
    assert services.send_due(clock=lambda: MONDAY) == 0
    later = MONDAY + services.LEASE + datetime.timedelta(seconds=1)
    assert services.send_due(clock=lambda: later) == 1
    assert outbox.outbox[0].extra_headers["Message-ID"].startswith("<report-")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_workers_at_once_send_it_once():
    wanted(ManagerFactory())
    made = at_once([lambda: services.queue_due(now=MONDAY)] * 6)
    assert sum(made) == 1
    claimed = at_once([lambda: services._claim(MONDAY)] * 6)
    assert len([one for one in claimed if one is not None]) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_looking_without_a_lock_sends_it_more_than_once():
    """The control: without the lease several workers take the same mail."""
    from threading import Barrier

    wanted(ManagerFactory())
    services.queue_due(now=MONDAY)
    looked = Barrier(4)

    def careless():
        found = ReportMail.objects.filter(state="pending").first()
        looked.wait()
        return found

    assert len([one for one in at_once([careless] * 4) if one is not None]) == 4


def test_the_link_of_a_mail_asks_before_it_ends_the_report(client, week):
    schedule = wanted(ManagerFactory())
    address = reverse("report_mail_off", args=[token_of(schedule)])
    assert client.get(address).status_code == 200
    assert ReportSchedule.objects.get().due_at is not None
    assert client.post(address).status_code == 200
    assert ReportSchedule.objects.get().due_at is None
    for wrong in (token_of(schedule)[:-1], "x", str(schedule.pk)):
        assert client.get(reverse("report_mail_off", args=[wrong])).status_code == 404
        assert schedule_of(wrong) is None


def test_choosing_and_looking(client, week):
    user = ManagerFactory()
    client.force_login(user, backend="dealers.auth.WorkspaceBackend")
    data = {"rhythm": "weekly", "weekly-is_on": "on", "weekly-weekday": "2", "weekly-hour": "7"}
    assert client.post(reverse("report_mails"), data).status_code == 302
    kept = ReportSchedule.objects.get()
    assert (kept.user, kept.weekday, kept.hour) == (user, 2, 7)
    assert client.post(reverse("report_mails"), data | {"weekly-hour": "99"}).status_code == 422
    assert client.post(reverse("report_mails"), {"rhythm": "x"}).status_code == 400
    assert user.email in client.get(reverse("report_mails")).content.decode()
    look = reverse("report_mail_look", args=["weekly"])
    assert client.get(look).status_code == 200
    assert client.get(look, {"picture": "x"}).status_code == 404
    picture = client.get(look, {"picture": "orders"})
    assert picture.status_code in (200, 404)


def test_a_dealers_manager_chooses_no_region(client):
    client.force_login(UserFactory(is_head=False), backend="dealers.auth.WorkspaceBackend")
    page = client.get(reverse("report_mails")).content.decode()
    assert "weekly-hour" in page
    assert "weekly-region" not in page


def test_the_message_is_the_same_when_sent_twice(week):
    wanted(ManagerFactory())
    services.queue_due(now=MONDAY)
    kept = ReportMail.objects.select_related("schedule__user").get()
    ids = {message_of(kept).message()["Message-ID"] for _ in range(2)}
    assert ids == {f"<report-{kept.pk}@suz>"}
