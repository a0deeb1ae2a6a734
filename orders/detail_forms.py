"""The form that corrects an order's details."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from catalog.visitor import parse_position
from dealers.models import User
from orders.contact_fields import email_field, name_field, phone_field, show_present
from orders.details import fields_for, value_of
from orders.filters import DateInput
from orders.storefront.forms import is_readable, is_written

FARTHEST_YEARS = 3
PIN = ("latitude", "longitude")


class DetailsForm(forms.Form):
    """The details that the user may set, each with what stood there when the form was made.

    ``values`` are those that a person changed; what was not touched is left as it is by then.
    """

    customer_name = name_field()
    phone = phone_field()
    email = email_field(
        help_text=_(
            "With another address the customer gets a new personal link; the old one stops working."
        )
    )
    comment = forms.CharField(
        label=_("Comment of the customer"),
        max_length=2000,
        required=False,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    address = forms.CharField(
        label=_("Street, house, flat"),
        max_length=250,
        required=False,
        validators=[is_written],
    )
    latitude = forms.CharField(label=_("Latitude"), max_length=30, required=False)
    longitude = forms.CharField(label=_("Longitude"), max_length=30, required=False)
    due_on = forms.DateField(
        label=pgettext_lazy("order", "Term"),
        widget=DateInput,
        error_messages={
            "required": _("Set the day by which the order is to be done."),
            "invalid": _("Write the day like 08.06.2026."),
        },
    )
    reason = forms.CharField(
        label=_("Why the term changes"),
        max_length=500,
        required=False,
        validators=[is_readable],
        help_text=_("Needed when the term changes; stays in the history."),
    )
    manager = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Responsible manager"),
        required=False,
        empty_label=_("any manager of the dealer"),
        error_messages={"invalid_choice": _("Choose a manager of the order’s dealer.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, order, user, seen=""):
        super().__init__(data, initial=_initial(order) | {"seen": seen}, auto_id="details_%s")
        self.order = order
        allowed = set(fields_for(user, order))
        kept = allowed | {"seen"}
        if "pin" in allowed:
            kept |= set(PIN)
        if "due_on" in allowed:
            kept.add("reason")
        for name in set(self.fields) - kept:
            del self.fields[name]
        for name, field in self.fields.items():
            field.show_hidden_initial = name not in ("seen", "reason", "phone")
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"
            field.widget.attrs["autocomplete"] = "off"
        if "phone" in self.fields:
            show_present(self.fields["phone"], order.phone)
        if "manager" in self.fields:
            of_dealer = User.objects.filter(dealer_id=order.dealer_id).order_by("name", "id")
            # One who works no more stays where he is until somebody else is chosen.
            self.fields["manager"].queryset = of_dealer.filter(is_active=True) | of_dealer.filter(
                pk=order.manager_id
            )

    @property
    def values(self):
        """Values of the changed details as ``change_details`` takes them."""
        changed = set(self.changed_data)
        values = {
            name: self.cleaned_data[name]
            for name in self.fields
            if name in changed and name not in (*PIN, "seen", "reason", "phone")
        }
        if self.cleaned_data.get("phone"):
            values["phone"] = self.cleaned_data["phone"].as_e164
        if changed.intersection(PIN):
            values["pin"] = self.cleaned_data["pin"]
        return values

    def clean(self):
        cleaned = super().clean()
        if "latitude" in self.fields:
            self._clean_pin(cleaned)
        day = cleaned.get("due_on")
        if day is not None and "due_on" in self.changed_data:
            self._clean_term(day, cleaned.get("reason", ""))
        return cleaned

    def _clean_pin(self, cleaned):
        typed = [cleaned.get(name, "").replace(",", ".").strip() for name in PIN]
        cleaned["pin"] = parse_position(*typed) if any(typed) else None
        if any(typed) and cleaned["pin"] is None:
            self.add_error(
                "latitude", gettext("Write degrees like 55.75124 and 37.61842, or set the pin.")
            )
        elif (
            self.order.wants_delivery
            and not cleaned["pin"]
            and cleaned.get("address") == ""
            and {"address", *PIN}.intersection(self.changed_data)
        ):
            self.add_error("address", gettext("Delivery needs an address or a pin on the map."))

    def _clean_term(self, day, reason):
        today = timezone.localdate()
        if day < today:
            self.add_error("due_on", gettext("The term lies in the past."))
        elif day.year > today.year + FARTHEST_YEARS:
            self.add_error("due_on", gettext("The term is too far away."))
        if not reason:
            self.add_error(
                "reason", gettext("Say why the term changes: the reason stays in the history.")
            )

    def merged(self, order, user, seen):
        """The form again after another's change: what was typed here, the rest as it is now."""
        fresh = {
            name: "" if value is None else str(getattr(value, "pk", value))
            for name, value in _initial(order).items()
        }
        typed = set(self.changed_data) | {"reason", "phone"}
        data = {"seen": seen}
        for name in fresh.keys() | {"reason", "phone"}:
            data[name] = self.data.get(name, "") if name in typed else fresh[name]
            data[f"initial-{name}"] = fresh.get(name, "")
        return DetailsForm(data, order=order, user=user, seen=seen)


def _initial(order):
    pin = value_of(order, "pin")
    return {
        "customer_name": order.customer_name,
        "email": order.email,
        "comment": order.comment,
        "address": order.address,
        "latitude": f"{pin[0]:.5f}" if pin else "",
        "longitude": f"{pin[1]:.5f}" if pin else "",
        "due_on": order.due_on,
        "manager": order.manager_id,
    }
