"""Giving an order to a dealer by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from distribution.forms.stages import FieldLook


class AssignForm(FieldLook, forms.Form):
    """Which dealer gets the order; ``groups`` come from ``attention.assignable_dealers``."""

    dealer = forms.TypedChoiceField(
        label=_("Dealer"),
        coerce=int,
        error_messages={
            "required": _("Choose a dealer."),
            "invalid_choice": _("Choose a dealer from the list."),
        },
    )

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dealer"].choices = [("", _("choose a dealer")), *groups]
        self.fields["dealer"].widget.attrs["data-search"] = ""
