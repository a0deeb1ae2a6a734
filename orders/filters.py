"""What the list of orders is asked for, read from the address."""

import datetime
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Category
from dealers.models import Dealer, Place
from orders.forms import SumField
from orders.models import OrderSource
from orders.selectors import Filters, Tab
from orders.statuses import CHOICES

PAGE_SIZES = (25, 50, 100)
# What the list may be sorted by → fields, in the order meant by the bare name.
SORTS = {
    "number": ("id",),
    "created": ("created_at", "id"),
    "sum": ("shown_total", "id"),
    "term": ("due_on", "id"),
}
NEWEST_FIRST = "-number"
FIELDS_OF_GRID = (
    "region",
    "dealer",
    "category",
    "source",
    "since",
    "until",
    "sum_from",
    "sum_to",
)
SUM_FIELD = {
    "min_value": Decimal(0),
    "error_messages": {"invalid": _("Enter the sum in figures, for example 39 844 or 222,75.")},
    "widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
}


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ListForm(forms.Form):
    """Filters, sorting and page size. Region and dealer are for the manufacturer alone."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    status = forms.MultipleChoiceField(
        label=_("Statuses"),
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ModelChoiceField(
        Place.objects.none(), label=_("Region"), required=False, empty_label=_("All regions")
    )
    dealer = forms.ModelChoiceField(
        Dealer.objects.none(), label=_("Dealer"), required=False, empty_label=_("All dealers")
    )
    since = forms.DateField(label=_("Created from"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Created to"), required=False, widget=DateInput)
    category = forms.ModelChoiceField(
        Category.objects.order_by("position", "id").only("name"),
        label=_("Category"),
        required=False,
        empty_label=_("All categories"),
    )
    source = forms.ChoiceField(
        label=pgettext_lazy("order", "Source"),
        choices=[("", _("Any")), *OrderSource.choices],
        required=False,
    )
    sum_from = SumField(
        label=_("Sum from, ₽"), required=False, max_digits=14, decimal_places=2, **SUM_FIELD
    )
    sum_to = SumField(
        label=_("Sum to, ₽"), required=False, max_digits=14, decimal_places=2, **SUM_FIELD
    )
    overdue = forms.BooleanField(label=_("Overdue"), required=False)
    attention = forms.BooleanField(label=_("Need attention"), required=False)
    waiting = forms.BooleanField(label=_("The customer waits"), required=False)

    def __init__(self, data, *, user):
        super().__init__(data, auto_id="filter_%s")
        self.user = user
        if user.is_manufacturer:
            self.fields["region"].queryset = Place.objects.regions().order_by("name").only("name")
            self.fields["dealer"].queryset = Dealer.objects.order_by("name").only("name")
        else:
            for name in ("region", "dealer", "attention"):
                del self.fields[name]
            if chosen_tab(data, user) == Tab.AVAILABLE:
                # A dealer's offers are few and asked for often.
                del self.fields["category"]

        for name in FIELDS_OF_GRID:
            if name in self.fields:
                widget = self.fields[name].widget
                is_select = isinstance(widget, forms.Select)
                widget.attrs["class"] = "form-select" if is_select else "form-control"

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end lies before the beginning."))
        low, high = cleaned.get("sum_from"), cleaned.get("sum_to")
        if low is not None and high is not None and low > high:
            self.add_error("sum_to", _("The upper sum is less than the lower one."))
        return cleaned

    @property
    def grid(self):
        """The fields that stand in the grid of filters, as far as the user has them."""
        return [self[name] for name in FIELDS_OF_GRID if name in self.fields]

    @property
    def filters(self):
        """What passed the check; a field with an error narrows nothing."""
        self.is_valid()
        cleaned = self.cleaned_data
        region, dealer = cleaned.get("region"), cleaned.get("dealer")
        category = cleaned.get("category")
        return Filters(
            statuses=tuple(cleaned.get("status") or ()),
            text=cleaned.get("q") or "",
            region_id=region.pk if region else None,
            dealer_id=dealer.pk if dealer else None,
            created_from=midnight(cleaned.get("since")),
            created_before=midnight(cleaned.get("until"), days=1),
            overdue=bool(cleaned.get("overdue")),
            attention=bool(cleaned.get("attention")),
            waiting=bool(cleaned.get("waiting")),
            category_id=category.pk if category else None,
            source=cleaned.get("source") or "",
            sum_from=cleaned.get("sum_from"),
            sum_to=cleaned.get("sum_to"),
        )

    @property
    def narrows(self):
        """Whether anything beside the search is set."""
        return any(self.data.get(name) for name in self.fields if name != "q")


def midnight(day, days=0):
    """The beginning of a day, or of one so many days later, in the viewer's zone."""
    if day is None:
        return None
    try:
        moment = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(days=days)
        return timezone.make_aware(moment)
    except OverflowError:
        return None


def chosen_tab(data, user):
    """The tab asked for; else the dealer's offers, or all orders of the manufacturer."""
    try:
        return Tab(data.get("tab", ""))
    except ValueError:
        return Tab.AVAILABLE if user.is_dealer else Tab.ALL


def chosen_size(data):
    """How many rows a page has."""
    size = data.get("size", "")
    return int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[1]


def chosen_sort(data):
    """The sort asked for: its name, with "-" for descending."""
    sort = data.get("sort", "")
    return sort if sort.removeprefix("-") in SORTS else NEWEST_FIRST


def sort_keys(sort):
    """The fields to sort by."""
    fields = SORTS[sort.removeprefix("-")]
    return tuple(f"-{field}" for field in fields) if sort.startswith("-") else fields
