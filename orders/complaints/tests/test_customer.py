"""Complaining behind the personal link."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from orders.complaints.working import note
from orders.links import channels_link, customer_link, order_token
from orders.models import Complaint, ComplaintFile
from suz.common import links
from suz.common.attachments import clean_attachment
from tests.factories import NOW, OrderFactory
from tests.uploads import picture_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(order):
    return reverse("customer_complain", args=[order_token(order)])


@pytest.fixture
def form(category):
    return {"category": category.pk, "text": "Не привезли", "key": str(uuid.uuid4())}


def own_page(client, order):
    return client.get(customer_link(order)).content.decode()


def test_a_complaint_comes_by_the_form_of_the_page(client, order, address, form):
    assert f'href="{address}"' in own_page(client, order)
    answer = client.post(address, form)
    assert answer.url == f"{customer_link(order)}#complaint"
    complaint = Complaint.objects.get()
    assert (complaint.order, complaint.created_by, complaint.text) == (order, None, "Не привезли")
    shown = own_page(client, order)
    assert f"Жалоба № {complaint.pk}" in shown
    assert "получена" in shown
    assert "ответим до" in shown


def test_no_token_of_the_site_is_needed_the_link_is_the_right(order, address, form):
    """The page sends no referrer, so that the browser names no origin either."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, form, HTTP_ORIGIN="null").status_code == 302
    assert Complaint.objects.count() == 1


def test_sent_twice_it_is_one(client, address, form):
    client.post(address, form)
    client.post(address, form)
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"text": "\0"},
        {"category": ""},
        {"category": "x"},
        {"category": "9" * 30},
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, address, form, changes):
    answer = client.post(address, form | changes)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "invalid-feedback" in shown
    assert ("Не привезли" in shown) == ("text" not in changes)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 32])
def test_a_form_without_its_key_counts_all_the_same(client, address, form, key):
    answer = client.post(address, form | {"key": key})
    assert answer.status_code in (302, 422)
    assert Complaint.objects.count() == (answer.status_code == 302)


def test_files_come_along(client, order, address, form):
    client.post(address, form | {"files": [picture_upload()]})
    file = ComplaintFile.objects.get()
    link = reverse("customer_complaint_file", args=[order_token(order), file.pk])
    assert link in own_page(client, order)
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    # Reading to the end closes the file.
    list(answer.streaming_content)


def test_a_wrong_file_is_named_and_nothing_is_sent(client, address, form):
    wrong = SimpleUploadedFile("<b>.svg", b"<svg onload='alert(1)'/>")
    answer = client.post(address, form | {"files": [wrong]})
    assert answer.status_code == 422
    assert "<b>" not in answer.content.decode()
    assert not Complaint.objects.exists()


def test_internal_files_are_not_handed_out(client, order, taken):
    note(
        complaint_id=taken.complaint.pk,
        text="Фото",
        files=[clean_attachment(picture_upload())],
        by=taken.by,
        now=NOW,
    )
    file = ComplaintFile.objects.get()
    link = reverse("customer_complaint_file", args=[order_token(order), file.pk])
    assert client.get(link).status_code == 404


def test_the_customer_reads_the_answer_and_nothing_internal(client, order, taken):
    taken.ask("Вопрос дилеру, не покупателю")
    taken.answer("Привезут <b>завтра</b>")
    taken.close()
    shown = own_page(client, order)
    assert escape("Привезут <b>завтра</b>") in shown
    assert "Вопрос дилеру, не покупателю" not in shown
    assert "обоснована" not in shown
    assert taken.by.name not in shown


def test_what_is_added_opens_an_answered_one_again(client, order, answered):
    link = reverse("customer_complain_again", args=[order_token(order), answered.complaint.pk])
    assert link in own_page(client, order)
    assert client.post(link, {"text": "Не привезли"}).status_code == 302
    answered.complaint.refresh_from_db()
    assert answered.complaint.state == "in_work"
    assert client.post(link, {"text": ""}).status_code == 422


def test_another_order_s_complaint_is_missing(client, answered):
    other = OrderFactory()
    for pk in (answered.complaint.pk, answered.complaint.pk + 1000):
        for text in ("Чужое", ""):
            link = reverse("customer_complain_again", args=[order_token(other), pk])
            assert client.post(link, {"text": text}).status_code == 404
    assert answered.complaint.entries.filter(kind="wrote").count() == 0


def wrong_tokens(order):
    token = order_token(order)
    return {
        "forged": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "revoked": links.sign("order", order.pk, order.link_version + 1),
        "missing": links.sign("order", order.pk + 1000, 1),
        "channels": channels_link(order).strip("/").split("/")[-1],
        "survey": links.sign("survey", order.pk, order.link_version),
        "nonsense": "x",
    }


@pytest.mark.parametrize("kind", ["forged", "revoked", "missing", "channels", "survey", "nonsense"])
def test_wrong_links_act_on_nothing(client, order, form, file, kind):
    complaint = file()
    token = wrong_tokens(order)[kind]
    addresses = (
        reverse("customer_complain", args=[token]),
        reverse("customer_complain_again", args=[token, complaint.pk]),
    )
    for one in addresses:
        assert client.post(one, form).status_code == 404
    assert Complaint.objects.count() == 1
    assert complaint.entries.count() == 1


def test_twenty_misses_an_hour_are_enough(client, order, address, form):
    wrong = reverse("customer_complain", args=["1-wrong"])
    statuses = [client.post(wrong, form).status_code for _number in range(21)]
    assert statuses == [404] * 20 + [429]
    assert client.post(address, form).status_code == 429
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_makes_no_complaint(client, order, address, form, method):
    assert getattr(client, method)(address, form).status_code == 200
    assert not Complaint.objects.exists()


def test_the_pages_of_the_link_tell_nobody_of_it(client, address):
    answer = client.get(address)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


def test_too_many_a_day_are_refused_in_words(client, address, form):
    for _number in range(10):
        client.post(address, form | {"key": str(uuid.uuid4())})
    answer = client.post(address, form | {"key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "Продолжите, пожалуйста, завтра" in answer.content.decode()
    assert Complaint.objects.count() == 10


@pytest.mark.parametrize("count", [1, 5])
def test_the_box_costs_the_same_for_few_and_many(
    client, order, file, django_assert_num_queries, count
):
    for _number in range(count):
        file()
    with django_assert_num_queries(13):
        own_page(client, order)
