"""Forms of a customer's card."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orders.contact_fields import email_field, name_field, phone_field, show_present
from orders.storefront.forms import is_readable

LONGEST_NOTE = 4000


class ContactsForm(forms.Form):
    """Name, phone and e-mail; ``seen`` is the version that the page was made from.

    The present number is not in the page: an empty field keeps it.
    """

    name = name_field()
    phone = phone_field()
    email = email_field()
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data=None, *, customer):
        initial = {"name": customer.name, "email": customer.email, "seen": customer.version}
        super().__init__(data, initial=initial, auto_id="contacts_%s")
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}
        show_present(self.fields["phone"], customer.phone)

    @property
    def values(self):
        """As ``change_contacts`` takes them."""
        cleaned = self.cleaned_data
        values = {"name": cleaned["name"], "email": cleaned["email"]}
        return values | ({"phone": cleaned["phone"]} if cleaned["phone"] else {})


class NoteForm(forms.Form):
    """A note of staff."""

    text = forms.CharField(
        label=_("Text of the note"),
        max_length=LONGEST_NOTE,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Write something first.")},
    )


class ErasureForm(forms.Form):
    """Asks for the customer's number by typing, so that nobody erases by a slip of the hand."""

    number = forms.CharField(
        label=_("Number of the customer"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"required": _("Type the number of the customer.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        validators=[is_readable],
        help_text=_(
            "For example “written request of 12.05.2026”. Stays in the journal, so no names."
        ),
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"required": _("Say why the data are erased.")},
    )

    def __init__(self, data=None, *, customer):
        super().__init__(data, auto_id="erase_%s")
        self.customer = customer
        self.fields["number"].help_text = gettext("Type %(number)s.") % {"number": customer.pk}

    def clean_number(self):
        if self.cleaned_data["number"].strip("№ ") != str(self.customer.pk):
            raise forms.ValidationError(_("This is not the number of this customer."))
        return self.cleaned_data["number"]
