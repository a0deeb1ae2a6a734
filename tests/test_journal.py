"""The journal: what is written, that it stays, how it is read."""

import datetime

import pghistory
import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.services.assortment import Edit, Terms, save_rows
from dealers.journal import changes, notes
from dealers.models import AuditKind, AuditRecord, Dealer, Role
from dealers.services.audit import record
from dealers.services.invitations import accept, invite, revoke
from dealers.services.logins import login_failed
from dealers.services.points import enter_points
from dealers.services.profile import save_profile, snapshot
from dealers.services.settings import save_settings
from dealers.services.terms import change_terms
from dealers.services.users import set_head, set_user_active
from orders.services.deleted import restore_order
from orders.services.phones import show_phone
from orders.services.progress import delete_order
from suz.celery import app
from suz.common import links
from suz.common.middleware import authored
from tests.factories import (
    NOW,
    PASSWORD,
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    ProductFactory,
    UserFactory,
)

JOURNAL = reverse("journal")

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return AdministratorFactory(name="Анна Администратор")


@pytest.fixture
def manager():
    return ManagerFactory()


def latest():
    return AuditRecord.objects.order_by("-id").first()


class TestWriting:
    def test_people(self, administrator):
        person = UserFactory()
        set_head(user_id=person.pk, is_head=True, by=administrator)
        set_user_active(user_id=person.pk, is_active=False, by=administrator, now=NOW)
        kinds = list(AuditRecord.objects.order_by("id").values_list("kind", "object_id"))
        assert kinds == [("head_on", person.pk), ("access_off", person.pk)]
        assert latest().at == NOW

    def test_invitations(self, administrator):
        one = {
            "email": "a@example.com",
            "name": "А",
            "role": Role.MANUFACTURER_MANAGER,
            "by": administrator,
            "now": timezone.now(),
        }
        first = invite(**one)
        revoke(invitation_id=first.pk, by=administrator, now=timezone.now())
        second = invite(**one)
        user = accept(
            token=links.sign("invitation", second.pk, second.version),
            password=PASSWORD,
            now=timezone.now(),
        )
        kinds = list(AuditRecord.objects.order_by("id").values_list("kind", "actor_id"))
        by = administrator.pk
        assert kinds == [
            ("invited", by),
            ("uninvited", by),
            ("invited", by),
            ("joined", user.pk),
        ]

    def test_a_dealer_s_profile_and_terms_with_values(self, administrator):
        dealer = DealerFactory()
        seen = snapshot(dealer, ["description"])
        save_profile(
            dealer_id=dealer.pk, values={"description": "О нас"}, seen=seen, by=administrator
        )
        change_terms(
            dealer_id=dealer.pk,
            switches={"own_prices": True},
            reason="Просили",
            by=administrator,
            now=NOW,
        )
        profile, terms = AuditRecord.objects.order_by("id")
        assert [(one.field, one.before, one.after) for one in changes(profile)] == [
            ("Описание", [], ["О нас"])
        ]
        assert [(one.field, one.before, one.after) for one in changes(terms)] == [
            ("Свои цены", ["нет"], ["да"])
        ]
        assert terms.data["reason"] == "Просили"

    def test_prices_with_products_and_what_became_what(self):
        head = UserFactory(dealer__own_prices=True)
        product = ProductFactory(name="Панель Бук")
        edits = {product.pk: Edit(Terms(True, None), Terms(True, 250))}
        save_rows(dealer_id=head.dealer_id, edits=edits, by=head)
        one = latest()
        assert (one.kind, one.object_id, notes(one)) == (
            AuditKind.ASSORTMENT,
            head.dealer_id,
            ["1 товар"],
        )
        (change,) = changes(one)
        assert (change.field, change.before) == ("Панель Бук", ["в наличии"])
        assert change.after == ["в наличии, 250\u00a0₽"]

    def test_nothing_changed_is_no_deed(self, administrator):
        dealer = DealerFactory()
        save_rows(dealer_id=dealer.pk, edits={}, by=administrator)
        change_terms(dealer_id=dealer.pk, switches={}, reason="", by=administrator, now=NOW)
        save_settings(values={"term_days": 14}, by=administrator)
        assert not AuditRecord.objects.exists()

    def test_points_by_hand(self, administrator):
        dealer = DealerFactory()
        enter_points(
            dealer_id=dealer.pk,
            amount=50,
            reason="Выставка, звоните +7 900 123-45-67",
            seen_entry=None,
            by=administrator,
            now=NOW,
        )
        assert notes(latest()) == ["+50, баланс 50"]
        assert "123-45-67" not in str(latest().data)

    def test_phones_and_deletions_of_orders_without_the_phone(self, administrator):
        order = OrderFactory()
        show_phone(order_id=order.pk, by=administrator, now=NOW)
        delete_order(order_id=order.pk, by=administrator, now=NOW)
        restore_order(order_id=order.pk, by=administrator, now=NOW)
        rows = list(AuditRecord.objects.order_by("id"))
        assert [row.kind for row in rows] == ["phone", "order_deleted", "order_restored"]
        assert {row.object_id for row in rows} == {order.pk}
        assert order.phone.as_e164[2:] not in str([vars(row) for row in rows])

    def test_what_is_rolled_back_leaves_no_record(self, administrator):
        person = UserFactory()
        with transaction.atomic():
            set_user_active(user_id=person.pk, is_active=False, by=administrator, now=NOW)
            transaction.set_rollback(True)
        assert not AuditRecord.objects.exists()

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_a_record_stays(self, administrator, change):
        record(by=administrator, kind=AuditKind.EXPORT)
        rows = AuditRecord.objects.all()
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(kind="login") if change == "update" else rows.delete()


class TestLogins:
    def test_are_recorded_with_the_address(self, client):
        user = UserFactory(email="ivan@example.com")
        form = {"login": "ivan@example.com", "password": PASSWORD}
        client.post(reverse("account_login"), form)
        client.post(reverse("account_logout"))
        kinds = list(AuditRecord.objects.order_by("id").values_list("kind", "actor_id", "address"))
        assert kinds == [
            ("login", user.pk, "127.0.0.1"),
            ("logout", user.pk, "127.0.0.1"),
        ]

    def test_a_wrong_password_is_recorded_about_the_person_by_nobody(self, client):
        user = UserFactory(email="ivan@example.com")
        form = {"login": "ivan@example.com", "password": "wrong"}
        client.post(reverse("account_login"), form)
        one = latest()
        assert (one.kind, one.actor, one.object_id) == ("login_failed", None, user.pk)

    @pytest.mark.parametrize("typed", ["x@example.com", "+7 900 123-45-67", "a\0b", "я" * 400])
    def test_a_name_that_nobody_has_is_kept_without_a_phone(self, typed):
        login_failed(None, {"email": typed})
        one = latest()
        assert (one.kind, one.object_type) == ("login_failed", "")
        assert "123-45-67" not in one.label
        assert len(one.label) <= 200


class TestAuthors:
    """Histories of records name whoever wrote, without the services' doing."""

    def author_of(self, dealer):
        return dealer.events.order_by("-pgh_id").first().pgh_context.metadata

    def respond(self, method, path, user, dealer):
        def view(request):
            Dealer.objects.filter(pk=dealer.pk).update(description=path)

        request = getattr(RequestFactory(), method)(path)
        request.user = user
        authored(view)(request)
        return dealer

    @pytest.mark.parametrize("path", ["/workspace/x/", "/admin/dealers/dealer/1/", "/accounts/x/"])
    def test_a_person_s_request(self, administrator, path):
        dealer = self.respond("post", path, administrator, DealerFactory())
        assert self.author_of(dealer) == {"user": administrator.pk}

    def test_a_customer_s_request(self, administrator):
        dealer = self.respond("post", "/cart/add/", administrator, DealerFactory())
        assert self.author_of(dealer) == {"customer": True}

    def test_a_task(self):
        dealer = DealerFactory()

        @app.task(name="tests.tick")
        def tick():
            Dealer.objects.filter(pk=dealer.pk).update(description="Ночью")

        tick()
        assert self.author_of(dealer) == {"task": "tests.tick"}

    def test_requests_after_one_another_do_not_mix(self, administrator, manager):
        one = self.respond("post", "/workspace/a/", administrator, DealerFactory())
        two = self.respond("post", "/workspace/b/", manager, DealerFactory())
        assert self.author_of(one) == {"user": administrator.pk}
        assert self.author_of(two) == {"user": manager.pk}

    def test_an_inner_reason_joins_the_author(self, administrator):
        dealer = DealerFactory()
        with pghistory.context(user=administrator.pk), pghistory.context(reason="Просили"):
            Dealer.objects.filter(pk=dealer.pk).update(description="x")
        assert self.author_of(dealer) == {"user": administrator.pk, "reason": "Просили"}


class TestPage:
    @pytest.fixture
    def reader(self, client, manager):
        client.force_login(manager)
        return client

    def shown(self, reader, **query):
        return [line["record"] for line in reader.get(JOURNAL, query).context["lines"]]

    def test_says_who_did_what_with_whom(self, reader, administrator):
        dealer = DealerFactory(name="Альфа")
        record(by=administrator, changed=dealer, kind=AuditKind.ASSORTMENT, data={"count": 12})
        page = reader.get(JOURNAL).content.decode()
        for text in ("Анна Администратор", "Изменены цены и наличие", "12 товаров", "Альфа"):
            assert text in page

    def test_is_narrowed(self, reader, administrator, manager):
        dealer = DealerFactory(name="Альфа Трейд")
        order = OrderFactory()
        day = datetime.datetime(2026, 5, 3, 21, 30, tzinfo=datetime.UTC)  # the 4th in Moscow
        old = record(by=manager, changed=order, kind=AuditKind.PHONE, now=day)
        new = record(by=administrator, changed=dealer, kind=AuditKind.TERMS, now=NOW)
        login = AuditRecord.objects.get(kind="login")
        for query, found in (
            ({}, [login, new, old]),
            ({"q": "альфа"}, [new]),
            ({"q": str(order.pk)}, [old]),
            ({"q": f"№ {order.pk}"}, [old]),
            ({"q": "%"}, []),
            ({"actor": administrator.pk}, [new]),
            ({"kind": "terms"}, [new]),
            ({"object_type": "orders.order"}, [old]),
            ({"object": f"dealers.dealer:{dealer.pk}"}, [new]),
            ({"since": "2026-05-04", "until": "2026-05-04"}, [old]),
            ({"until": "2026-05-03"}, []),
            ({"since": "2026-05-05", "until": "2026-06-15"}, [new]),
        ):
            assert self.shown(reader, **query) == found, query

    @pytest.mark.parametrize(
        "query",
        [
            {"q": "a\0b"},
            {"q": "9" * 140},
            {"q": "x" * 400},
            {"actor": "king"},
            {"actor": "9" * 30},
            {"kind": "joke"},
            {"since": "вчера"},
            {"since": "0001-01-01", "until": "9999-12-31"},
            {"until": "0001-01-01"},
            {"object": "a\0b:1"},
            {"object": "dealers.dealer:" + "9" * 30},
            {"object": "x"},
            {"object_type": "'"},
            {"after": "nonsense", "before": "x"},
        ],
    )
    def test_nonsense_is_no_error(self, reader, query):
        assert reader.get(JOURNAL, query).status_code == 200

    def test_before_and_after_come_on_demand(self, reader, administrator):
        save_settings(values={"term_days": 21}, by=administrator, now=NOW)
        one = latest()
        assert "<del>14" not in reader.get(JOURNAL).content.decode()
        address = reverse("journal_record", args=[one.pk])
        part = reader.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<del>14" in part
        assert "<html" not in part
        whole = reader.get(address).content.decode()
        assert "<ins>21" in whole
        assert "Изменены настройки" in whole

    def test_every_record_is_readable(self, reader, administrator):
        for kind in AuditKind:
            record(by=administrator, kind=kind, changed=DealerFactory(), data={"changes": []})
        record(by=None, changed=administrator, text="wrong code of the second factor")
        page = reader.get(JOURNAL).content.decode()
        assert "неверный код второго фактора" in page
        for kind in AuditKind:
            assert str(kind.label)[1:] in page

    @pytest.mark.parametrize("number", [1, 30])
    def test_takes_as_many_queries_for_many(self, reader, administrator, number):
        for _ in range(number):
            record(by=administrator, changed=DealerFactory(), kind=AuditKind.TERMS)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.get(JOURNAL)
        assert len(queries) <= 9

    def test_pages_lead_on(self, reader, administrator):
        for number in range(60):
            record(by=administrator, kind=AuditKind.EXPORT, data={"count": number})
        first = reader.get(JOURNAL).context["page"]
        second = reader.get(JOURNAL, {"after": first.after}).context["page"]
        assert (len(first), len(second)) == (50, 11)
        assert not {row.pk for row in first} & {row.pk for row in second}

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_is_taken_away_and_that_is_recorded(self, reader, administrator, manager, kind):
        record(by=administrator, kind=AuditKind.REASON_ADDED, label="=HYPERLINK(1)")
        answer = reader.post(reverse("journal_export") + "?kind=reason_added", {"kind": kind})
        content = b"".join(answer.streaming_content)
        if kind == "csv":
            assert "'=HYPERLINK(1)" in content.decode()
            assert "Добавлена причина" in content.decode()
        one = latest()
        assert (one.actor, one.data) == (
            manager,
            {"table": "journal", "count": 1, "format": kind},
        )

    def test_too_many_rows_are_refused_in_words(self, reader, administrator, monkeypatch):
        monkeypatch.setattr("dealers.services.exports.MOST_ROWS", 0)
        answer = reader.post(reverse("journal_export"), {"kind": "csv"}, follow=True)
        assert "Сузьте фильтры" in answer.content.decode()
