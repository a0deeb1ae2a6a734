"""Settings, lists of reasons, and people: switching off ends sessions."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from dealers.models import AuditRecord, SystemSettings, User
from dealers.services.errors import Refused
from dealers.services.sessions import end_sessions
from dealers.services.settings import save_settings
from dealers.services.terms import change_terms
from dealers.services.users import set_user_active
from tests.factories import (
    NOW,
    PASSWORD,
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    UserFactory,
)


@pytest.fixture
def administrator(client, db):
    user = AdministratorFactory(name="Анна Администратор")
    client.force_login(user)
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    assert client.get(reverse("workspace")).status_code == 302
    assert is_in(client)
    return client


def is_in(client):
    """Whether the browser is let into the workspace rather than sent to log in."""
    answer = client.get(reverse("own_dealer"))
    return not answer.url.startswith(reverse("account_login"))


class TestSettings:
    VALUES = {
        "points_completed": "120",
        "points_failed": "60",
        "points_complaint": "20",
        "points_in_distribution": "on",
        "term_days": "10",
        "complaint_days": "5",
        "installation_dealer": "",
        "chosen_dealer_minutes": "15",
        "unclaimed_minutes": "90",
        "calls_enabled": "on",
        "processed_after_call": "on",
        "robot_enabled": "on",
        "robot_from_hour": "10",
        "robot_to_hour": "20",
        "robot_attempts": "2",
        "robot_pause_minutes": "45",
        "recordings_keep_days": "90",
        "sms_from_hour": "10",
        "sms_to_hour": "20",
        "answer_hours": "4",
        "customers_keep_years": "3",
    }

    def save(self, client, **values):
        seen = client.get(reverse("settings")).context["form"]["seen"].value()
        return client.post(reverse("settings"), {"seen": seen} | self.VALUES | values, follow=True)

    def test_are_saved_and_said_so(self, client, administrator):
        dealer = DealerFactory()
        answer = self.save(client, installation_dealer=dealer.pk)
        assert "Настройки сохранены" in answer.content.decode()
        settings = SystemSettings.load()
        assert settings.installation_dealer == dealer
        assert (settings.points_completed, settings.points_failed, settings.term_days) == (
            120,
            60,
            10,
        )
        assert settings.calls_enabled
        assert not settings.dealers_see_only_own

    def test_keep_who_changed_them(self, administrator):
        save_settings(values={"term_days": 7}, by=administrator)
        event = SystemSettings.load().events.order_by("-pgh_id").first()
        assert event.term_days == 7
        assert event.pgh_context.metadata["user"] == administrator.pk

    def test_the_same_again_is_no_change(self, client, administrator):
        self.save(client)
        before = SystemSettings.load().events.count()
        assert "Ничего не изменилось" in self.save(client).content.decode()
        assert SystemSettings.load().events.count() == before

    def test_each_setting_is_explained(self, client, administrator):
        page = client.get(reverse("settings"))
        for field in page.context["form"].visible_fields():
            assert field.help_text
            assert str(field.help_text) in page.content.decode()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("points_completed", "-1"),
            ("points_completed", "100001"),
            ("points_completed", "сто"),
            ("points_failed", ""),
            ("points_complaint", "-1"),
            ("complaint_days", "0"),
            ("complaint_days", "91"),
            ("term_days", "0"),
            ("term_days", "366"),
            ("term_days", "9" * 400),
            ("chosen_dealer_minutes", "0"),
            ("unclaimed_minutes", "43201"),
            ("unclaimed_minutes", "1e308"),
            ("installation_dealer", "999999999999999999999"),
            ("installation_dealer", "a\0b"),
        ],
    )
    def test_nonsense_gets_a_message_beside_the_field(self, client, administrator, name, value):
        answer = self.save(
            client, **{name: value, "term_days": value if name == "term_days" else "21"}
        )
        assert answer.status_code == 200
        form = answer.context["form"]
        assert list(form.errors) == [name]
        assert form.errors[name][0] in answer.content.decode()
        assert SystemSettings.load().points_completed == 100
        if name != "term_days":
            assert form["term_days"].value() == "21"

    def test_a_switched_off_dealer_is_not_offered_for_installation(self, client, administrator):
        dealer = DealerFactory(is_active=False)
        answer = self.save(client, installation_dealer=dealer.pk)
        assert answer.context["form"].errors["installation_dealer"]


class TestTwoAtTheSettings:
    """The second of two administrators is told what changed; nothing is overwritten."""

    def page(self, client):
        form = client.get(reverse("settings")).context["form"]
        return {field.name: field.value() for field in form if field.value() not in (None, False)}

    def test_the_second_is_told_and_keeps_what_both_wrote(self, client, administrator):
        other = AdministratorFactory(name="Ольга Вторая")
        dealer = DealerFactory(name="Монтаж и сыновья")
        mine = self.page(client) | {"term_days": "30", "points_failed": "70"}
        save_settings(
            values={"term_days": 21, "installation_dealer": dealer, "calls_enabled": True},
            by=other,
        )
        answer = client.post(reverse("settings"), mine)
        text = answer.content.decode()
        assert "настройки изменены: Ольга Вторая" in text
        assert "Монтаж и сыновья" in text
        assert "Изменили и вы, и другой человек" in text
        form = answer.context["form"]
        assert form["term_days"].value() == "30"
        assert form["points_failed"].value() == "70"
        assert form["installation_dealer"].value() == dealer.pk
        assert form["calls_enabled"].value() is True
        settings = SystemSettings.load()
        assert (settings.term_days, settings.points_failed) == (21, 50)
        again = {f.name: f.value() for f in form if f.value() not in (None, False, "")}
        client.post(reverse("settings"), again)
        settings = SystemSettings.load()
        assert (settings.term_days, settings.points_failed) == (30, 70)
        assert (settings.installation_dealer, settings.calls_enabled) == (dealer, True)

    @pytest.mark.parametrize("seen", ["", "x", "a\0b"])
    def test_a_damaged_page_is_told(self, client, administrator, seen):
        answer = client.post(reverse("settings"), self.page(client) | {"seen": seen})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["seen"]

    def test_another_name_of_the_dealer_is_no_change(self, client, administrator):
        dealer = DealerFactory()
        save_settings(values={"installation_dealer": dealer}, by=administrator)
        mine = self.page(client)
        dealer.name = "Новое имя"
        dealer.save(update_fields=["name"])
        answer = client.post(reverse("settings"), mine, follow=True)
        assert "Ничего не изменилось" in answer.content.decode()

    @pytest.mark.parametrize("number", [1, 20])
    def test_the_history_tells_who_when_before_and_after(
        self, client, administrator, number, django_assert_max_num_queries
    ):
        for days in range(number):
            save_settings(values={"term_days": 20 + days}, by=administrator)
        with django_assert_max_num_queries(8):
            page = client.get(reverse("settings_history")).content.decode()
        assert administrator.name in page
        assert "Срок исполнения заказа, дней" in page
        assert "<del>14" in page or number == 20
        assert f"<ins>{19 + number}" in page


class TestSessions:
    def test_of_a_person_end_with_the_access(self, client, administrator):
        manager = UserFactory()
        theirs = logged_in(manager)
        answer = client.post(
            reverse("user_deactivate", kwargs={"pk": manager.pk}), {"next": ""}, follow=True
        )
        assert "доступ отключён, сеансы завершены" in answer.content.decode()
        assert not is_in(theirs)
        # Nor does the old session come back with the access.
        client.post(reverse("user_activate", kwargs={"pk": manager.pk}))
        assert User.objects.get(pk=manager.pk).is_active
        assert not is_in(theirs)

    def test_of_all_managers_end_with_the_dealer(self, client, administrator):
        dealer = DealerFactory()
        managers = [UserFactory(dealer=dealer), UserFactory(dealer=dealer)]
        browsers = [logged_in(manager) for manager in managers]
        other = logged_in(UserFactory())
        change_terms(
            dealer_id=dealer.pk,
            switches={"is_active": False},
            reason="Договор расторгнут",
            by=administrator,
            now=NOW,
        )
        assert [is_in(browser) for browser in browsers] == [False, False]
        assert is_in(other)
        change_terms(
            dealer_id=dealer.pk,
            switches={"is_active": True},
            reason="Договор снова в силе",
            by=administrator,
            now=NOW,
        )
        assert [is_in(browser) for browser in browsers] == [False, False]

    @pytest.mark.parametrize("switched_off", ["person", "dealer"])
    def test_that_are_still_stored_are_refused_at_the_next_request(self, db, switched_off):
        manager = UserFactory()
        browser = logged_in(manager)
        changed = manager if switched_off == "person" else manager.dealer
        changed.is_active = False
        changed.save(update_fields=["is_active"])
        assert Session.objects.exists()
        assert not is_in(browser)

    @pytest.mark.parametrize("switched_off", ["person", "dealer"])
    def test_cannot_be_begun_without_access(self, client, db, switched_off):
        manager = UserFactory()
        form = {"login": manager.email, "password": PASSWORD}
        changed = manager if switched_off == "person" else manager.dealer
        changed.is_active = False
        changed.save(update_fields=["is_active"])
        client.post(reverse("account_login"), form)
        assert "_auth_user_id" not in client.session
        changed.is_active = True
        changed.save(update_fields=["is_active"])
        client.post(reverse("account_login"), form)
        assert client.session["_auth_user_id"] == str(manager.pk)

    def test_of_others_stay(self, db):
        user, other = UserFactory(), UserFactory()
        logged_in(user)
        theirs = logged_in(other)
        assert end_sessions([user.pk], now=NOW) == 1
        assert is_in(theirs)


class TestStaff:
    def test_lists_people_with_role_dealer_and_access(self, client, administrator):
        UserFactory(name="Олег", dealer__name="Альфа", is_head=True)
        ManagerFactory(name="Мария", is_active=False)
        page = client.get(reverse("user_list")).content.decode()
        for text in ("Олег", "Альфа", "Менеджер дилера", "старший менеджер", "Мария", "отключён"):
            assert text in page

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?q=олег", ["Олег"]),
            ("?q=OLEG@", ["Олег"]),
            ("?role=manufacturer_manager", ["Мария"]),
            ("?role=king", ["Анна Администратор", "Мария", "Олег"]),
            ("?is_active=no", ["Мария"]),
            ("?q=%00", ["Анна Администратор", "Мария", "Олег"]),
        ],
    )
    def test_narrows(self, client, administrator, query, expected):
        UserFactory(name="Олег", email="oleg@example.com")
        ManagerFactory(name="Мария", is_active=False)
        answer = client.get(reverse("user_list") + query)
        assert [user.name for user in answer.context["page"]] == expected

    @pytest.mark.parametrize("count", [1, 30])
    def test_costs_the_same_for_one_and_for_many(
        self, client, administrator, django_assert_max_num_queries, count
    ):
        for _number in range(count):
            UserFactory()
        with django_assert_max_num_queries(8):
            client.get(reverse("user_list"))

    def test_what_was_done_is_recorded(self, administrator):
        manager = UserFactory()
        set_user_active(user_id=manager.pk, is_active=False, by=administrator, now=NOW)
        entry = AuditRecord.objects.get(kind="access_off")
        assert (entry.actor, entry.object_id) == (administrator, manager.pk)

    def test_one_cannot_switch_oneself_off(self, client, administrator):
        AdministratorFactory()
        answer = client.post(
            reverse("user_deactivate", kwargs={"pk": administrator.pk}), follow=True
        )
        assert "Свой доступ отключить нельзя" in answer.content.decode()
        assert User.objects.get(pk=administrator.pk).is_active

    def test_the_last_administrator_stays(self, administrator):
        root = AdministratorFactory(is_active=False)
        with pytest.raises(Refused, match="Последнего администратора"):
            set_user_active(user_id=administrator.pk, is_active=False, by=root, now=NOW)

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:1"])
    def test_one_returns_to_pages_of_ours_only(self, client, administrator, back):
        manager = UserFactory()
        address = reverse("user_deactivate", kwargs={"pk": manager.pk})
        assert client.post(address, {"next": back}).url == reverse("user_list")

    def test_one_returns_to_the_filtered_list(self, client, administrator):
        manager = UserFactory()
        back = reverse("user_list") + "?q=a"
        address = reverse("user_deactivate", kwargs={"pk": manager.pk})
        assert client.post(address, {"next": back}).url == back


class TestTwoAdministrators:
    """Two administrators switch each other off at the same moment."""

    def switch_each_other_off(self, work):
        pair = [AdministratorFactory(), AdministratorFactory()]
        together = threading.Barrier(2)

        def run(by, other):
            try:
                together.wait(timeout=20)
                work(by, other)
            except Refused:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=couple) for couple in (pair, pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return User.objects.filter(is_active=True).count()

    @pytest.mark.django_db(transaction=True)
    def test_one_of_them_stays(self):
        def work(by, other):
            set_user_active(user_id=other.pk, is_active=False, by=by, now=NOW)

        assert self.switch_each_other_off(work) == 1

    @pytest.mark.django_db(transaction=True)
    def test_without_the_lock_none_would(self):
        """The negative control: looking first and writing afterwards locks everybody out."""
        looked = threading.Barrier(2)

        def careless(by, other):
            others = User.objects.filter(is_active=True).exclude(pk=other.pk).count()
            looked.wait(timeout=20)
            if others:
                User.objects.filter(pk=other.pk).update(is_active=False)

        assert self.switch_each_other_off(careless) == 0
