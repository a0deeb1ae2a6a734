"""The manufacturer's catalogue; dealers' assortment, prices and services."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer

PRICE = {
    "max_digits": 12,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(9_999_999))],
}


class CategoryQuerySet(models.QuerySet):
    """Reads of categories."""

    def ours(self):
        """The manufacturer's, without the one that dealers' related products stand in."""
        return self.filter(is_related=False)

    def on_sale(self):
        return self.ours().filter(is_active=True)


@pghistory.track()
class Category(models.Model):
    """A collection, such as Канада + or Blockhouse.

    ``is_related`` marks the one in which the related products of all dealers stand. It has no page
    in the shop and is edited by nobody; see catalog.services.related.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("address on the site"), max_length=110, unique=True)
    description = models.TextField(_("description"), blank=True)
    picture = models.ImageField(_("picture"), upload_to="categories/", blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on sale"), default=True)
    is_related = models.BooleanField(
        _("related products of dealers"), default=False, editable=False
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_related"],
                condition=models.Q(is_related=True),
                name="category_related_once",
            )
        ]

    def __str__(self):
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProductFamily(models.Model):
    """Colour variants of one panel; a product without variants is a family of one."""

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="families", verbose_name=_("category")
    )
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["category", "name"], name="family_name_once")
        ]

    def __str__(self):
        return self.name


class Unit(models.TextChoices):
    """In what a product is counted."""

    PIECE = "piece", _("pc")
    PACK = "pack", _("pack")
    METRE = "metre", _("m")
    SQUARE_METRE = "square_metre", _("m²")


class ProductQuerySet(models.QuerySet):
    """Reads of products."""

    def ours(self):
        """The manufacturer's, without related products of dealers."""
        return self.filter(owner__isnull=True)

    def on_sale(self):
        """The manufacturer's products that are sold: the catalogue of the shop."""
        return self.filter(OUR_SALE)

    def related(self):
        """Related products that dealers sell now."""
        return self.filter(RELATED_SALE, owner__is_active=True)

    def orderable(self):
        """Whatever may be put into a cart."""
        return self.filter(OUR_SALE | (RELATED_SALE & models.Q(owner__is_active=True)))

    def sold_by(self, dealer):
        """What the dealer may have: the manufacturer's products and its own related ones."""
        return self.filter(OUR_SALE | (RELATED_SALE & models.Q(owner=dealer)))


OUR_SALE = models.Q(owner__isnull=True, is_active=True, family__category__is_active=True)
RELATED_SALE = models.Q(owner__isnull=False, is_active=True, hidden_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Product(models.Model):
    """What is put into a cart: one colour of a family. Its id is the product number.

    Length, width and thickness are in millimetres; ``recommended_price`` is rubles a unit.

    A product with an ``owner`` is a related one: only this dealer has it, at its own price, which
    stands in ``recommended_price`` and in the dealer's row alike (see catalog.services.related).
    The manufacturer may hide it from the shop (``hidden_at``) and says why.
    """

    family = models.ForeignKey(
        ProductFamily,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("product family"),
    )
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=14, choices=Unit, default=Unit.PIECE)
    length_mm = models.DecimalField(
        _("length, mm"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    width_mm = models.DecimalField(
        _("width, mm"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    thickness_mm = models.DecimalField(
        _("thickness, mm"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    colour = models.CharField(_("colour"), max_length=80, blank=True)
    colour_code = models.CharField(
        _("colour code"), max_length=7, blank=True, help_text=_("as #rrggbb, for the colour sample")
    )
    recommended_price = models.DecimalField(_("recommended price, ₽"), **PRICE)
    picture = models.ImageField(_("picture"), upload_to="products/", blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on sale"), default=True)
    owner = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="related_products",
        verbose_name=_("related product of"),
    )
    description = models.TextField(_("description"), blank=True)
    hidden_at = models.DateTimeField(_("hidden by the manufacturer"), null=True, blank=True)
    hidden_reason = models.CharField(_("why it is hidden"), max_length=250, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hidden_at__isnull=True) | models.Q(owner__isnull=False),
                name="product_hidden_is_related",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_sold(self):
        """Whether it may be put into a cart; reads ``family.category``."""
        if self.owner_id is not None:
            return self.is_active and self.hidden_at is None
        return self.is_active and self.family.category.is_active

    @property
    def slug(self):
        """For readable addresses; the number alone finds the product."""
        return slugify(self.name, allow_unicode=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DealerProduct(models.Model):
    """A dealer's word on one product: in stock or not, and its own price.

    Without a row the product is in stock where the dealer has the whole line. The price counts
    only for dealers with own prices; empty means the recommended one.
    """

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="assortment", verbose_name=_("dealer")
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="dealer_products", verbose_name=_("product")
    )
    in_stock = models.BooleanField(_("in stock"), default=True)
    price = models.DecimalField(_("own price, ₽"), null=True, blank=True, **PRICE)

    class Meta:
        verbose_name = _("dealer's product")
        verbose_name_plural = _("dealer's products")
        constraints = [
            models.UniqueConstraint(fields=["dealer", "product"], name="dealer_product_once"),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0),
                name="dealer_product_price_positive",
            ),
        ]
        indexes = [models.Index(fields=["product", "dealer"], name="dealer_product_by_product")]

    def __str__(self):
        return f"{self.dealer} — {self.product}"


class Service(models.TextChoices):
    """What a dealer does beside selling, asked for at checkout."""

    DELIVERY = "delivery", pgettext_lazy("service", "delivery")
    INSTALLATION = "installation", pgettext_lazy("service", "installation")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DealerService(models.Model):
    """A dealer offers a service at a price in rubles for one order; zero means free."""

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="services", verbose_name=_("dealer")
    )
    service = models.CharField(_("service"), max_length=14, choices=Service)
    price = models.DecimalField(
        _("price for an order, ₽"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(Decimal(9_999_999))],
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dealer's service")
        verbose_name_plural = _("dealer's services")
        constraints = [
            models.UniqueConstraint(fields=["dealer", "service"], name="dealer_service_once"),
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="dealer_service_price_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.dealer} — {self.get_service_display()}"


class AssortmentChange(models.Model):
    """A change of many products of a dealer at once, kept so that it can be taken back.

    ``before`` and ``after`` map a product's id to ``[in_stock, price as text or null]``, or to null
    where the dealer had no row for it.
    """

    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.CASCADE,
        related_name="assortment_changes",
        verbose_name=_("dealer"),
    )
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of an assortment")
        verbose_name_plural = _("changes of assortments")
        indexes = [models.Index(fields=["dealer", "-id"], name="assortment_change_latest")]

    def __str__(self):
        return f"{self.dealer}, {self.made_at}"


# Models of a part of the app live beside it and are found through here.
from catalog.importing.models import PriceUpload, PriceUploadFile, PriceUploadRow  # noqa: E402, F401
from catalog.promotions.models import Promotion, PromotionDealer  # noqa: E402, F401
