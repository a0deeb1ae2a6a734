"""The first steps of a dealer: what its profile still lacks, worked out from what is there."""

from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer, DealerPhone, Outlet


@dataclass(frozen=True)
class Step:
    """Something to fill in. ``flag`` is the annotation that says whether it is done."""

    flag: str
    name: str
    hint: str
    view: str


@dataclass(frozen=True)
class Progress:
    """How far a dealer is: pairs of a Step with whether it is done."""

    steps: list

    @property
    def done(self):
        return sum(is_done for _step, is_done in self.steps)

    @property
    def is_complete(self):
        return self.done == len(self.steps)


PROFILE = "dealer_profile"
ASSORTMENT = "assortment"
SERVICES = "assortment_services"
STEPS = (
    Step("has_contacts", _("Contacts"), _("a phone and an e-mail for customers"), PROFILE),
    Step("has_outlets", _("Outlets"), _("at least one address on the map"), PROFILE),
    Step("has_regions", _("Regions"), _("the manufacturer sets where the dealer works"), ""),
    Step("has_goods", _("Assortment"), _("the whole line or single products in stock"), ASSORTMENT),
    Step("has_prices", _("Prices"), _("recommended ones, or own prices entered"), ASSORTMENT),
    Step("has_services", _("Services"), _("delivery or installation with a price"), SERVICES),
)


def with_progress(dealers):
    """The queryset with a flag for every step; no further query."""
    # Related products of a dealer's own say nothing of the manufacturer's.
    rows = _related("assortment").filter(dealer=OuterRef("pk"), product__owner__isnull=True)
    return dealers.annotate(
        has_contacts=_flag(
            ~Q(email="") & Exists(DealerPhone.objects.filter(dealer=OuterRef("pk")))
        ),
        has_outlets=Exists(Outlet.objects.filter(dealer=OuterRef("pk"))),
        has_regions=_flag(Q(main_region__isnull=False)),
        has_goods=_flag(Q(whole_line=True) | Exists(rows.filter(in_stock=True))),
        has_prices=_flag(Q(own_prices=False) | Exists(rows.filter(price__isnull=False))),
        has_services=Exists(_related("services").filter(dealer=OuterRef("pk"))),
    )


def progress_of(dealer):
    """The Progress of a dealer that ``with_progress`` has read."""
    return Progress([(step, getattr(dealer, step.flag)) for step in STEPS])


def address_of(step, dealer):
    """Where the dealer itself does a step, or None where it cannot."""
    if not step.view:
        return None
    try:
        return reverse(step.view, args=[dealer.pk] if step.view == PROFILE else [])
    except NoReverseMatch:
        return None


def _related(name):
    """Rows of a table a layer above, reached through the relation to dealers."""
    return Dealer._meta.get_field(name).related_model.objects.all()


def _flag(condition):
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
