"""Forms of a customer's card."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from orders.storefront.forms import is_readable
from suz.common.text import hidden_phone

LONGEST_NOTE = 4000


class ContactsForm(forms.Form):
    """Name, phone and e-mail; ``seen`` is the version that the page was made from.

    The present number is not in the page: an empty field keeps it.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        validators=[is_readable],
        error_messages={"required": _("Write the customer's name.")},
    )
    phone = PhoneNumberField(
        label=_("New phone"),
        region="RU",
        max_length=40,
        required=False,
        error_messages={
            "invalid": _("Write the phone with the code, for example +7 900 123-45-67.")
        },
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write the address like name@example.ru.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data=None, *, customer):
        initial = {"name": customer.name, "email": customer.email, "seen": customer.version}
        super().__init__(data, initial=initial, auto_id="contacts_%s")
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "data-phone": ""}
        self.fields["phone"].help_text = gettext(
            "Now %(phone)s. Leave it empty to keep the number."
        ) % {"phone": hidden_phone(customer.phone)}

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
