"""The first steps of a dealer: computed, linked for the dealer, counted for the manufacturer."""

import pytest
from django.urls import reverse

from dealers.checklist import STEPS, progress_of, with_progress
from dealers.models import Dealer, DealerPhone, Outlet
from tests.factories import (
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
    ManagerFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer():
    return DealerFactory(whole_line=False, own_prices=True, email="")


def done(dealer):
    found = with_progress(Dealer.objects.all()).get(pk=dealer.pk)
    return {step.flag for step, is_done in progress_of(found).steps if is_done}


def complete(dealer):
    DealerPhone.objects.create(dealer=dealer, number="+79001234567")
    Outlet.objects.create(
        dealer=dealer, city=dealer.main_region, address="д. 1", latitude=55, longitude=37
    )
    DealerProductFactory(dealer=dealer, price=100, in_stock=True)
    DealerServiceFactory(dealer=dealer)
    Dealer.objects.filter(pk=dealer.pk).update(email="a@example.com")


def test_a_newcomer_has_its_region_only(newcomer):
    assert done(newcomer) == {"has_regions"}


def test_every_step_is_done_by_what_is_filled_in(newcomer):
    DealerPhone.objects.create(dealer=newcomer, number="+79001234567")
    assert "has_contacts" not in done(newcomer)
    complete(newcomer)
    assert done(newcomer) == {step.flag for step in STEPS}


def test_the_whole_line_at_recommended_prices_needs_no_rows(newcomer):
    Dealer.objects.update(whole_line=True, own_prices=False)
    assert {"has_goods", "has_prices"} <= done(newcomer)


def test_what_another_dealer_has_does_not_count(newcomer):
    complete(DealerFactory())
    assert done(newcomer) == {"has_regions"}


def test_the_dealer_is_led_by_links(client, newcomer):
    client.force_login(UserFactory(dealer=newcomer))
    answer = client.get(reverse("dealer_card", args=[newcomer.pk]))
    assert "Первые шаги" in text_of(answer)
    assert "Готово 1 из 6" in text_of(answer)
    steps = answer.content.decode().split('id="first-steps"')[1].split("</section>")[0]
    assert reverse("dealer_profile", args=[newcomer.pk]) in steps


def test_the_manufacturer_sees_how_far_each_dealer_is(client, newcomer):
    ready = DealerFactory(name="Готовый")
    complete(ready)
    client.force_login(ManagerFactory())
    assert text_of(client.get(reverse("dealer_list"))).count("профиль: 1 из 6") == 1
    assert "Первые шаги" in text_of(client.get(reverse("dealer_card", args=[newcomer.pk])))
    assert "Первые шаги" not in text_of(client.get(reverse("dealer_card", args=[ready.pk])))
