"""Factories of the things every test needs."""

import datetime
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalog.models import (
    Category,
    DealerProduct,
    DealerService,
    Product,
    ProductFamily,
    Promotion,
    PromotionDealer,
    Service,
)
from dealers.models import Dealer, Place, Role, User
from orders.models import (
    Cart,
    CartLine,
    Complaint,
    ComplaintEntry,
    ComplaintEntryKind,
    Customer,
    DealerQuote,
    Offer,
    Order,
    OrderLine,
    PromoCode,
    Reason,
    ReasonKind,
)
from orders.statuses import Status
from surveys.models import Invitation, Review, ReviewState
from telephony.models import Call, Recording

PASSWORD = "correct horse battery"
NOW = datetime.datetime(2026, 6, 15, 9, 0, tzinfo=datetime.UTC)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Область {n}")
    code = factory.Sequence(lambda n: f"RU-{n}")
    latitude = 55.75
    longitude = 37.62


class CityFactory(DjangoModelFactory):
    class Meta:
        model = Place

    parent = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda n: f"Город {n}")
    latitude = 55.90
    longitude = 37.43


class DealerFactory(DjangoModelFactory):
    """A dealer that gets every order of its region: active, authorised, whole line in stock."""

    class Meta:
        model = Dealer

    name = factory.Sequence(lambda n: f"Дилер {n}")
    slug = factory.Sequence(lambda n: f"dealer-{n}")
    main_region = factory.SubFactory(RegionFactory)
    is_authorised = True
    takes_site_orders = True
    whole_line = True


class UserFactory(DjangoModelFactory):
    """A manager of a dealer."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"Иван Петров {n}")
    role = Role.DEALER_MANAGER
    dealer = factory.SubFactory(DealerFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        password = kwargs.pop("password", PASSWORD)
        return model_class.objects.create_user(*args, password=password, **kwargs)


class ManagerFactory(UserFactory):
    """A manager of the manufacturer."""

    role = Role.MANUFACTURER_MANAGER
    dealer = None


class AdministratorFactory(UserFactory):
    """An administrator of the manufacturer."""

    role = Role.ADMINISTRATOR
    dealer = None


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Коллекция {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class ProductFamilyFactory(DjangoModelFactory):
    class Meta:
        model = ProductFamily

    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: f"Панель акриловая {n}")


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    family = factory.SubFactory(ProductFamilyFactory)
    name = factory.Sequence(lambda n: f"Панель Дуб светлый {n}")
    length_mm = Decimal(3100)
    width_mm = Decimal(230)
    thickness_mm = Decimal("1.1")
    colour = "Дуб светлый"
    recommended_price = Decimal(200)


class RelatedProductFactory(DjangoModelFactory):
    """A related product of a dealer, which has it in stock."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    owner = factory.SubFactory(DealerFactory)
    name = factory.Sequence(lambda n: f"Клей монтажный {n}")
    recommended_price = Decimal(390)

    @factory.lazy_attribute
    def family(self):
        category, _is_new = Category.objects.get_or_create(
            is_related=True,
            defaults={"name": "Сопутствующие товары", "slug": "related", "position": 32_767},
        )
        return ProductFamily.objects.get_or_create(category=category, name=category.name)[0]

    @factory.post_generation
    def stock(self, create, extracted, **kwargs):
        """``stock=False``: the owner has none."""
        if create:
            DealerProduct.objects.create(
                dealer=self.owner,
                product=self,
                in_stock=extracted is not False,
                price=self.recommended_price,
            )


class DealerProductFactory(DjangoModelFactory):
    class Meta:
        model = DealerProduct

    dealer = factory.SubFactory(DealerFactory)
    product = factory.SubFactory(ProductFactory)


class DealerServiceFactory(DjangoModelFactory):
    class Meta:
        model = DealerService

    dealer = factory.SubFactory(DealerFactory)
    service = Service.DELIVERY
    price = Decimal(500)


class PromotionFactory(DjangoModelFactory):
    """A promotion of ten per cent on everything everywhere, running in June 2026."""

    class Meta:
        model = Promotion

    name = factory.Sequence(lambda n: f"Акция {n}")
    starts_on = datetime.date(2026, 6, 1)
    ends_on = datetime.date(2026, 6, 30)
    percent = Decimal(10)
    created_by = factory.SubFactory(AdministratorFactory)
    created_at = NOW


class PromotionDealerFactory(DjangoModelFactory):
    class Meta:
        model = PromotionDealer

    promotion = factory.SubFactory(PromotionFactory)
    dealer = factory.SubFactory(DealerFactory)
    joined_by = factory.SelfAttribute("promotion.created_by")
    joined_at = NOW


class PromoCodeFactory(DjangoModelFactory):
    """A code of ten per cent, any number of times, since the beginning of 2026."""

    class Meta:
        model = PromoCode

    code = factory.Sequence(lambda n: f"КОД{n:03}")
    percent = Decimal(10)
    starts_on = datetime.date(2026, 1, 1)
    created_by = factory.SubFactory(AdministratorFactory)
    created_at = NOW


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = "Роман"
    phone = factory.Sequence(lambda n: f"+7900{n:07d}")
    created_at = NOW


class CartFactory(DjangoModelFactory):
    class Meta:
        model = Cart

    token = factory.Sequence(lambda n: f"cart-{n}")
    created_at = NOW
    updated_at = NOW


class CartLineFactory(DjangoModelFactory):
    class Meta:
        model = CartLine

    cart = factory.SubFactory(CartFactory)
    product = factory.SubFactory(ProductFactory)
    quantity = 2


class OrderFactory(DjangoModelFactory):
    """A new order of one line: two panels at 200 ₽."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    customer = factory.SubFactory(CustomerFactory)
    customer_name = factory.SelfAttribute("customer.name")
    phone = factory.SelfAttribute("customer.phone")
    email = "roman@example.com"
    place = factory.SubFactory(CityFactory)
    region = factory.SelfAttribute("place.parent")
    address = "ул. Лесная, д. 5, кв. 12"
    price_min = Decimal(400)
    price_max = Decimal(400)
    total = Decimal(400)
    goods_total = factory.SelfAttribute("total")
    due_on = factory.LazyAttribute(
        lambda order: timezone.localdate(order.created_at) + datetime.timedelta(days=14)
    )
    created_at = NOW

    @factory.post_generation
    def lines(self, create, extracted, **kwargs):
        """``lines=0`` makes none; otherwise one of two panels."""
        if create and extracted != 0:
            OrderLineFactory(order=self, **kwargs)


class OrderLineFactory(DjangoModelFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    position = factory.Sequence(lambda n: n % 30_000 + 1)
    product = factory.SubFactory(ProductFactory)
    category_name = factory.SelfAttribute("product.family.category.name")
    name = factory.SelfAttribute("product.name")
    unit = factory.SelfAttribute("product.unit")
    quantity = 2
    price = factory.SelfAttribute("product.recommended_price")
    placed_price = factory.SelfAttribute("price")
    total = factory.LazyAttribute(lambda line: line.price * line.quantity)


class DealerQuoteFactory(DjangoModelFactory):
    """A dealer's quote at the order's own prices."""

    class Meta:
        model = DealerQuote

    order = factory.SubFactory(OrderFactory)
    dealer = factory.SubFactory(DealerFactory)
    prices = factory.LazyAttribute(lambda quote: [line.price for line in quote.order.lines.all()])
    goods_total = factory.SelfAttribute("order.goods_total")
    total = factory.SelfAttribute("order.total")
    created_at = NOW


class OfferFactory(DjangoModelFactory):
    """An open offer; the dealer's quote comes with it, as in life."""

    class Meta:
        model = Offer
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory)
    dealer = factory.SubFactory(DealerFactory)
    cycle = factory.SelfAttribute("order.cycle")
    strategy = "base"
    opened_at = NOW

    @factory.post_generation
    def quote(self, create, extracted, **kwargs):
        if create and not DealerQuote.objects.filter(order=self.order, dealer=self.dealer).exists():
            DealerQuoteFactory(order=self.order, dealer=self.dealer, **kwargs)


class ComplaintFactory(DjangoModelFactory):
    """A new complaint of the customer, three days to answer, with its first entry."""

    class Meta:
        model = Complaint
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory)
    dealer = factory.SelfAttribute("order.dealer")
    region = factory.SelfAttribute("order.region")
    category = factory.LazyFunction(lambda: reason(ReasonKind.COMPLAINT, "customer"))
    text = "Доставку ждём вторую неделю."
    created_at = NOW
    due_on = factory.LazyAttribute(
        lambda one: timezone.localdate(one.created_at) + datetime.timedelta(days=3)
    )

    @factory.post_generation
    def filed(self, create, extracted, **kwargs):
        if create:
            ComplaintEntry.objects.create(
                complaint=self,
                kind=ComplaintEntryKind.FILED,
                text=self.text,
                by_customer=True,
                created_at=self.created_at,
            )


def reason(kind=ReasonKind.DECLINE, party="dealer"):
    """A reason of the first list."""
    return Reason.objects.filter(kind=kind, party=party).first()


class SurveyFactory(DjangoModelFactory):
    """The survey of a completed order, sent and not yet answered."""

    class Meta:
        model = Invitation

    order = factory.SubFactory(
        OrderFactory,
        status=Status.COMPLETED,
        closed_at=NOW,
        dealer=factory.SubFactory(DealerFactory),
    )
    dealer = factory.SelfAttribute("order.dealer")
    region = factory.SelfAttribute("order.region")
    outcome = "sold"
    created_at = NOW
    sent_at = NOW
    closes_at = factory.LazyAttribute(lambda one: one.created_at + datetime.timedelta(days=3650))


class ReviewFactory(DjangoModelFactory):
    """A review of five stars that everybody reads."""

    class Meta:
        model = Review

    survey = factory.SubFactory(SurveyFactory, answered_at=NOW, rating=5)
    dealer = factory.SelfAttribute("survey.dealer")
    state = ReviewState.PUBLISHED
    stars = factory.SelfAttribute("survey.rating")
    text = "Привезли вовремя, всё подошло"
    name = "Роман"
    created_at = NOW
    consent_at = NOW


def answered_survey(dealer):
    """A survey of a dealer's completed order that its customer has answered, with a review."""
    survey = SurveyFactory(order__dealer=dealer, answered_at=NOW, rating=5)
    ReviewFactory(survey=survey)
    return survey


def call_of(order, manager):
    """A call of the dealer's manager about an order, over and connected."""
    return Call.objects.create(
        order=order,
        kind="bridge",
        dealer=order.dealer or (manager and manager.dealer),
        manager=manager,
        cycle=order.cycle,
        state="ended",
        outcome="connected",
        ended_at=NOW,
        created_at=NOW,
        due_at=NOW,
    )


def recording_of(order, manager):
    """A recording of a call of the dealer's manager about an order."""
    times = {"created_at": NOW, "due_at": NOW}
    call = call_of(order, manager)
    recording = Recording(call=call, sid="RE1", state="stored", content_type="audio/wav", **times)
    recording.file.save("matrix.wav", ContentFile(b"RIFF"))
    return recording
