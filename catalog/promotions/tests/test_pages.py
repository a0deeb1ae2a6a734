"""Promotions in the workspace and in the shop, as each person sees them."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from catalog.promotions.models import Promotion
from tests.factories import (
    NOW,
    CategoryFactory,
    DealerFactory,
    DealerProductFactory,
    ProductFactory,
    PromotionDealerFactory,
    PromotionFactory,
    RegionFactory,
)
from tests.pages import text_of


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


FORM = {
    "name": "Осенние скидки",
    "text": "Дешевле",
    "starts_on": "2026-06-01",
    "ends_on": "30.06.2026",
    "percent": "7,5",
}


class TestManufacturer:
    @pytest.fixture
    def panel(self, enter, administrator):
        return enter(administrator)

    def test_a_manager_reads_without_buttons_that_lead_nowhere(self, enter, manager):
        promotion = PromotionFactory(name="Осень")
        panel = enter(manager)
        page = reverse("promotion", args=[promotion.pk])
        for address in (reverse("promotion_list"), page, f"{page}?ask=end"):
            shown = panel.get(address)
            assert "Осень" in text_of(shown)
            for name in ("promotion_edit", "promotion_end"):
                assert reverse(name, args=[promotion.pk]) not in shown.content.decode()
            assert reverse("promotion_add") not in shown.content.decode()

    def test_creates_a_promotion(self, panel, city, product):
        response = panel.post(
            reverse("promotion_add"),
            FORM | {"regions": [city.parent.pk], "products": [product.pk]},
        )
        promotion = Promotion.objects.get()
        assert response.url == reverse("promotion", args=[promotion.pk])
        assert promotion.percent == Decimal("7.5")
        assert promotion.ends_on == datetime.date(2026, 6, 30)
        assert [*promotion.regions.all(), *promotion.products.all()] == [city.parent, product]

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "", "Обязательное поле"),
            ("name", "\x00", "ноль"),
            ("starts_on", "вчера", "Напишите день так"),
            ("starts_on", "", "Выберите день"),
            ("starts_on", "9999-12-31", "Проверьте год"),
            ("ends_on", "2026-05-31", "раньше первого"),
            ("percent", "1e308", "Введите проценты"),
            ("percent", "-5", "больше нуля"),
            ("percent", "0", "больше нуля"),
            ("percent", "95", "слишком большая"),
            ("percent", "десять", "Введите проценты"),
            ("regions", "999999999", "Выберите корректный вариант"),
            ("products", "x", "неверным значением"),
            ("name", "а" * 121, "120"),
        ],
    )
    def test_is_told_beside_the_field_what_is_wrong(self, panel, field, value, words):
        response = panel.post(reverse("promotion_add"), FORM | {field: value})
        assert response.status_code == 422
        assert words in " ".join(response.context["form"].errors[field])
        assert FORM["text"] in response.content.decode()
        assert not Promotion.objects.exists()

    def test_edits_it_and_is_told_where_a_colleague_was_faster(self, panel):
        promotion = PromotionFactory()
        url = reverse("promotion_edit", args=[promotion.pk])
        assert panel.post(url, FORM | {"seen": 0}).status_code == 302
        response = panel.post(url, FORM | {"name": "Ещё раз", "seen": 0})
        assert response.status_code == 422
        assert "Коллега" in text_of(response)
        assert "Ещё раз" in response.content.decode()
        assert Promotion.objects.get().name == "Осенние скидки"

    def test_is_asked_before_it_ends(self, panel):
        promotion = PromotionFactory()
        page = reverse("promotion", args=[promotion.pk])
        end = reverse("promotion_end", args=[promotion.pk])
        assert f'action="{end}"' not in panel.get(page).content.decode()
        assert f'action="{end}"' in panel.get(page, {"ask": "end"}).content.decode()
        panel.post(end)
        assert "закончилась" in text_of(panel.get(page))
        assert panel.get(reverse("promotion_edit", args=[promotion.pk])).status_code == 302

    def test_finds_promotions_by_state_region_and_words(self, panel, city):
        running = PromotionFactory(name="Идёт сейчас")
        over = PromotionFactory(name="Была", ends_on=datetime.date(2026, 6, 10))
        over.regions.add(city.parent)
        found = panel.get(reverse("promotion_list"), {"state": "running"})
        assert [one for one, _state in found.context["rows"]] == [running]
        found = panel.get(reverse("promotion_list"), {"q": "была"})
        assert [one for one, _state in found.context["rows"]] == [over]
        found = panel.get(reverse("promotion_list"), {"region": RegionFactory().pk})
        assert [one for one, _state in found.context["rows"]] == [running]
        nothing = panel.get(reverse("promotion_list"), {"q": "нет такой"})
        assert "Таких акций нет" in text_of(nothing)

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_list_takes_as_many_queries_however_long_it_is(
        self, panel, dealer, django_assert_max_num_queries, count
    ):
        for _ in range(count):
            PromotionDealerFactory(dealer=dealer).promotion.regions.add(dealer.main_region)
        with django_assert_max_num_queries(9):
            response = panel.get(reverse("promotion_list"))
        assert [one.dealers for one, _state in response.context["rows"]] == [1] * count

    def test_adds_a_dealer_and_removes_it_on_its_card(self, enter, dealer, manager):
        panel = enter(manager)
        promotion = PromotionFactory(name="Осень")
        card = reverse("dealer_card", args=[dealer.pk])
        assert f'<option value="{promotion.pk}">' in panel.get(card).content.decode()
        panel.post(reverse("dealer_promotion_add", args=[dealer.pk]), {"promotion": promotion.pk})
        assert promotion.joined.get().joined_by == manager
        assert f'<option value="{promotion.pk}">' not in panel.get(card).content.decode()
        panel.post(
            reverse("dealer_promotion_remove", args=[dealer.pk]), {"promotion": promotion.pk}
        )
        assert not promotion.joined.exists()

    @pytest.mark.parametrize("value", ["", "x", "²", "9" * 30, "-1"])
    def test_a_wrong_choice_is_told(self, panel, dealer, value):
        url = reverse("dealer_promotion_add", args=[dealer.pk])
        assert "Выберите акцию" in text_of(panel.post(url, {"promotion": value}, follow=True))


class TestDealer:
    def test_joins_and_leaves_with_a_button(self, enter, person, dealer, product):
        promotion = PromotionFactory()
        cabinet = enter(person)
        page = text_of(cabinet.get(reverse("own_promotions")))
        assert "Какими станут ваши цены" in page
        assert "200 ₽ 180 ₽" in page.replace("\u00a0", " ")
        cabinet.post(reverse("promotion_join", args=[promotion.pk]))
        assert promotion.joined.get().dealer == dealer
        assert "вы участвуете" in text_of(cabinet.get(reverse("own_promotions")))
        cabinet.post(reverse("promotion_leave", args=[promotion.pk]))
        assert not promotion.joined.exists()

    def test_another_territorys_promotion_is_not_there(self, enter, person):
        promotion = PromotionFactory()
        promotion.regions.add(RegionFactory())
        cabinet = enter(person)
        assert promotion.name not in text_of(cabinet.get(reverse("own_promotions")))
        response = cabinet.post(reverse("promotion_join", args=[promotion.pk]))
        assert response.status_code == 404

    def test_an_over_one_is_refused_in_words(self, enter, person):
        promotion = PromotionFactory(ended_at=NOW)
        url = reverse("promotion_join", args=[promotion.pk])
        assert "Акция закончилась" in text_of(enter(person).post(url, follow=True))

    @pytest.mark.parametrize("count", [1, 12])
    def test_the_page_takes_as_many_queries_however_many_there_are(
        self, enter, person, product, django_assert_max_num_queries, count
    ):
        for _ in range(count):
            promotion = PromotionFactory()
            promotion.products.add(product)
            promotion.regions.add(person.dealer.main_region)
        cabinet = enter(person)
        with django_assert_max_num_queries(13):
            response = cabinet.get(reverse("own_promotions"))
        assert len(response.context["rows"]) == count


class TestShop:
    def test_a_product_shows_the_promotion_with_the_dealers_that_joined(
        self, visitor, dealer, product, city
    ):
        DealerFactory(main_region=city.parent)
        promotion = PromotionDealerFactory(dealer=dealer, promotion__name="Осень").promotion
        response = visitor.get(reverse("product", args=[product.pk, "x"]))
        offers = {one.dealer: one for one in response.context["offers"]}
        assert (offers[dealer].full_price, offers[dealer].price) == (200, 180)
        assert [one.price for key, one in offers.items() if key != dealer] == [200]
        assert response.context["price"].low == 180
        body = response.content.decode()
        assert body.count(reverse("shop_promotion", args=[promotion.pk])) == 2

    def test_a_category_shows_the_mark_and_the_lower_price(self, visitor, dealer, product):
        PromotionDealerFactory(dealer=dealer, promotion__name="Осень")
        url = reverse("category", args=[product.family.category.slug])
        page = text_of(visitor.get(url)).replace("\u00a0", " ")
        assert "180 ₽" in page
        assert "Осень" in page

    def test_without_the_product_in_stock_there_is_no_mark(self, visitor, dealer, product):
        DealerProductFactory(dealer=dealer, product=product, in_stock=False)
        PromotionDealerFactory(dealer=dealer, promotion__name="Осень")
        url = reverse("category", args=[product.family.category.slug])
        assert "Осень" not in text_of(visitor.get(url))

    def test_a_dealers_page_lists_what_it_joined_at_the_lower_prices(
        self, visitor, dealer, product
    ):
        PromotionDealerFactory(dealer=dealer, promotion__name="Осень")
        PromotionDealerFactory(
            dealer=dealer,
            promotion__name="Зима",
            promotion__starts_on=datetime.date(2026, 6, 20),
            promotion__percent=Decimal(50),
        )
        PromotionFactory(name="Чужая")
        page = text_of(visitor.get(reverse("dealer_page", args=[dealer.slug])))
        page = page.replace("\u00a0", " ")
        assert "Осень" in page
        assert "с 20 июня" in page
        assert "Чужая" not in page
        assert "180 ₽" in page

    def test_the_page_of_a_promotion_shows_its_products_and_dealers(self, visitor, dealer, product):
        outside = ProductFactory(family__name="Посторонняя")
        promotion = PromotionDealerFactory(dealer=dealer).promotion
        promotion.products.add(product)
        page = text_of(visitor.get(reverse("shop_promotion", args=[promotion.pk])))
        assert dealer.name in page
        assert product.family.name in page
        assert outside.family.name not in page

    def test_in_another_region_nobody_takes_part(self, visitor):
        promotion = PromotionDealerFactory().promotion
        page = text_of(visitor.get(reverse("shop_promotion", args=[promotion.pk])))
        assert "не участвует ни один дилер" in page
        assert promotion.name not in text_of(visitor.get(reverse("shop_promotions")))

    @pytest.mark.parametrize("changes", [{"ended_at": NOW}, {"ends_on": "2026-06-14"}])
    def test_an_over_one_is_not_there(self, visitor, dealer, changes):
        changes = {f"promotion__{key}": value for key, value in changes.items()}
        promotion = PromotionDealerFactory(dealer=dealer, **changes).promotion
        assert visitor.get(reverse("shop_promotion", args=[promotion.pk])).status_code == 404

    def test_one_that_nobody_joined_is_not_there(self, visitor):
        url = reverse("shop_promotion", args=[PromotionFactory().pk])
        assert visitor.get(url).status_code == 404

    @pytest.mark.parametrize(("families", "dealers"), [(1, 1), (8, 20)])
    def test_its_page_takes_as_many_queries_whatever_takes_part(
        self, visitor, city, django_assert_max_num_queries, families, dealers
    ):
        promotion, category = PromotionFactory(), CategoryFactory()
        promotion.categories.add(category)
        for _ in range(families):
            ProductFactory(family__category=category)
        for _ in range(dealers):
            PromotionDealerFactory(
                promotion=promotion, dealer=DealerFactory(main_region=city.parent)
            )
        with django_assert_max_num_queries(14):
            response = visitor.get(reverse("shop_promotion", args=[promotion.pk]))
        assert len(response.context["dealers"]) == dealers
        assert len(response.context["cards"]) == families
