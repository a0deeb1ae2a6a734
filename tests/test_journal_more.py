"""The journal of the catalogue, related products, promotions, promo codes and orders' changes."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Category, Service
from catalog.promotions import services as promotions
from catalog.services import categories, families, related
from catalog.services.recommended import set_recommended_price
from dealers.journal import changes, notes
from dealers.models import AuditKind, AuditRecord
from orders.line_facts import lines_with_products, recheck_order
from orders.models import Order, PromoCode
from orders.services import promo_code_editing as promo_codes
from orders.services.accepting import accept_offer
from orders.services.details import change_details
from orders.services.lines import Edit, change_lines
from orders.services.versions import seen_of
from tests.factories import (
    NOW,
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    PromoCodeFactory,
    PromotionFactory,
    RelatedProductFactory,
    UserFactory,
)
from tests.uploads import picture_upload

JOURNAL = reverse("journal")

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return ManagerFactory(name="Марина Менеджерова")


@pytest.fixture
def reader(client, manager):
    client.force_login(manager)
    return client


def told():
    """Records without the logins, oldest first: (kind, object, [(field, before, after), …])."""
    return [
        (
            record.kind,
            record.label,
            [(one.field, *map(", ".join, (one.before, one.after))) for one in changes(record)],
        )
        for record in AuditRecord.objects.exclude(kind="login").order_by("id")
    ]


def latest():
    return AuditRecord.objects.order_by("-id").first()


class TestCatalogue:
    def test_a_category_from_its_beginning(self, manager):
        values = {"name": "Канада", "description": "", "picture": None}
        category = categories.add_category(values=values, by=manager)
        seen = categories.snapshot(category)
        for _twice in range(2):
            categories.save_category(
                category_id=category.pk,
                values={"name": "Канада +", "description": "", "picture": picture_upload()},
                seen=seen,
                by=manager,
            )
            category.refresh_from_db()
            seen = categories.snapshot(category)
            categories.switch_category(category_id=category.pk, is_active=False, by=manager)
        assert told() == [
            ("created", "Канада", []),
            (
                "changed",
                "Канада +",
                [("Название", "Канада", "Канада +"), ("Картинка", "", "новая картинка")],
            ),
            ("changed", "Канада +", [("В продаже", "да", "нет")]),
            ("changed", "Канада +", [("Картинка", "", "новая картинка")]),
        ]
        assert {record.actor for record in AuditRecord.objects.all()} == {manager}

    def test_a_category_moved_in_the_list(self, manager):
        first, _second = (
            categories.add_category(
                values={"name": name, "description": "", "picture": None}, by=manager
            )
            for name in ("Первая", "Вторая")
        )
        categories.move_category(category_id=first.pk, up=True, by=manager)
        categories.move_category(category_id=first.pk, up=False, by=manager)
        assert told()[2:] == [("changed", "Первая", [("Порядок", "1", "2")])]

    def test_a_family_with_its_variants(self, manager):
        category = ProductFactory(family__category__name="Канада").family.category
        other = Category.objects.create(name="Блокхаус", slug="x")
        values = {"category": category, "name": "Панель", "description": "", "position": 1}
        variant = {name: "" for name in ("name", "colour", "colour_code")} | {
            **dict.fromkeys(("length_mm", "width_mm", "thickness_mm")),
            "name": "Панель Дуб",
            "unit": "piece",
            "recommended_price": Decimal(100),
            "position": 1,
            "is_active": True,
        }
        new = families.Variant(None, variant)
        family = families.add_family(values=values, variants=[new], by=manager)
        oak = family.products.get()
        edited = variant | {
            "unit": "pack",
            "recommended_price": Decimal("1250.50"),
            "length_mm": Decimal("3100.00"),
        }
        families.save_family(
            family_id=family.pk,
            values=values | {"category": other},
            variants=[
                families.Variant(oak.pk, edited),
                families.Variant(None, variant | {"name": "Панель Орех"}),
            ],
            seen=families.snapshot(family),
            by=manager,
        )
        assert told() == [
            ("created", "Панель", [("Вариант", "не указано", "Панель Дуб")]),
            (
                "changed",
                "Панель",
                [
                    ("Категория", "Канада", "Блокхаус"),
                    ("Панель Дуб: единица", "шт.", "уп."),
                    ("Панель Дуб: длина, мм", "не указано", "3\u202f100"),
                    (
                        "Панель Дуб: рекомендованная цена, ₽",
                        "100\u00a0₽",
                        "1\u202f250,50\u00a0₽",
                    ),
                    ("Вариант", "не указано", "Панель Орех"),
                ],
            ),
        ]

    def test_a_family_that_is_removed_leads_nowhere_any_more(self, manager, reader):
        product = ProductFactory(family__name="Панель")
        family = product.family
        address = reverse("family", args=[family.pk])
        set_recommended_price(
            product_id=product.pk,
            seen=product.recommended_price,
            wanted=Decimal(777),
            by=manager,
        )
        page = reader.get(JOURNAL).content.decode()
        assert reverse("catalogue_product", args=[product.pk]) in page
        families.save_family(
            family_id=family.pk,
            values={
                "category": family.category,
                "name": "Панель",
                "description": "",
                "position": family.position,
            },
            variants=[families.Variant(product.pk, is_removed=True)],
            seen=families.snapshot(family),
            by=manager,
        )
        assert told()[-1] == ("removed", "Панель", [])
        page = reader.get(JOURNAL).content.decode()
        assert address not in page
        assert reverse("catalogue_product", args=[product.pk]) not in page

    def test_a_recommended_price_in_the_table(self, manager):
        product = ProductFactory(name="Панель Бук", recommended_price=Decimal(100))
        for _twice in range(2):
            set_recommended_price(
                product_id=product.pk, seen=Decimal(100), wanted=Decimal(120), by=manager
            )
        assert told() == [
            (
                "changed",
                "Панель Бук",
                [("Рекомендованная цена, ₽", "100\u00a0₽", "120\u00a0₽")],
            )
        ]

    def test_nothing_is_recorded_of_what_is_rolled_back(self, manager):
        product = ProductFactory(recommended_price=Decimal(100))
        with transaction.atomic():
            set_recommended_price(
                product_id=product.pk, seen=Decimal(100), wanted=Decimal(120), by=manager
            )
            transaction.set_rollback(True)
        assert not AuditRecord.objects.exists()


class TestRelated:
    @pytest.fixture
    def head(self):
        return UserFactory(dealer__name="Альфа")

    def test_products_from_beginning_to_end(self, head, manager):
        values = {
            "name": "Клей",
            "unit": "piece",
            "price": Decimal(300),
            "description": "",
            "in_stock": True,
            "is_active": True,
            "picture": None,
        }
        product = related.add_related(dealer_id=head.dealer_id, values=values, by=head)
        key = {"dealer_id": head.dealer_id, "product_id": product.pk}
        related.save_related(
            **key,
            values=values | {"price": Decimal("310.50"), "in_stock": False},
            seen=related.snapshot(product, in_stock=True),
            by=head,
        )
        related.hide_related(**key, reason="Не наш профиль", by=manager, now=NOW)
        hidden = latest()
        assert (notes(hidden), hidden.data["reason"]) == (["Альфа"], "Не наш профиль")
        related.show_related(**key, by=manager, now=NOW)
        related.remove_related(**key, by=head)
        assert told() == [
            ("created", "Клей", []),
            ("changed", "Клей", [("Цена, ₽", "300", "310,5"), ("В наличии", "да", "нет")]),
            ("hidden", "Клей", []),
            ("shown", "Клей", []),
            ("removed", "Клей", []),
        ]

    def test_one_that_orders_name_is_taken_off_sale(self, head):
        product = RelatedProductFactory(owner=head.dealer, name="Клей")
        OrderLineFactory(product=product)
        for _twice in range(2):
            related.remove_related(dealer_id=head.dealer_id, product_id=product.pk, by=head)
        assert told() == [("changed", "Клей", [("В продаже", "да", "нет")])]
        assert latest().object_id == product.pk

    def test_the_journal_leads_to_the_page_of_the_dealer_s_product(self, reader, head, manager):
        product = RelatedProductFactory(owner=head.dealer)
        key = {"dealer_id": head.dealer_id, "product_id": product.pk}
        related.hide_related(**key, reason="Нет", by=manager, now=NOW)
        address = reverse("related_review", args=[head.dealer_id, product.pk])
        assert address in reader.get(JOURNAL).content.decode()
        assert reader.get(address).status_code == 200


class TestPromotions:
    def test_promotions(self, manager):
        promotion = PromotionFactory(name="Осень")
        dealer = DealerFactory(name="Альфа")
        values = {name: getattr(promotion, name) for name in promotions.FIELDS}
        values |= {"picture": None, "regions": [], "categories": [], "products": []}
        promotions.create_promotion(values=values, by=manager, now=NOW)
        changed = {"percent": Decimal(15), "ends_on": datetime.date(2026, 7, 5)}
        changed |= {"regions": [dealer.main_region]}
        one = {"promotion_id": promotion.pk, "by": manager, "now": NOW}
        promotions.edit_promotion(**one, values=values | changed, seen=0)
        for _twice in range(2):
            promotions.join(**one, dealer=dealer)
        assert notes(latest()) == ["акция «Осень»"]
        for _twice in range(2):
            promotions.leave(**one, dealer=dealer)
        for _twice in range(2):
            promotions.end_promotion(**one)
        assert told() == [
            ("created", "Осень", []),
            (
                "changed",
                "Осень",
                [
                    ("Последний день", "30.06.2026", "05.07.2026"),
                    ("Скидка, %", "10", "15"),
                    ("Регионы", "", dealer.main_region.name),
                ],
            ),
            ("promo_join", "Альфа", []),
            ("promo_leave", "Альфа", []),
            ("promo_end", "Осень", []),
        ]

    def test_promo_codes(self, manager, reader):
        values = {name: getattr(PromoCodeFactory(), name) for name in promo_codes.FREE}
        fixed = {"code": "ЛЕТО", "percent": None, "amount": Decimal(500), "min_sum": None}
        values |= fixed | {"regions": []}
        code = promo_codes.create_code(values=values, by=manager, now=NOW)
        code = PromoCode.objects.get(pk=code.pk)
        changed = values | {"amount": Decimal(700), "max_uses": 1000}
        promo_codes.edit_code(code_id=code.pk, values=changed, seen=0, by=manager)
        for _twice in range(2):
            promo_codes.switch_code(code_id=code.pk, is_active=False, by=manager)
        assert told() == [
            ("created", "ЛЕТО", []),
            (
                "changed",
                "ЛЕТО",
                [("Скидка, ₽", "500\u00a0₽", "700\u00a0₽"), ("Сколько раз", "", "1000")],
            ),
            ("changed", "ЛЕТО", [("Включён", "да", "нет")]),
        ]
        assert reverse("promo_code", args=[code.pk]) in reader.get(JOURNAL).content.decode()


class TestOrders:
    @pytest.fixture
    def order(self):
        order = OrderFactory()
        head = UserFactory(dealer=DealerFactory(main_region=order.place.parent))
        order.lines.all().delete()
        OrderLineFactory(order=order, product__name="Панель Дуб", name="Панель Дуб", quantity=3)
        OfferFactory(order=order, dealer=head.dealer)
        return accept_offer(order_id=order.pk, by=head, now=NOW)

    def test_contents(self, order, manager):
        product = order.lines.get().product
        glue = ProductFactory(name="Клей")
        wanted = [(product, 5), (glue, 1)]
        order = Order.objects.get(pk=order.pk)
        lines = lines_with_products(order)
        services = (Service.DELIVERY,)
        answer = recheck_order(order, lines, wanted, services, now=NOW).answer
        edit = Edit(tuple(wanted), services, answer.digest, answer.choices(by_manufacturer=True)[0])
        key = uuid.uuid4()
        seen = seen_of(order)
        for _twice in range(2):
            change_lines(order_id=order.pk, edit=edit, seen=seen, key=key, by=manager, now=NOW)
        assert told() == [
            (
                "lines",
                str(order),
                [
                    (
                        "Состав заказа",
                        "Панель Дуб × 3",
                        "Панель Дуб × 5, Клей × 1",
                    ),
                    ("Услуги", "", "доставка"),
                ],
            )
        ]

    def test_details_are_named_and_never_shown(self, order, manager):
        order = Order.objects.get(pk=order.pk)
        change_details(
            order_id=order.pk,
            values={
                "customer_name": "Ольга",
                "phone": "+79005554433",
                "due_on": datetime.date(2030, 1, 31),
                "pin": (55.75, 37.61),
            },
            seen=seen_of(order),
            reason="Просили, +7 900 555-44-33",
            by=manager,
            now=NOW,
        )
        record = latest()
        before = order.due_on.strftime("%d.%m.%Y")
        assert told() == [
            ("details", str(order), [("Срок", before, "31.01.2030")]),
        ]
        assert notes(record) == ["имя, телефон, метка на карте"]
        kept = str(vars(record))
        for text in ("Ольга", "555", "55.75", order.customer_name, order.phone.as_e164[2:]):
            assert text not in kept

    def test_the_card_leads_the_manufacturer_to_its_part_of_the_journal(
        self, client, order, manager
    ):
        link = f'href="{JOURNAL}?object=orders.order:{order.pk}"'
        card = reverse("order_card", args=[order.pk])
        for user, is_there in (
            (manager, True),
            (AdministratorFactory(), True),
            (order.manager, False),
        ):
            client.force_login(user)
            assert (link in client.get(card).content.decode()) is is_there


@pytest.mark.parametrize("number", [1, 30])
def test_what_may_be_gone_takes_as_many_queries_for_many(reader, manager, number):
    for _ in range(number):
        product = ProductFactory(recommended_price=Decimal(100))
        set_recommended_price(
            product_id=product.pk, seen=Decimal(100), wanted=Decimal(120), by=manager
        )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = reader.get(JOURNAL)
    assert len(page.context["lines"]) == number + 1
    assert len(queries) <= 10


def test_every_new_kind_is_in_the_filter(reader):
    page = reader.get(JOURNAL).content.decode()
    for kind in AuditKind:
        assert f'<option value="{kind.value}">' in page
