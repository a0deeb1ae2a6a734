"""A person is erased from every table of every app, and handed out whole before."""

import json
import zipfile
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse

from dealers.models import AuditRecord
from dealers.services.audit import record
from notifications.models import Delivery, DeliveryState, Message, SimulatedSms
from notifications.outbox import Draft, enqueue
from orders.complaints.filing import file_complaint
from orders.complaints.judging import answer as answer_complaint
from orders.complaints.locking import seen_of as complaint_seen
from orders.complaints.working import give
from orders.models import (
    CommentFile,
    ComplaintFile,
    Customer,
    CustomerErasure,
    HistoryEntry,
    Order,
)
from orders.services.comments import add_comment
from orders.services.customer_erasing import erase
from orders.services.customers import add_note, change_contacts
from orders.services.details import change_details
from orders.services.progress import cancel
from orders.services.versions import seen_of
from surveys.models import Answer, Question
from suz.common.attachments import clean_attachment
from telephony.models import Recording, RecordingState, SimPhone
from telephony.services import recordings
from tests.factories import (
    NOW,
    AdministratorFactory,
    OfferFactory,
    OrderFactory,
    ReviewFactory,
    SurveyFactory,
    UserFactory,
    reason,
    recording_of,
)
from tests.uploads import picture_upload

pytestmark = pytest.mark.django_db
NAME, FIRST, LAST = "Аристарх Преображенский", "Аристарх", "Преображенск"
EMAIL, EARLIER_EMAIL = "aristarch@post.example", "earlier@post.example"
PHONE, ADDRESS = "+79161234567", "ул. Кленовая, д. 77, кв. 8"
TRACES = (
    FIRST,
    LAST,
    EMAIL,
    EARLIER_EMAIL,
    "9161234567",
    "916 123-45-67",
    "Кленовая",
    "203.0.113.77",
)
TEXTS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
     JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND (data_type IN ('text', 'character varying', 'json', 'jsonb', 'inet', 'ARRAY'))
     ORDER BY 1, 2
"""


def traces():
    """(table, column, trace) of every text of the whole database that still holds the person."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column, _kind in cursor.fetchall():
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (text,) in cursor.fetchall():
                # What JSON writes as \\u… is read as people read it.
                plain = text.encode().decode("unicode_escape") if "\\u04" in text else text
                found += [(table, column, one) for one in TRACES if one in text or one in plain]
    return sorted(set(found))


@pytest.fixture
def administrator():
    return AdministratorFactory()


@pytest.fixture
def order(administrator):
    """Everything that may hold a person: each app has written its own."""
    seller = UserFactory()
    order = OrderFactory(
        customer__name=NAME,
        customer__phone=PHONE,
        customer__email=EMAIL,
        email=EARLIER_EMAIL,
        address=ADDRESS,
        comment=f"Позвоните Преображенскому на {PHONE}",
        latitude=55.7,
        longitude=37.6,
    )
    OfferFactory(order=order, dealer=seller.dealer)
    order.consents.create(
        customer=order.customer,
        kind="processing",
        text_version="1",
        given_at=NOW,
        address="203.0.113.77",
    )
    change_details(
        order_id=order.pk,
        values={"email": EMAIL, "comment": f"{FIRST}, подъезд 2"},
        seen=seen_of(order),
        by=administrator,
        now=NOW,
    )
    add_comment(
        order_id=order.pk,
        by=administrator,
        text=f"Преображенскому перезвонить: 8 (916) 123-45-67, {EMAIL}",
        files=[clean_attachment(picture_upload(f"{LAST}ий.png"))],
        is_visible=False,
        now=NOW,
    )
    HistoryEntry.objects.create(
        order=order, kind="comment", text=f"Я {NAME}", by_customer=True, is_visible=True,
        created_at=NOW,
    )  # fmt: skip
    add_note(customer_id=order.customer_id, text=f"{FIRST} любит дуб", by=administrator, now=NOW)
    version = Customer.objects.get(pk=order.customer_id).version
    change_contacts(
        customer_id=order.customer_id, values={"name": f"{NAME} (сын)"}, seen=version,
        by=administrator, now=NOW,
    )  # fmt: skip
    enqueue(
        [
            Draft(
                event="order_offered",
                audience="dealer",
                subject_key=f"order:{order.pk}",
                context={"order": order.pk, "place": "Город", "lines": [], "total": "1"},
                url=reverse("order_card", args=[order.pk]),
                user=seller,
            )
        ],
        now=NOW,
    )
    cancel(order_id=order.pk, by=administrator, reason_id=reason("cancel").pk, now=NOW)
    order.refresh_from_db()
    Order.objects.filter(pk=order.pk).update(dealer=seller.dealer)
    order.refresh_from_db()
    _send_everything(order)
    _call(order, seller)
    _complain(order, administrator)
    _answer_survey(order)
    record(by=administrator, changed=order, text=f"спросил {NAME}", now=NOW)
    return order


def _complain(order, administrator):
    category = reason("complaint", "customer")
    complaint = file_complaint(
        order_id=order.pk,
        category_id=category.pk,
        text=f"Это {NAME}: не перезвонили на {PHONE}",
        form_key=uuid4(),
        files=[clean_attachment(picture_upload(f"{LAST}ий.png"))],
        now=NOW,
    )
    give(
        complaint_id=complaint.pk,
        owner_id=administrator.pk,
        seen=complaint_seen(complaint),
        by=administrator,
        now=NOW,
    )
    complaint.refresh_from_db()
    answer_complaint(
        complaint_id=complaint.pk,
        text=f"Уважаемый {NAME}, дилер предупреждён",
        seen=complaint_seen(complaint),
        by=administrator,
        now=NOW,
    )


def _answer_survey(order):
    survey = SurveyFactory(
        order=order, dealer=order.dealer, outcome="cancelled", answered_at=NOW, rating=5
    )
    question = Question.objects.filter(kind="text").first()
    Answer.objects.create(invitation=survey, question=question, text=f"{FIRST} доволен")
    ReviewFactory(survey=survey, name=FIRST, text=f"{NAME} рекомендует")


def _send_everything(order):
    for one in Delivery.objects.filter(message__subject_key=f"order:{order.pk}"):
        one.sent_subject, one.sent_text = f"Для {NAME}", f"{NAME}, {PHONE}"
        one.sent_html, one.error = f"<p>{NAME}</p>", f"550 {EMAIL}"
        one.save()
    delivery = Delivery.objects.filter(message__audience="customer").first()
    SimulatedSms.objects.create(delivery=delivery, phone=PHONE, text=NAME, created_at=NOW)
    Message.objects.create(
        event="digest",
        audience="manufacturer",
        subject_key="digest",
        user=AdministratorFactory(),
        context={
            "news": [{"line": f"Отказ: {NAME}", "link": reverse("order_card", args=[order.pk])}],
            "news_count": 1,
        },
        created_at=NOW,
    )


def _call(order, seller):
    recording = recording_of(order, seller)
    call = recording.call
    call.sid, call.error = "SIM1", f"no route to {PHONE}"
    call.save()
    SimPhone.objects.create(
        sid="SIM1", token="1", number="+79990000000", said=[NAME], created_at=NOW, ended_at=NOW
    )
    SimPhone.objects.create(
        sid="SIM2",
        token="2",
        parent=SimPhone.objects.get(sid="SIM1"),
        number=PHONE,
        created_at=NOW,
        ended_at=NOW,
    )


def gone(order, by):
    return erase(customer_id=order.customer_id, reason=f"Просьба: {NAME}", by=by, now=NOW)


def test_no_table_holds_the_person_any_more(order, administrator):
    held = {(table, column) for table, column, _trace in traces()}
    # Without these the test would look for nothing.
    assert {
        ("orders_customer", "name"),
        ("orders_order", "address"),
        ("orders_historyentry", "text"),
        ("orders_historyentry", "data"),
        ("orders_commentfile", "name"),
        ("orders_customernote", "text"),
        ("orders_customerdeed", "data"),
        ("orders_consent", "address"),
        ("notifications_message", "context"),
        ("notifications_delivery", "address"),
        ("notifications_delivery", "sent_text"),
        ("notifications_delivery", "sent_html"),
        ("notifications_delivery", "error"),
        ("notifications_simulatedsms", "phone"),
        ("telephony_simphone", "number"),
        ("telephony_simphone", "said"),
        ("telephony_call", "error"),
        ("orders_complaint", "text"),
        ("orders_complaintentry", "text"),
        ("orders_complaintfile", "name"),
        ("surveys_answer", "text"),
        ("surveys_review", "text"),
        ("surveys_review", "name"),
        ("dealers_auditrecord", "data"),
    } <= held
    gone(order, administrator)
    assert traces() == []


def test_files_and_recordings_leave_the_storage(order, administrator):
    stored = [one.file for one in CommentFile.objects.all()]
    stored += [one.file for one in Recording.objects.all()]
    stored += [one.file for one in ComplaintFile.objects.all()]
    assert len(stored) == 3
    assert all(one.storage.exists(one.name) for one in stored)
    names = [(one.storage, one.name) for one in stored]
    erasure = gone(order, administrator)
    assert not any(storage.exists(name) for storage, name in names)
    assert (erasure.files, erasure.done_at) == ([], NOW)
    assert Recording.objects.get().state == RecordingState.DELETED


def test_a_recording_still_at_the_provider_is_deleted_there(order, administrator, monkeypatch):
    there = Recording.objects.create(
        call=order.calls.get(), sid="RE2", state="waiting", due_at=NOW, created_at=NOW
    )
    gone(order, administrator)
    there.refresh_from_db()
    assert there.state == RecordingState.ERASING
    asked = []

    class Port:
        def fetch(self, sid):
            raise AssertionError("it must not come here")

        def delete(self, sid):
            asked.append(sid)

    monkeypatch.setattr(recordings, "provider", Port)
    there.due_at = NOW
    there.save()
    moments = iter([NOW, NOW, NOW, NOW, NOW.replace(year=2027), NOW.replace(year=2027)])
    recordings.fetch_due(clock=lambda: next(moments, NOW.replace(year=2027)))
    there.refresh_from_db()
    assert (asked, there.state) == (["RE2"], RecordingState.DELETED)


def test_what_waits_is_not_sent_and_what_was_told_stays_told(order, administrator):
    messages = Message.objects.count()
    gone(order, administrator)
    assert Message.objects.count() == messages
    to_customer = Delivery.objects.filter(message__audience="customer")
    assert not to_customer.exclude(address="").exists()
    assert not to_customer.filter(state=DeliveryState.PENDING).exists()
    assert Delivery.objects.exclude(address="").exists()


def test_pages_about_the_erased_still_open(client, order, administrator):
    gone(order, administrator)
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    delivery = Delivery.objects.filter(message__audience="customer").first()
    for address in (
        reverse("customer_card", args=[order.customer_id]),
        reverse("order_card", args=[order.pk]),
        reverse("order_list"),
        reverse("journal"),
        reverse("mail_list"),
        reverse("mail", args=[delivery.pk]),
        reverse("message_list"),
    ):
        assert client.get(address).status_code == 200, address


def test_the_card_s_history_tells_complaints_and_surveys(client, order, administrator):
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    address = reverse("customer_card", args=[order.customer_id])
    for code, words in (("complaints", "не перезвонили на"), ("surveys", "рекомендует")):
        page = client.get(address, {"show": code}).content.decode()
        assert words in page
    assert "рекомендует" in client.get(address).content.decode()


def test_another_person_s_rows_stay(order, administrator):
    other = OrderFactory(customer__name="Анна Белова", address="ул. Лесная, 1")
    HistoryEntry.objects.create(order=other, kind="comment", text="Анна тут", created_at=NOW)
    gone(order, administrator)
    other.refresh_from_db()
    assert (other.customer_name, other.address) == ("Анна Белова", "ул. Лесная, 1")
    assert HistoryEntry.objects.get(order=other).text == "Анна тут"


def test_a_failure_half_way_leaves_everything(order, administrator, monkeypatch):
    before = traces()

    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr("orders.services.customer_erasing.record", fail)
    with pytest.raises(OSError):  # noqa: PT011 - any will do
        gone(order, administrator)
    assert traces() == before
    assert not CustomerErasure.objects.exists()


def person_file(client, order, by):
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    answer = client.post(reverse("customer_data", args=[order.customer_id]))
    content = b"".join(answer.streaming_content)
    return zipfile.ZipFile(BytesIO(content))


def test_the_file_of_a_person_holds_everything_of_theirs(client, order, administrator):
    visible = HistoryEntry.objects.filter(order=order, by_customer=True).get()
    CommentFile.objects.create(
        entry=visible,
        position=1,
        name="план.pdf",
        content_type="application/pdf",
        size=4,
        file=ContentFile(b"%PDF", "x.pdf"),
    )
    archive = person_file(client, order, administrator)
    data = json.loads(archive.read("customer.json"))
    assert data["contacts"][0]["phone"] == PHONE
    assert data["consents"][0]["address"] == "203.0.113.77"
    assert data["orders"][0]["address"] == ADDRESS
    assert [one["text"] for one in data["messages"]] == [f"Я {NAME}"]
    assert data["calls"][0]["order"] == order.pk
    assert data["complaints"][0]["text"] == f"Это {NAME}: не перезвонили на {PHONE}"
    assert [one["answer"] for one in data["surveys"]] == [f"{FIRST} доволен"]
    assert data["reviews"][0]["text"] == f"{NAME} рекомендует"
    assert any(name.startswith("files/complaint-") for name in archive.namelist())
    page = archive.read("customer.html").decode()
    for words in (NAME, PHONE, ADDRESS, "Согласия", "Звонки"):
        assert words in page
    # Notes and internal comments are the staff's own.
    assert "любит дуб" not in page
    assert "перезвонить" not in page
    names = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(names) == 3
    assert any(name.endswith("план.pdf") for name in names)
    assert any(name.endswith(".wav") for name in names)
    taken = AuditRecord.objects.get(kind="customer_file")
    assert (taken.actor, taken.object_id) == (administrator, order.customer_id)


def test_scripts_in_texts_are_text_in_the_file(client, order, administrator):
    Customer.objects.filter(pk=order.customer_id).update(name="<script>alert(1)</script>")
    page = person_file(client, order, administrator).read("customer.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_handing_out_and_erasing_ask_who_one_is(client, order, administrator, settings):
    from allauth.mfa.models import Authenticator

    settings.SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.create(user=administrator, type="totp", data={"secret": "x"})
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    pages = (
        client.post(reverse("customer_data", args=[order.customer_id])),
        client.get(reverse("customer_erase", args=[order.customer_id])),
        client.post(reverse("customer_export")),
    )
    for answer in pages:
        assert answer.status_code == 302
        assert "/accounts/" in answer["Location"]
    assert not AuditRecord.objects.filter(kind__in=("customer_file", "export")).exists()
