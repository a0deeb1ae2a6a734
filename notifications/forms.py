"""Forms of the pages of messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.events import EVENTS
from notifications.models import Channel, DeliveryState
from notifications.selectors import mails_about_order


class MailFilterForm(forms.Form):
    """Narrows the list of mails and SMS."""

    order = forms.CharField(
        label=_("Order number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("any state")), *DeliveryState.choices],
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[
            ("", _("any channel")),
            *((channel.value, channel.label) for channel in (Channel.EMAIL, Channel.SMS)),
        ],
    )
    event = forms.ChoiceField(
        label=_("Event"),
        required=False,
        choices=lambda: [
            ("", _("any event")),
            *((event.code, event.name) for event in EVENTS.values()),
        ],
    )

    def clean_order(self):
        """The number as people write it: 416, № 416, 1 416."""
        text = "".join(self.cleaned_data["order"].replace("№", "").split())
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise forms.ValidationError(_("Write the number of the order in digits."))
        return int(text)

    def narrow(self, queryset):
        """Those that the form asks for; none while it has errors."""
        if not self.is_valid():
            return queryset.none()
        data = self.cleaned_data
        if data["order"]:
            queryset = mails_about_order(queryset, data["order"])
        if data["state"]:
            queryset = queryset.filter(state=data["state"])
        if data["channel"]:
            queryset = queryset.filter(channel=data["channel"])
        if data["event"]:
            queryset = queryset.filter(message__event=data["event"])
        return queryset
