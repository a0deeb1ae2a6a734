"""The list and the page of complaints in the workspace."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from dealers.models import AuditRecord, SystemSettings
from orders.complaints.locking import seen_of
from orders.complaints.terms import mark_overdue_complaints
from orders.complaints.working import note
from orders.models import Complaint, ComplaintFile
from orders.services.files import keep_files
from suz.common.attachments import clean_attachment
from tests.factories import NOW, ComplaintFactory, OrderFactory
from tests.uploads import picture_upload

pytestmark = pytest.mark.django_db
PHONE = "8 (905) 123-45-67"


@pytest.fixture
def staff(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def of_dealer(client, dealer_manager):
    client.force_login(dealer_manager)
    return client


def page(client, complaint, status=200):
    answer = client.get(reverse("complaint", args=[complaint.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def post(client, complaint, deed, **data):
    data.setdefault("seen", seen_of(complaint))
    return client.post(reverse(f"complaint_{deed}", args=[complaint.pk]), data)


def listed(client, query=""):
    answer = client.get(reverse("complaint_list") + query)
    assert answer.status_code == 200
    return [one.pk for one in answer.context["page"].rows]


class TestPage:
    def test_a_complaint_goes_from_hand_to_hand(self, staff, client, file, manager, dealer_manager):
        complaint = file()
        assert "Взять в работу" in page(staff, complaint)
        post(staff, complaint, "take")
        post(staff, complaint, "ask", text="Где заказ?")
        client.force_login(dealer_manager)
        assert "Где заказ?" in page(client, complaint)
        post(client, complaint, "statement", text="Завтра")
        client.force_login(manager)
        assert "Завтра" in page(client, complaint)
        answer = post(client, complaint, "answer", text="Завтра привезут", outcome="justified")
        assert answer.status_code == 302
        shown = page(client, complaint)
        assert "Закрыта: обоснована, −30 баллов" in shown.replace("\u2212", "−")
        complaint.refresh_from_db()
        assert complaint.state == "closed"

    def test_what_was_seen_is_a_plain_number_past_a_thousand(self, staff, file, monkeypatch):
        monkeypatch.setattr("orders.complaints.page.seen_of", lambda complaint: 1_234_567)
        assert 'name="seen" value="1234567"' in page(staff, file())

    def test_a_dealer_reads_its_part_alone(self, of_dealer, taken, manager):
        note(complaint_id=taken.complaint.pk, text="Только для своих", by=manager, now=NOW)
        taken.ask("Вопрос для вас")
        shown = page(of_dealer, taken.complaint)
        assert "Вопрос для вас" in shown
        assert "Только для своих" not in shown
        assert "Ответственный: " not in shown
        for deed in ("Ответить покупателю", "Внутренняя заметка", "Передать другому"):
            assert deed not in shown

    def test_phones_are_masked_for_the_dealer_before_contact(
        self, client, file, dealer, dealer_manager, manager, order
    ):
        SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
        dealer.site_calls = True
        dealer.save(update_fields=["site_calls"])
        complaint = file(text=f"Звоните: {PHONE}")
        client.force_login(dealer_manager)
        shown = page(client, complaint)
        assert "905" not in shown
        assert order.phone.as_e164[2:] not in shown
        client.force_login(manager)
        assert PHONE in page(client, complaint)

    def test_a_dealer_that_lost_the_order_reads_no_contacts(self, of_dealer, file, order, rival):
        complaint = file(text=f"Звоните: {PHONE}")
        order.dealer = rival.dealer
        order.save(update_fields=["dealer"])
        shown = page(of_dealer, complaint)
        assert "905" not in shown
        assert order.customer_name not in shown
        assert reverse("order_card", args=[order.pk]) not in shown

    def test_a_stranger_finds_nothing(self, client, file, rival):
        client.force_login(rival)
        page(client, file(), status=404)
        assert listed(client) == []

    def test_whoever_comes_second_keeps_the_words_and_reads_what_changed(
        self, staff, taken, colleague
    ):
        seen = seen_of(taken.complaint)
        taken.answer("Уже ответила", by=colleague)
        answer = post(staff, taken.complaint, "answer", seen=seen, text="Мой ответ")
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert "Пока вы писали" in shown
        assert "Ответ покупателю — Уже ответила" in shown
        assert "Мой ответ</textarea>" in shown.replace("\n", "")
        assert taken.complaint.entries.filter(kind="answer").count() == 1

    @pytest.mark.parametrize(
        ("deed", "data"),
        [
            ("answer", {"text": " "}),
            ("answer", {"text": "x" * 4001}),
            ("answer", {"text": "Да", "outcome": "other"}),
            ("ask", {"text": ""}),
            ("note", {"text": "\0"}),
            ("give", {"owner": "999999"}),
            ("give", {"owner": "x"}),
            ("change", {"category": "", "due_on": "вчера"}),
            ("change", {"category": "9" * 30, "due_on": "2000-01-01"}),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_field(self, staff, taken, deed, data):
        answer = post(staff, taken.complaint, deed, **data)
        assert answer.status_code == 422
        assert "invalid-feedback" in answer.content.decode() or "alert" in answer.content.decode()

    def test_scripts_are_shown_as_text(self, staff, file):
        text = "<script>alert(1)</script>"
        shown = page(staff, file(text=text))
        assert text not in shown
        assert escape(text) in shown

    def test_files_are_handed_out_to_whoever_reads_the_entry(
        self, client, manager, dealer_manager, rival, taken
    ):
        files = [clean_attachment(picture_upload())]
        note(complaint_id=taken.complaint.pk, text="Фото", files=files, by=manager, now=NOW)
        address = reverse(
            "complaint_file", args=[taken.complaint.pk, ComplaintFile.objects.get().pk]
        )
        statuses = []
        for user in (manager, dealer_manager, rival):
            client.force_login(user)
            answer = client.get(address)
            if answer.streaming:
                # Reading to the end closes the file.
                list(answer.streaming_content)
            statuses.append(answer.status_code)
        assert statuses == [200, 404, 404]

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_few_and_many_entries(
        self, staff, taken, django_assert_num_queries, count
    ):
        for number in range(count):
            entry = taken.complaint.entries.create(
                kind="answer", text=f"{number}", actor=taken.by, created_at=NOW
            )
            if number < 2:
                keep_files(entry, [clean_attachment(picture_upload())], model=ComplaintFile)
        with django_assert_num_queries(12):
            page(staff, taken.complaint)


class TestAdding:
    def test_from_the_card_the_number_stands_there(self, staff, order, category):
        shown = staff.get(reverse("complaint_add") + f"?order={order.pk}").content.decode()
        assert f'value="{order.pk}"' in shown
        data = {"order": f"№ {order.pk}", "category": category.pk, "text": "Сказал по телефону"}
        answer = staff.post(reverse("complaint_add"), data)
        complaint = Complaint.objects.get()
        assert answer.url == reverse("complaint", args=[complaint.pk])
        assert complaint.order == order

    @pytest.mark.parametrize("number", ["", "999999", "x", "9" * 30, "-5"])
    def test_without_such_an_order_the_words_are_kept(self, staff, category, number):
        data = {"order": number, "category": category.pk, "text": "Сказал по телефону"}
        answer = staff.post(reverse("complaint_add"), data)
        assert answer.status_code == 422
        assert "Сказал по телефону" in answer.content.decode()
        assert not Complaint.objects.exists()


class TestElsewhere:
    def test_the_card_of_the_order_shows_them(self, staff, file, order):
        complaint = file()
        shown = staff.get(reverse("order_card", args=[order.pk])).content.decode()
        assert reverse("complaint", args=[complaint.pk]) in shown
        assert f"{reverse('complaint_add')}?order={order.pk}" in shown

    def test_the_dealer_s_card_counts_them(self, staff, taken, file, dealer):
        taken.answer()
        file()
        shown = staff.get(reverse("dealer_card", args=[dealer.pk])).content.decode()
        assert "2 жалобы" in shown
        assert "1 ждёт ответа" in shown


class TestList:
    @pytest.fixture
    def several(self, manager, order):
        """Complaints by name."""
        done = {"owner": manager, "answered_at": NOW}
        other = ComplaintFactory(order=OrderFactory(created_at=NOW))
        return {
            "own": ComplaintFactory(order=order),
            "other": other,
            "taken": ComplaintFactory(order=order, state="in_work", owner=manager),
            "closed": ComplaintFactory(
                order=order, state="closed", outcome="justified", closed_at=NOW, **done
            ),
            "old": ComplaintFactory(order=other.order, created_at=NOW - timedelta(days=40)),
        }

    def named(self, several, pks):
        names = {one.pk: name for name, one in several.items()}
        return [names[pk] for pk in pks]

    def test_the_newest_stand_first(self, staff, several):
        assert listed(staff) == sorted((one.pk for one in several.values()), reverse=True)

    def test_a_dealer_s_are_those_about_it(self, of_dealer, several):
        assert set(self.named(several, listed(of_dealer))) == {"own", "taken", "closed"}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("state=open", {"own", "other", "taken", "old"}),
            ("state=closed", {"closed"}),
            ("state=nonsense", {"own", "other", "taken", "closed", "old"}),
            ("owner={manager}", {"taken", "closed"}),
            ("dealer={dealer}", {"own", "taken", "closed"}),
            ("region={region}", {"other", "old"}),
            ("outcome=justified", {"closed"}),
            ("overdue=yes", {"old"}),
            ("since=2026-06-01", {"own", "other", "taken", "closed"}),
            ("until=2026-05-31", {"old"}),
            ("q={order}", {"own", "taken", "closed"}),
            ("q=x", set()),
            ("category={category}", {"own", "other", "taken", "closed", "old"}),
            ("category={category}&state=new&dealer={dealer}", {"own"}),
        ],
    )
    def test_filters(self, staff, several, query, names, manager, dealer, order, category):
        mark_overdue_complaints(now=NOW)
        query = query.format(
            manager=manager.pk,
            dealer=dealer.pk,
            region=several["other"].region_id,
            order=order.pk,
            category=category.pk,
        )
        assert set(self.named(several, listed(staff, f"?{query}"))) == names

    def test_states_are_counted_whatever_is_chosen(self, staff, several):
        context = staff.get(reverse("complaint_list") + "?state=closed").context
        counts = {tab["info"].code: tab["count"] for tab in context["tabs"]}
        assert counts == {"new": 3, "in_work": 1, "waiting": 0, "answered": 0, "closed": 1}
        assert (context["in_all"], context["open_count"]) == (5, 4)

    def test_pages_by_term(self, staff, order):
        pks = [ComplaintFactory(order=order).pk for _number in range(60)]
        first = staff.get(reverse("complaint_list") + "?sort=term").context["page"]
        second = listed(staff, f"?sort=term&after={first.after}")
        assert [one.pk for one in first.rows] + second == pks

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_one_and_for_many(
        self, staff, manager, django_assert_num_queries, count
    ):
        for _number in range(count):
            ComplaintFactory(state="in_work", owner=manager)
        with django_assert_num_queries(11):
            listed(staff)

    def test_an_export_is_what_is_shown_and_is_kept(self, staff, several, manager):
        answer = staff.post(reverse("complaint_export") + "?state=closed", {"kind": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert [row[0] for row in rows[1:]] == [str(several["closed"].pk)]
        record = AuditRecord.objects.get(kind="export")
        assert record.actor == manager
        assert record.data == {"table": "complaints", "count": 1, "format": "csv"}

    def test_a_dealer_s_export_has_no_phones_and_no_formulas(self, of_dealer, file):
        file(text=f"=ИТОГ, тел. {PHONE}")
        answer = of_dealer.post(reverse("complaint_export"), {"kind": "csv"})
        text = b"".join(answer.streaming_content).decode()
        assert "'=ИТОГ" in text
        assert "905" not in text
