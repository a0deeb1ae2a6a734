"""What the list of customers is asked for, read from the address."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.filters import ANY, SELECT, YES_NO
from dealers.models import Place
from orders.customer_list import CustomerFilters, old_before
from orders.filters import DateInput, midnight

MOST_ORDERS = 100_000
NUMBER = {"class": "form-control", "inputmode": "numeric", "min": 0}


class YesNo(forms.TypedChoiceField):
    """Any, yes or no: None, True or False."""

    def __init__(self, label):
        super().__init__(
            label=label,
            choices=(("", ANY), *YES_NO),
            required=False,
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.Select(attrs=SELECT),
        )


class OrderNumber(forms.IntegerField):
    """How many orders at least or at most."""

    def __init__(self, label):
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=MOST_ORDERS,
            widget=forms.NumberInput(attrs=NUMBER),
        )


class CustomerListForm(forms.Form):
    """Search and filters; a field with an error narrows nothing."""

    OLD, ERASED = "old", "erased"

    q = forms.CharField(
        label=_("Name, surname, phone, e-mail or order number"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control"}),
    )
    region = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Region"),
        required=False,
        empty_label=pgettext_lazy("region", "any"),
        widget=forms.Select(attrs=SELECT),
    )
    open = YesNo(_("Has an open order"))
    calls = YesNo(_("Agreed to the robot’s calls"))
    orders_from = OrderNumber(_("Orders from"))
    orders_to = OrderNumber(_("Orders to"))
    since = forms.DateField(label=_("Last order from"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Last order to"), required=False, widget=DateInput)
    state = forms.ChoiceField(
        label=_("Personal data"),
        choices=(
            ("", _("kept")),
            (OLD, _("no orders for years")),
            (ERASED, _("erased on request")),
        ),
        required=False,
        widget=forms.Select(attrs=SELECT),
    )

    def __init__(self, data, *, settings, now):
        super().__init__(data, auto_id="filter_%s")
        self.settings, self.now = settings, now
        self.fields["region"].queryset = Place.objects.regions().order_by("name").only("name")
        for name in ("since", "until"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end lies before the beginning."))
        least, most = cleaned.get("orders_from"), cleaned.get("orders_to")
        if least is not None and most is not None and least > most:
            self.add_error("orders_to", _("The upper number is less than the lower one."))
        return cleaned

    @property
    def filters(self):
        """What passed the check, as ``customer_list`` takes it."""
        self.is_valid()
        cleaned = self.cleaned_data
        region, state = cleaned.get("region"), cleaned.get("state")
        return CustomerFilters(
            text=cleaned.get("q") or "",
            region_id=region.pk if region else None,
            has_open=cleaned.get("open"),
            agreed_to_calls=cleaned.get("calls"),
            orders_from=cleaned.get("orders_from"),
            orders_to=cleaned.get("orders_to"),
            last_from=midnight(cleaned.get("since")),
            last_before=midnight(cleaned.get("until"), days=1),
            old_before=old_before(self.now, self.settings) if state == self.OLD else None,
            erased=state == self.ERASED,
        )

    @property
    def is_narrowed(self):
        return any(self.data.get(name) for name in self.fields)
