"""Invitations: who may invite whom, links that work once, registering a dealer, head managers."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from dealers.models import Dealer, Invitation, Role, User
from dealers.services.errors import Refused
from dealers.services.invitations import accept, invitation_for, invite, resend, revoke
from dealers.services.users import set_head
from notifications.models import Delivery, DeliveryState, Message
from notifications.rendering import render_mail
from suz.common import links
from tests.factories import (
    NOW,
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    RegionFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db
GOOD = "длинный новый пароль 7"


@pytest.fixture
def head():
    return UserFactory(is_head=True, name="Ольга Старшая")


def invited(by, email="new@example.com", **fields):
    fields.setdefault("dealer", by.dealer)
    return invite(
        email=email, name="Новый Менеджер", role=Role.DEALER_MANAGER, by=by, now=NOW, **fields
    )


def token_of(invitation):
    return (
        Message.objects.filter(subject_key=f"invitation:{invitation.pk}").last().url.split("/")[-2]
    )


def page_of(invitation):
    return reverse("invitation", args=[token_of(invitation)])


class TestLink:
    @time_machine.travel(NOW, tick=False)
    def test_setting_a_password_makes_a_user_and_logs_in(self, client, head):
        invitation = invited(head)
        page = client.get(page_of(invitation))
        assert head.dealer.name in text_of(page)
        assert "no-store" in page["Cache-Control"]
        # Other sites are told nothing; without any referrer the form itself could not be sent.
        assert page["Referrer-Policy"] == "same-origin"
        answer = client.post(page_of(invitation), {"password": GOOD, "repeated": GOOD})
        assert answer.url == reverse("own_dealer")
        user = User.objects.get(email="new@example.com")
        assert (user.name, user.role, user.dealer) == (
            "Новый Менеджер",
            Role.DEALER_MANAGER,
            head.dealer,
        )
        assert not user.is_head
        assert client.get(reverse("dealer_card", args=[head.dealer_id])).status_code == 200
        assert authenticate(request=None, username=user.email, password=GOOD) == user

    @time_machine.travel(NOW, tick=False)
    def test_works_once(self, head):
        invitation = invited(head)
        path = page_of(invitation)
        Client().post(path, {"password": GOOD, "repeated": GOOD})
        answer = Client().post(path, {"password": GOOD + "!", "repeated": GOOD + "!"})
        assert "Ссылка не работает" in text_of(answer)
        assert authenticate(request=None, username="new@example.com", password=GOOD)

    def test_expires_in_seven_days(self, head):
        token = token_of(invited(head))
        assert invitation_for(token, now=NOW + timedelta(days=7, seconds=-1))
        assert invitation_for(token, now=NOW + timedelta(days=7)) is None
        assert accept(token=token, password=GOOD, now=NOW + timedelta(days=7)) is None
        assert not User.objects.filter(email="new@example.com").exists()

    def test_a_revoked_one_opens_nothing_and_its_mail_is_not_sent(self, head):
        invitation = invited(head)
        token = token_of(invitation)
        revoke(invitation_id=invitation.pk, by=head, now=NOW)
        assert invitation_for(token, now=NOW) is None
        assert accept(token=token, password=GOOD, now=NOW) is None
        assert Delivery.objects.get().state == DeliveryState.CANCELLED

    def test_sent_again_the_earlier_link_no_longer_works(self, head):
        invitation = invited(head)
        first = token_of(invitation)
        later = NOW + timedelta(days=9)
        resend(invitation_id=invitation.pk, by=head, now=later)
        second = token_of(invitation)
        assert invitation_for(first, now=later) is None
        assert invitation_for(second, now=later + timedelta(days=6)) == invitation

    def test_of_a_switched_off_dealer_opens_nothing(self, head):
        token = token_of(invited(head))
        Dealer.objects.update(is_active=False)
        assert invitation_for(token, now=NOW) is None

    def test_for_another_purpose_opens_nothing(self, head):
        invitation = invited(head)
        forged = links.sign("order", invitation.pk, invitation.version)
        assert invitation_for(forged, now=NOW) is None

    @pytest.mark.parametrize("token", ["x", "1-", "1-wrong", "ffffffffffffffffff-a", "1-%00", "ы"])
    def test_nonsense_is_a_page_that_says_so(self, client, head, token):
        invited(head)
        path = reverse("invitation", args=["-"]).replace("/-/", f"/{token}/")
        for answer in (client.get(path), client.post(path, {"password": GOOD})):
            assert answer.status_code == 200
            assert "Ссылка не работает" in text_of(answer)

    @pytest.mark.parametrize(
        ("password", "repeated", "field"),
        [
            ("", "", "password"),
            ("short", "short", "password"),
            ("1234567890123", "1234567890123", "password"),
            ("new@example.com", "new@example.com", "password"),
            ("п" * 129, "п" * 129, "password"),
            ("a\0b" * 5, "a\0b" * 5, "password"),
            (GOOD, GOOD + "x", "repeated"),
        ],
    )
    @time_machine.travel(NOW, tick=False)
    def test_a_bad_password_is_refused(self, client, head, password, repeated, field):
        invitation = invited(head)
        answer = client.post(page_of(invitation), {"password": password, "repeated": repeated})
        assert answer.context["form"].errors[field]
        assert not User.objects.filter(email="new@example.com").exists()


class TestWho:
    def test_a_head_invites_to_the_own_dealer_only(self, client, head):
        client.force_login(head)
        path = reverse("dealer_managers", args=[head.dealer_id])
        answer = client.post(
            path,
            {"name": "Пётр", "email": "Petr@Example.com", "role": "administrator", "dealer": "1"},
            follow=True,
        )
        assert "Приглашение отправлено на petr@example.com" in text_of(answer)
        found = Invitation.objects.get()
        assert (found.role, found.dealer) == (Role.DEALER_MANAGER, head.dealer)
        other = DealerFactory()
        foreign = reverse("dealer_managers", args=[other.pk])
        assert client.get(foreign).status_code == 404
        assert client.post(foreign, {"name": "П", "email": "p@example.com"}).status_code == 404

    def test_a_manager_who_is_no_head_sees_the_list_and_invites_nobody(self, client, head):
        client.force_login(UserFactory(dealer=head.dealer))
        path = reverse("dealer_managers", args=[head.dealer_id])
        assert "Пригласить менеджера" not in text_of(client.get(path))
        assert client.post(path, {"name": "П", "email": "p@example.com"}).status_code == 404
        invitation = invited(head)
        for name in ("invitation_resend", "invitation_revoke"):
            assert client.post(reverse(name, args=[invitation.pk])).status_code == 404

    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER])
    def test_the_service_lets_no_head_make_people_of_the_manufacturer(self, head, role):
        with pytest.raises(ValueError, match="may not invite"):
            invite(email="a@example.com", name="А", role=role, by=head, now=NOW)

    def test_an_administrator_invites_people_of_the_manufacturer(self, client):
        client.force_login(AdministratorFactory())
        answer = client.post(
            reverse("staff_invite"),
            {"name": "Пётр", "email": "p@example.com", "role": "administrator"},
            follow=True,
        )
        assert "p@example.com" in text_of(answer)
        assert Invitation.objects.get().role == Role.ADMINISTRATOR
        refused = client.post(
            reverse("staff_invite"),
            {"name": "П", "email": "q@example.com", "role": "dealer_manager"},
        )
        assert refused.context["form"].errors["role"]

    def test_an_address_is_invited_once_and_no_user_again(self, head):
        invited(head)
        with pytest.raises(Refused):
            invited(head, email="NEW@example.com")
        with pytest.raises(Refused):
            invited(head, email=head.email)
        assert Invitation.objects.count() == 1

    def test_an_expired_invitation_does_not_stand_in_the_way(self, head):
        invited(head)
        again = invite(
            email="new@example.com",
            name="Н",
            role=Role.DEALER_MANAGER,
            dealer=head.dealer,
            by=head,
            now=NOW + timedelta(days=8),
        )
        assert Invitation.objects.filter(revoked_at__isnull=True).get() == again


class TestMail:
    def test_is_whole_and_says_who_invites(self, head):
        invited(head)
        message = Message.objects.get()
        mail = render_mail(message)
        assert head.dealer.name in mail.subject
        assert head.name in mail.text
        assert mail.text.count(message.url) == 1
        assert "Задать пароль" in mail.html
        assert "None" not in mail.text
        assert Delivery.objects.get().address == "new@example.com"

    def test_only_administrators_read_it(self, client, head):
        invited(head)
        delivery = Delivery.objects.get()
        client.force_login(ManagerFactory())
        assert "new@example.com" not in text_of(client.get(reverse("mail_list")))
        for name in ("mail", "mail_html"):
            assert client.get(reverse(name, args=[delivery.pk])).status_code == 404
        client.force_login(AdministratorFactory())
        assert client.get(reverse("mail", args=[delivery.pk])).status_code == 200


class TestRegistering:
    def values(self, **changes):
        return {
            "name": "Новый Дилер",
            "main_region": RegionFactory().pk,
            "head_name": "Ольга",
            "head_email": "olga@example.com",
        } | changes

    def test_makes_a_dealer_without_orders_and_invites_its_head(self, client):
        client.force_login(AdministratorFactory())
        answer = client.post(reverse("dealer_register"), self.values(), follow=True)
        assert "Дилер зарегистрирован" in text_of(answer)
        dealer = Dealer.objects.get()
        assert (dealer.name, dealer.slug) == ("Новый Дилер", "novyj-diler")
        assert not dealer.is_authorised
        assert not dealer.takes_site_orders
        found = Invitation.objects.get()
        assert (found.email, found.dealer, found.is_head) == ("olga@example.com", dealer, True)

    def test_addresses_on_the_site_never_collide(self, client):
        client.force_login(AdministratorFactory())
        DealerFactory(name="Новый-дилер", slug="novyj-diler")
        client.post(reverse("dealer_register"), self.values())
        assert Dealer.objects.get(name="Новый Дилер").slug == "novyj-diler-2"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("name", ""),
            ("name", "бета"),
            ("name", "ы" * 151),
            ("main_region", "999999999999999999999"),
            ("head_email", "нет"),
            ("head_name", "a\0b"),
        ],
    )
    def test_nonsense_gets_a_message_beside_the_field(self, client, name, value):
        client.force_login(AdministratorFactory())
        DealerFactory(name="Бета")
        answer = client.post(reverse("dealer_register"), self.values(**{name: value}))
        assert answer.context["form"].errors[name]
        assert Dealer.objects.count() == 1

    def test_with_the_address_of_a_user_registers_nothing(self, client):
        administrator = AdministratorFactory()
        client.force_login(administrator)
        answer = client.post(
            reverse("dealer_register"), self.values(head_email=administrator.email)
        )
        assert "уже работает" in text_of(answer)
        assert not Dealer.objects.exists()


class TestManagers:
    def test_a_head_switches_off_and_makes_heads_in_the_own_dealer(self, client, head):
        colleague = UserFactory(dealer=head.dealer)
        client.force_login(head)
        client.post(reverse("user_head", args=[colleague.pk]))
        colleague.refresh_from_db()
        assert colleague.is_head
        client.post(reverse("user_deactivate", args=[colleague.pk]))
        colleague.refresh_from_db()
        assert not colleague.is_active

    def test_others_are_not_found(self, client, head):
        client.force_login(head)
        for person in (UserFactory(), ManagerFactory(), AdministratorFactory()):
            for name in ("user_head", "user_no_head", "user_deactivate", "user_activate"):
                assert client.post(reverse(name, args=[person.pk])).status_code == 404

    def test_nobody_changes_the_own_rights(self, head):
        with pytest.raises(Refused):
            set_head(user_id=head.pk, is_head=False, by=head)

    def test_the_manufacturer_has_no_heads(self):
        manager = ManagerFactory()
        with pytest.raises(Refused):
            set_head(user_id=manager.pk, is_head=True, by=AdministratorFactory())
