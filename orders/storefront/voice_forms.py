"""What a customer fills in on the page of an order."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Audience, Channel
from notifications.selectors import offered_channels
from orders.forms import CommentForm
from orders.models import Ask
from orders.storefront.forms import is_readable


class MessageForm(CommentForm):
    """A message to the dealer: words, files or both. ``key`` makes one form write once."""

    is_visible = None
    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        required=False,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": _("The page was out of date. Please send it again."),
            "invalid": _("The page was out of date. Please send it again."),
        },
    )


class AskForm(forms.Form):
    """A wish to change the order or to cancel it, in the customer's words."""

    HINTS = {
        Ask.CHANGE: (
            _("What to change"),
            _("For example: 30 panels instead of 24; delivery after the 15th."),
        ),
        Ask.CANCEL: (_("Why, if you like to say"), ""),
    }

    text = forms.CharField(
        max_length=2000,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        error_messages={"required": _("Write what to change.")},
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": _("The page was out of date. Please send it again."),
            "invalid": _("The page was out of date. Please send it again."),
        },
    )

    def __init__(self, *args, asks, **kwargs):
        super().__init__(*args, auto_id="ask_%s", **kwargs)
        text = self.fields["text"]
        text.label, text.help_text = self.HINTS[asks]
        text.required = asks == Ask.CHANGE


class ChannelsForm(forms.Form):
    """Which of the ways that are offered now are wanted."""

    by_email = forms.BooleanField(label=_("by e-mail"), required=False)
    by_sms = forms.BooleanField(label=_("by SMS"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = offered_channels(Audience.CUSTOMER)
        for channel in (Channel.EMAIL, Channel.SMS):
            if channel not in ways:
                del self.fields[f"by_{channel}"]
