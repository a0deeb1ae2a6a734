"""Fields in which staff corrects whom an order is for; the present number is not in the page."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from orders.storefront.forms import has_letters, is_written
from suz.common.text import hidden_phone


def name_field():
    """What the customer is called."""
    return forms.CharField(
        label=_("Name"),
        max_length=150,
        validators=[has_letters, is_written],
        error_messages={"required": _("Write the customer's name.")},
    )


def phone_field():
    """Another number; ``show_present`` says which one there is."""
    return PhoneNumberField(
        label=_("New phone"),
        region="RU",
        max_length=40,
        required=False,
        error_messages={
            "invalid": _("Write the phone with the code, for example +7 900 123-45-67.")
        },
    )


def email_field(help_text=""):
    """The address for mails; may be empty."""
    return forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write the address like name@example.ru.")},
        help_text=help_text,
    )


def show_present(field, phone):
    """Tell beside the field of a form which number there is, masked."""
    field.help_text = gettext("Now %(phone)s. Leave it empty to keep the number.") % {
        "phone": hidden_phone(phone)
    }
    field.widget.attrs |= {"inputmode": "tel", "data-phone": ""}
