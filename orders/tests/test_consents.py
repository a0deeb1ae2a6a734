"""The texts of the consents: versions, who agreed to which, two administrators at once."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.urls import reverse

from dealers.models import AuditRecord
from orders.consents import consent_token, current_version, version_shown
from orders.models import Consent, ConsentVersion
from orders.services.consents import ConsentsMoved, save_texts
from orders.tests.test_storefront_checkout import form, hidden_of, send, shopper
from tests.factories import NOW, AdministratorFactory

__all__ = ["form", "send", "shopper"]

TEXTS = {"processing": "Один", "dealer": "Два", "calls": "Три", "term": "Четыре"}
PAGE = reverse("consent_texts")


@pytest.fixture
def browser(client, administrator):
    client.force_login(administrator)
    return client


def change(by, seen=1, **texts):
    return save_texts(texts=TEXTS | texts, seen=seen, by=by, now=NOW)


class TestVersions:
    def test_the_first_one_holds_the_texts_as_delivered(self, db):
        first = current_version()
        assert first.number == 1
        assert "автоматический звонок" in first.calls

    def test_a_change_is_a_new_version_in_the_journal(self, administrator):
        before = current_version()
        version = change(administrator)
        assert (version.number, current_version()) == (2, version)
        before.refresh_from_db()
        assert before.processing != "Один"
        entry = AuditRecord.objects.get(kind="consents")
        assert entry.actor == administrator
        assert {one["field"] for one in entry.data["changes"]} == set(TEXTS)

    def test_the_same_again_is_no_version(self, administrator):
        change(administrator)
        assert change(administrator, seen=2) is None
        assert ConsentVersion.objects.count() == 2

    def test_nothing_is_overwritten(self, administrator):
        change(administrator)
        with pytest.raises(ConsentsMoved):
            change(AdministratorFactory(), calls="Иначе")
        assert current_version().calls == "Три"

    @pytest.mark.parametrize("what", ["update", "delete"])
    def test_versions_stay(self, db, what):
        rows = ConsentVersion.objects.all()
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(calls="x") if what == "update" else rows.delete()

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_is_told(self):
        people = [AdministratorFactory(), AdministratorFactory()]
        told, barrier = [], threading.Barrier(2)

        def work(person):
            try:
                barrier.wait()
                change(person, calls=person.name)
            except ConsentsMoved:
                told.append(person)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[person]) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == 1
        assert ConsentVersion.objects.count() == 2


class TestTab:
    def test_saves_and_lists_versions(self, browser, administrator):
        answer = browser.post(PAGE, TEXTS | {"seen": "1"}, follow=True)
        text = answer.content.decode()
        assert "Редакция текстов 2 действует" in text
        assert administrator.name in text
        assert "исходная" in text

    def test_an_old_version_stays_readable_with_its_orders(self, browser, place, cart):
        order = place(cart)
        change(AdministratorFactory())
        page = browser.get(reverse("consent_version", args=[1])).content.decode()
        assert "автоматический звонок" in page
        assert f"№ {order.pk}" in page
        assert (
            f"№ {order.pk}"
            not in browser.get(reverse("consent_version", args=[2])).content.decode()
        )

    def test_the_second_of_two_sees_what_changed_and_keeps_theirs(self, browser):
        change(AdministratorFactory(name="Ольга"), processing=current_version().processing)
        mine = {name: getattr(ConsentVersion.objects.get(number=1), name) for name in TEXTS}
        mine["calls"] = "Моё"
        answer = browser.post(PAGE, mine | {"seen": "1"})
        text = answer.content.decode()
        assert "Пока вы писали, тексты изменены: Ольга" in text
        fresh = answer.context["form"]
        assert fresh["calls"].value() == "Моё"
        assert fresh["dealer"].value() == "Два"
        assert current_version().calls == "Три"
        data = {name: fresh[name].value() for name in (*TEXTS, "seen")}
        browser.post(PAGE, data)
        assert (current_version().calls, current_version().dealer) == ("Моё", "Два")

    @pytest.mark.parametrize("name", TEXTS)
    @pytest.mark.parametrize("text", ["", "   ", "x" * 10_001, "a\0b", "a\x07b"])
    def test_nonsense_gets_a_message_beside_the_field(self, browser, name, text):
        answer = browser.post(PAGE, TEXTS | {"seen": "1", name: text})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [name]
        assert current_version().number == 1

    @pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "1e308"])
    def test_a_damaged_page_is_told(self, browser, seen):
        answer = browser.post(PAGE, TEXTS | {"seen": seen})
        assert "Страница повреждена" in answer.content.decode()
        assert current_version().number == 1

    def test_markup_is_shown_as_text(self, browser, administrator, client):
        change(administrator, calls="<script>alert(1)</script>")
        page = client.get(reverse("consents")).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestCheckout:
    def versions(self):
        return set(Consent.objects.values_list("text_version", flat=True))

    def test_keeps_the_version_that_counts(self, send, form):
        change(AdministratorFactory())
        page = hidden_of(send(form, name=""))
        assert version_shown(page["consent_version"]) == 1
        send(form)
        assert self.versions() == {"1"}

    def test_a_page_opened_later_shows_the_new_texts(self, shopper, send, form):
        change(AdministratorFactory())
        page = shopper.get(reverse("checkout"))
        assert version_shown(hidden_of(page)["consent_version"]) == 2
        assert f"{reverse('consents')}?version=2" in page.content.decode()
        send(form | hidden_of(page))
        assert self.versions() == {"2"}

    @pytest.mark.parametrize("token", ["", "2", "x", "a\0b", None, "forged"])
    def test_a_version_of_one_s_own_making_is_not_believed(self, send, form, token):
        if token == "forged":
            token = consent_token(2)[:-1] + "_"
        answer = send(form, consent_version=token)
        assert answer.status_code == 200
        assert "Посмотрите тексты согласий" in answer.content.decode()
        assert not Consent.objects.exists()
        again = hidden_of(answer)
        assert send(form | again).status_code == 302

    @pytest.mark.parametrize("number", ["0", "7", "x", "-1", "9" * 40, "", "²"])
    def test_an_unknown_version_is_missing(self, client, db, number):
        assert client.get(reverse("consents"), {"version": number}).status_code == 404

    def test_earlier_texts_say_that_they_are_earlier(self, client, administrator):
        change(administrator)
        assert (
            "больше не действуют"
            in client.get(reverse("consents"), {"version": "1"}).content.decode()
        )
        assert "больше не действуют" not in client.get(reverse("consents")).content.decode()
