"""Every message of every audience in words."""

import re

import pytest
from django.test import override_settings

from notifications.events import EVENTS
from notifications.models import Audience
from notifications.rendering import default_text, render_mail, render_subject
from notifications.tests.conftest import CONTEXT, PAIRS, draft, write
from suz.common.text import phone
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PHONE = "+79051234567"
TAG = re.compile(r"<(?:style|head)\b.*?</(?:style|head)>|<[^>]+>", re.DOTALL)
LINK = re.compile(r"https?://\S+")
LATIN = re.compile(r"[A-Za-z]{2,}")


def message(event="order_offered", audience="dealer", **context):
    (written,) = write(draft(event, audience, email="a@example.com", context=context))
    return written


def words(mail):
    """Everything a person reads of a mail."""
    return LINK.sub("", " ".join((mail.subject, mail.text, TAG.sub(" ", mail.html))))


@pytest.mark.parametrize(("event", "audience"), PAIRS)
def test_every_message_is_whole_and_russian(event, audience):
    mail = render_mail(message(event, audience))
    assert "1416" in mail.subject
    assert len(mail.subject) <= 90
    assert "\n" not in mail.subject
    assert not LATIN.findall(words(mail))
    for missing in ("None", "{{", "{%", "%(", "  ,", "«»", ": \n"):
        assert missing not in mail.text
        assert missing not in mail.subject
    assert mail.subject in mail.text
    assert mail.text.count("/workspace/orders/1416/") == 1
    assert "http://localhost:8000/workspace/orders/1416/" in mail.html


@pytest.mark.parametrize(("event", "audience"), PAIRS)
def test_no_message_shows_a_phone(event, audience):
    user = UserFactory(phone=PHONE)
    hidden = {"phone": PHONE, "customer_phone": PHONE, "user": {"phone": PHONE}}
    (written,) = write(draft(event, audience, user=user, context=hidden))
    mail = render_mail(written)
    everything = mail.subject + mail.text + mail.html + str(written.context)
    digits = re.sub(r"\D", "", everything)
    for notation in (PHONE, phone(PHONE), "9051234567", "905 123"):
        assert notation not in everything
    assert "9051234567" not in digits
    assert "tel:" not in everything


@pytest.mark.parametrize(("event", "audience"), PAIRS)
def test_every_message_does_with_few_facts(event, audience):
    bare = {key: "" for key in CONTEXT if key not in ("order", "link")} | {"lines": []}
    (written,) = write(draft(event, audience, email="a@example.com", context=bare))
    written.context.pop("line_count")
    mail = render_mail(written)
    assert "None" not in mail.text
    assert "1416" in mail.subject


@pytest.mark.parametrize("audience", [Audience.DEALER])
@pytest.mark.parametrize("event", [code for code, whom in PAIRS if whom == Audience.DEALER])
def test_a_dealer_does_not_read_who_the_customer_is(event, audience):
    written = message(event, audience)
    written.context["customer"] = "Роман Ильин"  # as if it had been kept
    mail = render_mail(written)
    assert "Роман" not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize(
    ("audience", "choice", "said"),
    [
        ("customer", "stay", "Заказ остаётся у дилера"),
        ("customer", "return", "мы уже ищем другого"),
        ("customer", "assign", "заказ передан ему"),
        ("customer", "anew", "Мы ищем для него дилера"),
        ("dealer", "stay", "Заказ остаётся у вас"),
        ("dealer", "left", "Баллы не сняты"),
        ("manufacturer", "stay", "Заказ остаётся у него"),
        ("manufacturer", "return", "снова распределяется между другими"),
    ],
)
def test_a_changed_order_says_what_changed_and_what_comes_of_it(audience, choice, said):
    mail = render_mail(message("order_changed", audience, choice=choice))
    assert said in mail.text
    assert said in mail.html
    assert "– Панель «Дуб светлый» × 24 шт → Панель «Дуб тёмный» × 24 шт" in mail.text
    assert "Было: 39\u202f844\u00a0₽" in mail.text
    assert not LATIN.findall(words(mail))


def test_of_many_changes_the_first_are_shown():
    mail = render_mail(message("order_changed", "customer", change_count=4))
    assert "и ещё 3 изменения" in mail.text
    assert "и ещё 3 изменения" in mail.html


@pytest.mark.parametrize("reason", ["no_dealer", "all_declined", "unclaimed"])
def test_an_unclaimed_order_says_why(reason):
    mail = render_mail(message("order_unclaimed", "manufacturer", attention=reason))
    expected = {
        "no_dealer": "В регионе нет дилера",
        "all_declined": "от него отказались",
        "unclaimed": "Никто не принял",
    }
    shown = [code for code, text in expected.items() if text in mail.text]
    assert shown == [reason]
    assert not LATIN.findall(words(mail))


def test_sums_are_written_as_people_write_them():
    offered = render_mail(message(total="39844", sum_low="", sum_high=""))
    assert "39\u202f844\u00a0₽" in offered.subject
    placed = render_mail(message("order_placed", "customer"))
    assert "Сумма: от 38\u202f120\u00a0₽ до 41\u202f990,50\u00a0₽" in placed.text
    assert "Больше верхней границы вы не заплатите" in placed.text
    single = render_mail(message("order_placed", "customer", sum_low="500", sum_high="500"))
    assert "Сумма: 500\u00a0₽" in single.text
    assert "Больше этой суммы вы не заплатите" in single.text


@pytest.mark.parametrize(
    ("more", "words"),
    [(1, "и ещё 1 позиция"), (3, "и ещё 3 позиции"), (11, "и ещё 11 позиций"), (21, "21 позиция")],
)
def test_number_words_agree(more, words):
    mail = render_mail(message(line_count=len(CONTEXT["lines"]) + more))
    assert words in mail.text
    assert words in mail.html


def test_all_goods_shown_leave_nothing_more():
    assert "и ещё" not in render_mail(message(line_count=2)).text


def test_a_term_is_a_russian_date():
    assert "Срок: 8 июня 2026\n" in render_mail(message("order_overdue", "dealer")).text


def test_goods_stand_with_quantity_and_unit():
    mail = render_mail(message())
    assert "– Панель «Дуб светлый», 24 шт" in mail.text
    assert "24 шт" in mail.html


def test_a_region_that_is_its_own_city_is_named_once():
    mail = render_mail(message(place="Москва", region="Москва"))
    assert "Город: Москва\n" in mail.text
    assert "Город: Казань, Республика Татарстан" in render_mail(message()).text


def test_the_manufacturer_reads_whose_reason_it_was():
    given_up = render_mail(message("order_given_up", "manufacturer"))
    assert "Причина: Нет товара на складе (сторона: дилер)" in given_up.text
    customer = render_mail(message("order_cancelled", "customer"))
    assert "Причина: Нет товара на складе\n" in customer.text
    assert "Нет товара" not in render_mail(message("order_given_up", "customer")).text


def test_what_people_wrote_is_escaped_in_html_only():
    evil = 'ООО "Рога & <script>alert(1)</script>"'
    mail = render_mail(message("order_accepted", "manufacturer", dealer=evil))
    assert evil in mail.text
    assert "<script" not in mail.html
    assert "Рога &amp; &lt;script&gt;" in mail.html


def test_line_breaks_do_not_reach_the_subject():
    mail = render_mail(
        message("order_accepted", "manufacturer", dealer="ООО\r\nBcc: всем@example.com")
    )
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_a_long_name_does_not_break_the_record_of_the_mail():
    mail = render_mail(message("order_accepted", "manufacturer", dealer="Ж" * 1000))
    assert len(mail.subject) == 300


@override_settings(PUBLIC_URL="https://suz.example.ru")
def test_links_are_absolute_and_start_with_the_public_address():
    (written,) = write(draft("order_placed", "customer", email="a@example.com", url="/o/588-abc/"))
    mail = render_mail(written)
    assert mail.text.count("https://suz.example.ru/o/588-abc/") == 1
    assert 'href="https://suz.example.ru/o/588-abc/"' in mail.html
    assert "localhost" not in mail.text + mail.html


def test_the_personal_link_is_explained_to_the_customer_alone():
    assert "Ссылка личная" in render_mail(message("order_placed", "customer")).text
    assert "Ссылка личная" not in render_mail(message()).text


def test_the_line_on_the_site_is_the_subject():
    written = message()
    assert render_subject(written) == render_mail(written).subject


def test_every_event_has_a_russian_name():
    assert all(not LATIN.search(str(event.name)) for event in EVENTS.values())


def test_every_event_has_an_icon_that_pages_have(settings):
    listed = (settings.BASE_DIR / "static/icons.txt").read_text().split("\n")
    assert [event.icon for event in EVENTS.values() if event.icon not in listed] == []


def test_a_dealer_reads_why_its_product_is_hidden():
    facts = {"product": "Клей монтажный", "reason": "Нет сертификата"}
    mail = render_mail(message("related_hidden", **facts))
    assert mail.subject == "Производитель скрыл ваш товар «Клей монтажный»"
    assert "Причина: Нет сертификата" in mail.text
    assert "Открыть товар" in mail.html
    assert not LATIN.findall(words(mail))


def test_a_dealer_reads_that_its_product_is_sold_again():
    mail = render_mail(message("related_shown", product="Клей монтажный", reason=""))
    assert mail.subject == "Ваш товар «Клей монтажный» снова продаётся в магазине"
    assert "Причина" not in mail.text


@pytest.mark.parametrize("audience", ["customer", "dealer", "manufacturer"])
@pytest.mark.parametrize("choice", ["stay", "return", "assign", "anew", "left"])
def test_the_text_that_editing_a_changed_order_begins_with_is_right_for_each_outcome(
    audience, choice
):
    subject, body = default_text("order_changed", audience, "email")
    assert "{{ outcome }}" in body
    assert "остаётся" not in subject + body
    said = message("order_changed", audience, choice=choice)
    own = message("order_changed", audience, choice=choice)
    own.context["text"] = {"subject": subject, "body": body}
    paragraphs = render_mail(own).text.split("\n\n")
    assert any("изменён" in one or "изменил" in one for one in paragraphs)
    assert paragraphs[1:] == render_mail(said).text.split("\n\n")[1:]
