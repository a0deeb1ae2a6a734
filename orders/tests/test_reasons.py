"""The lists of reasons that the administrator edits."""

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from orders import reason_urls
from orders.models import Party, Reason, ReasonKind
from orders.services.errors import OrderError
from orders.services.reasons import add_reason, move_reason, rename_reason, switch_reason
from tests.factories import AdministratorFactory, ManagerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = AdministratorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def reasons():
    Reason.objects.all().delete()
    return [
        Reason.objects.create(
            kind=ReasonKind.CANCEL, party=Party.CUSTOMER, text=text, position=position
        )
        for position, text in enumerate(["Передумал", "Дорого", "Долго"])
    ]


def in_order(kind=ReasonKind.CANCEL):
    return [reason.text for reason in Reason.objects.filter(kind=kind)]


def test_a_new_reason_stands_last(reasons):
    add_reason(kind="cancel", party=Party.DEALER, text="Нет товара", by=AdministratorFactory())
    assert in_order() == ["Передумал", "Дорого", "Долго", "Нет товара"]


def test_the_first_reason_of_a_list(reasons):
    add_reason(kind="decline", party=Party.DEALER, text="Далеко", by=AdministratorFactory())
    assert in_order(ReasonKind.DECLINE) == ["Далеко"]


def test_a_list_has_a_reason_once_for_a_party(reasons):
    by = AdministratorFactory()
    with pytest.raises(OrderError):
        add_reason(kind="cancel", party=Party.CUSTOMER, text="ДОРОГО", by=by)
    add_reason(kind="cancel", party=Party.DEALER, text="Дорого", by=by)
    with pytest.raises(OrderError):
        rename_reason(reason_id=reasons[0].pk, text="дорого", by=by)
    rename_reason(reason_id=reasons[1].pk, text="дорого", by=by)
    assert in_order() == ["Передумал", "дорого", "Долго", "Дорого"]


def test_declining_has_no_reasons_of_the_customer(reasons):
    with pytest.raises(OrderError):
        add_reason(kind="decline", party=Party.CUSTOMER, text="x", by=AdministratorFactory())


@pytest.mark.parametrize(
    ("index", "up", "expected"),
    [
        (1, True, ["Дорого", "Передумал", "Долго"]),
        (1, False, ["Передумал", "Долго", "Дорого"]),
        (0, True, ["Передумал", "Дорого", "Долго"]),
        (2, False, ["Передумал", "Дорого", "Долго"]),
    ],
)
def test_moves(reasons, index, up, expected):
    move_reason(reason_id=reasons[index].pk, up=up, by=AdministratorFactory())
    assert in_order() == expected


def test_moves_where_positions_were_the_same(reasons):
    Reason.objects.update(position=0)
    move_reason(reason_id=reasons[2].pk, up=True, by=AdministratorFactory())
    assert in_order() == ["Передумал", "Долго", "Дорого"]


def test_the_last_reason_in_use_stays(reasons):
    by = AdministratorFactory()
    for reason in reasons[:2]:
        switch_reason(reason_id=reason.pk, is_active=False, by=by)
    with pytest.raises(OrderError):
        switch_reason(reason_id=reasons[2].pk, is_active=False, by=by)
    switch_reason(reason_id=reasons[0].pk, is_active=True, by=by)
    switch_reason(reason_id=reasons[2].pk, is_active=False, by=by)
    assert list(Reason.objects.filter(is_active=True)) == [reasons[0]]


def test_what_was_done_is_recorded(reasons):
    by = AdministratorFactory()
    rename_reason(reason_id=reasons[0].pk, text="Больше не нужно", by=by)
    entry = AuditRecord.objects.get()
    assert (entry.actor, entry.kind) == (by, "reason_renamed")
    assert entry.data["changes"] == [
        {"field": "text", "before": "Передумал", "after": "Больше не нужно"}
    ]


class TestPages:
    def test_show_every_list(self, client, administrator):
        page = client.get(reverse("reason_list")).content.decode()
        for reason in Reason.objects.all():
            assert reason.text in page

    def test_add(self, client, administrator):
        answer = client.post(
            reverse("reason_add", kwargs={"kind": "give_up"}),
            {"party": "dealer", "text": "Сломалась машина"},
            follow=True,
        )
        assert "Причина добавлена" in answer.content.decode()
        assert Reason.objects.filter(kind="give_up", party="dealer", text="Сломалась машина")

    def test_declining_asks_for_no_party(self, client, administrator):
        client.post(
            reverse("reason_add", kwargs={"kind": "decline"}),
            {"party": "customer", "text": "Отпуск"},
        )
        assert Reason.objects.get(text="Отпуск").party == "dealer"

    def test_rename(self, client, administrator):
        reason = Reason.objects.filter(kind="cancel").first()
        order = OrderFactory(
            status="cancelled", closed_at="2026-06-15T09:00Z", cancel_reason=reason
        )
        client.post(reverse("reason_rename", kwargs={"pk": reason.pk}), {"text": "Раздумал"})
        order.refresh_from_db()
        assert str(order.cancel_reason) == "Раздумал"

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"text": ""}, "text"),
            ({"text": "x" * 151}, "text"),
            ({"text": "a\0b"}, "text"),
            ({"party": "king"}, "party"),
            ({"text": "Покупатель передумал"}, "text"),
        ],
    )
    def test_nonsense_gets_a_message_beside_the_field(self, client, administrator, data, field):
        answer = client.post(
            reverse("reason_add", kwargs={"kind": "cancel"}),
            {"party": "customer", "text": "Другое"} | data,
        )
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]

    def test_a_refusal_is_told(self, client, administrator, reasons):
        Reason.objects.exclude(pk=reasons[0].pk).update(is_active=False)
        answer = client.post(reverse("reason_off", kwargs={"pk": reasons[0].pk}), follow=True)
        assert "Одна причина должна остаться" in answer.content.decode()

    def test_an_unknown_list_is_missing(self, client, administrator):
        assert client.get(reverse("reason_add", kwargs={"kind": "joke"})).status_code == 404

    @pytest.mark.parametrize("pattern", reason_urls.urlpatterns, ids=lambda p: p.name)
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("who", [UserFactory, ManagerFactory, None])
    def test_are_for_administrators_only(self, client, pattern, method, who):
        options = {"kind": "cancel", "pk": Reason.objects.first().pk, "number": 1}
        wanted = pattern.pattern.converters
        address = reverse(pattern.name, kwargs={name: options[name] for name in wanted})
        before = list(Reason.objects.values())
        if who:
            client.force_login(who())
        answer = getattr(client, method)(address, {"party": "customer", "text": "Взлом"})
        assert answer.status_code == (404 if who else 302)
        if who is None:
            assert answer.url.startswith(reverse("account_login"))
        assert list(Reason.objects.values()) == before
