"""Forms of connected systems and of their logs."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.models import DispatchState
from analytics.webhooks.events import EVENTS
from suz.common.addresses import LONGEST_ADDRESS, AddressRefused, parse_address

LONGEST_SECRET = 200


class AddressField(forms.CharField):
    """An address that we may send to; where its name leads is seen when something is sent."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})
        super().__init__(max_length=LONGEST_ADDRESS, widget=widget, **options)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(parse_address(text))
        except AddressRefused as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class LeadsDBForm(forms.Form):
    """Where orders are sent; the secret is written only."""

    url = AddressField(
        label=_("Address"),
        required=False,
        help_text=_("Orders are posted to it, as in https://leadsdb.example.com/api/orders."),
    )
    user = forms.CharField(
        label=_("User"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=LONGEST_SECRET,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_on = forms.BooleanField(
        label=_("Send orders to LeadsDB"),
        required=False,
        help_text=_(
            "New orders and every change from the moment of switching on; earlier ones are sent by "
            "the synchronisation."
        ),
    )

    def __init__(self, *args, endpoint=None, **kwargs):
        super().__init__(*args, **kwargs)
        has_secret = endpoint is not None and endpoint.secret
        self.fields["secret"].help_text = (
            _("One is saved; leave the field empty to keep it.")
            if has_secret
            else _("Saved, it is not shown to anybody again.")
        )
        if endpoint is not None:
            self.initial = {
                "url": endpoint.url,
                "user": endpoint.user,
                "is_on": endpoint.is_on,
            } | self.initial

    def clean_user(self):
        user = self.cleaned_data["user"]
        if ":" in user:
            raise forms.ValidationError(_("The user must hold no colon."))
        return user


class SyncForm(forms.Form):
    """Since when orders are sent once more."""

    since = forms.DateField(
        label=_("Orders placed since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise forms.ValidationError(_("There are no orders of that day yet."))
        if since.year < 2000:
            raise forms.ValidationError(_("Choose a later day."))
        return since


class WebhookForm(forms.Form):
    """A system of a dealer and what it is told."""

    url = AddressField(
        label=_("Address"), help_text=_("What happens is posted to it; it begins with https://.")
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=lambda: [(code, capfirst(name)) for code, name in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
    is_on = forms.BooleanField(
        label=_("Send"),
        required=False,
        help_text=_("What happens from the moment of switching on; switched off, nothing waits."),
    )

    def __init__(self, *args, endpoint=None, **kwargs):
        super().__init__(*args, **kwargs)
        if endpoint is not None:
            self.initial = {
                "url": endpoint.url,
                "events": endpoint.events,
                "is_on": endpoint.is_on,
            } | self.initial


class LogForm(forms.Form):
    """Narrows a log."""

    order = forms.CharField(
        label=_("Order number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("dispatch", "any state")), *DispatchState.choices],
    )

    def clean_order(self):
        """The number as people write it: 416, № 416, 1 416."""
        text = "".join(self.cleaned_data["order"].replace("№", "").split())
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise forms.ValidationError(_("Write the number of the order in digits."))
        return int(text)

    def narrow(self, dispatches):
        """Those that the form asks for; none while it has errors."""
        if not self.is_valid():
            return dispatches.none()
        if number := self.cleaned_data["order"]:
            dispatches = dispatches.filter(order=number)
        if state := self.cleaned_data["state"]:
            dispatches = dispatches.filter(state=state)
        return dispatches
