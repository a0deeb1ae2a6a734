"""A dealer's profile: who may set what, what is refused, two people at once."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from dealers.models import Dealer, DealerPhone, Outlet
from dealers.services.profile import ProfileMoved, fields_for, save_profile, snapshot
from dealers.websites import validate_website
from tests.factories import (
    AdministratorFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    RegionFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    city = CityFactory(name="Казань", parent__name="Республика Татарстан")
    dealer = DealerFactory(name="Альфа", main_region=city.parent, email="old@alpha.example.com")
    DealerPhone.objects.create(dealer=dealer, number="+79001234567", note="офис")
    Outlet.objects.create(
        dealer=dealer, city=city, address="ул. Баумана, 1", latitude=55.79, longitude=49.12
    )
    return dealer


@pytest.fixture
def administrator(client):
    user = AdministratorFactory(name="Анна Администратор")
    client.force_login(user)
    return user


def address(dealer):
    return reverse("dealer_profile", args=[dealer.pk])


def form_of(client, dealer):
    """What a browser would send of the page as it stands."""
    page = client.get(address(dealer))
    data = {}
    for form in (
        page.context["form"],
        *(
            part
            for name in ("phones", "outlets")
            for part in (page.context[name].management_form, *page.context[name].forms)
        ),
    ):
        for field in form:
            value = field.value()
            if field.name == "logo" or value in (None, False):
                continue
            data[field.html_name] = "on" if value is True else getattr(value, "pk", value)
    return data


def save(client, dealer, **changes):
    return client.post(address(dealer), form_of(client, dealer) | changes, follow=True)


def logo_file(name="logo.png"):
    target = BytesIO()
    Image.new("RGB", (900, 300), "navy").save(target, format="PNG")
    return SimpleUploadedFile(name, target.getvalue())


class TestSaving:
    def test_an_administrator_sets_everything(self, client, administrator, dealer):
        region, city = RegionFactory(name="Пермский край"), CityFactory(name="Киров")
        answer = save(
            client,
            dealer,
            name="Альфа Плюс",
            main_region=region.pk,
            additional_places=[city.pk, dealer.main_region_id],
            is_authorised="",
            email="new@alpha.example.com",
            website="alpha-dealer.ru",
            description="Склад и шоурум.",
            reason="новый договор",
            logo=logo_file(),
        )
        assert "Профиль сохранён" in text_of(answer)
        old_region = dealer.main_region
        dealer = Dealer.objects.get()
        assert dealer.name == "Альфа Плюс"
        assert dealer.main_region == region
        assert set(dealer.additional_places.all()) == {city, old_region}
        assert not dealer.is_authorised
        assert dealer.takes_site_orders
        assert dealer.website == "https://alpha-dealer.ru"
        assert dealer.description == "Склад и шоурум."
        assert dealer.logo.name.startswith("dealers/")
        assert "logo" not in dealer.logo.name
        with dealer.logo.open() as file, Image.open(file) as picture:
            assert picture.size == (600, 200)
        history = text_of(answer)
        for text in ("Анна Администратор", "новый договор", "Альфа Плюс", "Киров"):
            assert text in history

    def test_nothing_changed_is_no_change(self, client, administrator, dealer):
        events = dealer.events.count()
        assert "Ничего не изменилось" in text_of(save(client, dealer))
        dealer.refresh_from_db()
        assert dealer.version == 0
        assert dealer.events.count() == events

    def test_phones_and_outlets_are_added_changed_and_removed(self, client, administrator, dealer):
        CityFactory(name="Пермь", parent__name="Пермский край", latitude=58.0, longitude=56.2)
        save(
            client,
            dealer,
            **{
                "phones-0-DELETE": "on",
                "phones-1-number": "8 (912) 345-67-89",
                "phones-1-note": "склад",
                "outlets-0-hours": "9:00–18:00",
                "outlets-1-city": "пермь, Пермский край",
                "outlets-1-address": "ул. Ленина, 5",
            },
        )
        assert [(str(phone.number), phone.note) for phone in dealer.phones.all()] == [
            ("+79123456789", "склад")
        ]
        first, second = dealer.outlets.order_by("id")
        hours = {first.address: first.hours, second.address: second.hours}
        assert hours == {"ул. Баумана, 1": "9:00–18:00", "ул. Ленина, 5": ""}
        perm = dealer.outlets.get(address="ул. Ленина, 5")
        # Without a pin it stands in the middle of its city.
        assert (perm.latitude, perm.longitude) == (58.0, 56.2)
        dealer.refresh_from_db()
        entry = dealer.events.order_by("-pgh_id").first()
        assert {change["field"] for change in entry.pgh_context.metadata["changes"]} == {
            "phones",
            "outlets",
        }

    def test_an_emptied_row_is_removed(self, client, administrator, dealer):
        save(client, dealer, **{"phones-0-number": "", "phones-0-note": ""})
        assert not dealer.phones.exists()
        assert dealer.outlets.count() == 1

    def test_an_outlet_that_stays_keeps_its_id(self, client, administrator, dealer):
        outlet = dealer.outlets.get()
        save(client, dealer, description="Новое")
        assert dealer.outlets.get().pk == outlet.pk

    def test_a_logo_is_removed_with_its_file(
        self, client, administrator, dealer, django_capture_on_commit_callbacks
    ):
        save(client, dealer, logo=logo_file())
        dealer.refresh_from_db()
        storage, name = dealer.logo.storage, dealer.logo.name
        assert storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            save(client, dealer, remove_logo="on")
        dealer.refresh_from_db()
        assert not dealer.logo
        assert not storage.exists(name)

    def test_the_territory_changes_with_a_reason_only(self, client, administrator, dealer):
        answer = save(client, dealer, is_authorised="", email="other@alpha.example.com")
        assert answer.context["form"].errors["reason"]
        dealer.refresh_from_db()
        assert dealer.is_authorised
        assert dealer.email == "old@alpha.example.com"


class TestRights:
    HOSTILE = {
        "name": "Чужое имя",
        "is_authorised": "on",
        "site_calls": "on",
        "points": "9999",
        "slug": "mine",
        "reason": "так надо",
        "is_active": "",
        "description": "О нас",
    }

    def test_a_dealer_sets_its_own_words_and_nothing_else(self, client, dealer):
        Dealer.objects.update(is_authorised=False)
        client.force_login(UserFactory(dealer=dealer))
        region = RegionFactory()
        save(client, dealer, main_region=region.pk, additional_places=[region.pk], **self.HOSTILE)
        after = Dealer.objects.get()
        assert after.description == "О нас"
        assert (after.name, after.slug, after.points) == (dealer.name, dealer.slug, 0)
        assert (after.is_authorised, after.site_calls, after.is_active) == (False, False, True)
        assert after.main_region == dealer.main_region
        assert not after.additional_places.exists()

    def test_a_manager_sets_all_but_flags_territory_and_points(self, client, dealer):
        Dealer.objects.update(is_authorised=False)
        client.force_login(ManagerFactory())
        save(client, dealer, main_region=RegionFactory().pk, **self.HOSTILE)
        after = Dealer.objects.get()
        assert (after.name, after.description) == ("Чужое имя", "О нас")
        assert (after.is_authorised, after.site_calls, after.points) == (False, False, 0)
        assert after.main_region == dealer.main_region

    def test_another_dealer_finds_nothing(self, client, dealer):
        client.force_login(UserFactory())
        assert client.get(address(dealer)).status_code == 404
        assert client.post(address(dealer), {"email": "x@example.com"}).status_code == 404

    def test_the_service_refuses_what_the_role_may_not_set(self, dealer):
        user = UserFactory(dealer=dealer)
        with pytest.raises(ValueError, match="is_authorised"):
            save_profile(dealer_id=dealer.pk, values={"is_authorised": True}, seen={}, by=user)


class TestTwoPeople:
    def test_the_second_is_told_and_nothing_is_overwritten(self, client, administrator, dealer):
        stale = form_of(client, dealer)
        save(client, dealer, email="first@alpha.example.com")
        answer = client.post(address(dealer), stale | {"description": "Второй"})
        page = text_of(answer)
        assert "профиль изменил кто-то другой" in page
        assert "first@alpha.example.com" in page
        dealer.refresh_from_db()
        assert (dealer.email, dealer.description) == ("first@alpha.example.com", "")
        # What was typed is kept, what was not touched is the first one's: saved again, both hold.
        form = answer.context["form"]
        assert form["description"].value() == "Второй"
        assert form["email"].value() == "first@alpha.example.com"
        again = stale | {
            "description": "Второй",
            "email": form["email"].value(),
            "seen": form["seen"].value(),
        }
        assert "Профиль сохранён" in text_of(client.post(address(dealer), again, follow=True))
        dealer.refresh_from_db()
        assert (dealer.email, dealer.description) == ("first@alpha.example.com", "Второй")

    def test_rows_that_the_second_did_not_touch_are_taken_over(self, client, administrator, dealer):
        stale = form_of(client, dealer)
        save(client, dealer, **{"phones-1-number": "+79120000000"})
        answer = client.post(address(dealer), stale | {"description": "Второй"})
        shown = [form["number"].value() for form in answer.context["phones"]]
        assert [str(number) for number in shown if number] == ["+79001234567", "+79120000000"]

    def test_a_switch_changed_meanwhile_counts_as_well(self, administrator, dealer):
        seen = snapshot(dealer, fields_for(administrator))
        Dealer.objects.update(takes_site_orders=False)
        with pytest.raises(ProfileMoved) as caught:
            save_profile(
                dealer_id=dealer.pk, values={"email": "x@example.com"}, seen=seen, by=administrator
            )
        assert [change.field for change in caught.value.changes] == ["takes_site_orders"]

    def test_a_forged_page_is_refused(self, client, administrator, dealer):
        answer = save(client, dealer, seen="forged", email="x@example.com")
        assert "Страница повреждена" in text_of(answer)


class TestNonsense:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("name", ""),
            ("name", "ы" * 151),
            ("name", "a\0b"),
            ("email", "нет"),
            ("website", "http://127.0.0.1/"),
            ("website", "javascript:alert(1)"),
            ("description", "ы" * 4001),
            ("main_region", "999999999999999999999"),
            ("main_region", ""),
            ("additional_places", ["999999999999999999999"]),
            ("additional_places", ["x"]),
            ("phones-0-number", "123"),
            ("phones-0-number", "a\0b"),
            ("outlets-0-city", "Атлантида"),
            ("outlets-0-address", ""),
            ("outlets-0-phone", "нет"),
            ("outlets-0-latitude", "1e308"),
            ("outlets-0-latitude", "nan"),
            ("outlets-0-longitude", ""),
            ("phones-TOTAL_FORMS", "-1"),
            ("phones-TOTAL_FORMS", "x"),
            ("outlets-TOTAL_FORMS", "1000000"),
        ],
    )
    def test_gets_a_message_and_what_was_typed_is_kept(
        self, client, administrator, dealer, name, value
    ):
        typed = {"description": "Напечатано"} | {name: value}
        answer = save(client, dealer, **typed)
        assert answer.status_code == 200
        assert "Профиль не сохранён" in text_of(answer)
        if name != "description":
            assert "Напечатано" in answer.content.decode()
        dealer.refresh_from_db()
        assert dealer.version == 0

    def test_a_name_taken_by_another_is_refused(self, client, administrator, dealer):
        DealerFactory(name="Бета")
        assert save(client, dealer, name="бета").context["form"].errors["name"]

    def test_a_logo_that_is_none_is_refused(self, client, administrator, dealer):
        answer = save(client, dealer, logo=SimpleUploadedFile("a.png", b"<svg/>"))
        assert answer.context["form"].errors["logo"]


@pytest.mark.parametrize(
    "address",
    ["https://example.ru", "http://дилер.рф/о-нас", "https://a.example.com:443/x?y=1"],
)
def test_public_sites_are_taken(address):
    validate_website(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1",
        "http://10.0.0.5/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://localhost",
        "http://server/",
        "http://printer.local",
        "http://db.internal",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://user:secret@example.ru",
        "http://example.ru:6379",
        "http://example.ru:99999",
        "ftp://example.ru",
        "javascript:alert(1)",
        "http://[",
        "",
    ],
)
def test_private_addresses_are_not(address):
    with pytest.raises(ValidationError) as caught:
        validate_website(address)
    assert caught.value.code == "website"


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_number_of_queries(
    client, administrator, dealer, count, django_assert_max_num_queries
):
    city = dealer.outlets.get().city
    Outlet.objects.bulk_create(
        Outlet(dealer=dealer, city=city, address=f"д. {n}", latitude=55, longitude=49)
        for n in range(count)
    )
    client.get(address(dealer))
    with django_assert_max_num_queries(16):
        client.get(address(dealer))
