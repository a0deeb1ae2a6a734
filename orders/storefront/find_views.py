"""The way back to an order whose link is lost: its number and phone, then a one-time code.

What is answered, and how long it takes, is the same whether there is such an order or not.
"""

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from phonenumber_field.formfields import PhoneNumberField

from dealers.limits import (
    FIND_BY_ADDRESS,
    FIND_BY_PHONE,
    FIND_TRIES,
    ORDER_LINK_MISSES,
    hit_all,
)
from orders.links import customer_link, find_link, lookup_by_token
from orders.services.lookups import ask_for_code, use_code
from orders.storefront.access import TOO_MANY, WITH_FORMS, private, too_many
from suz.common.net import client_network

REFUSED = 422
LONGEST_NUMBER = 18


class FindForm(forms.Form):
    """The order's number and the phone it was placed with."""

    number = forms.CharField(
        label=_("Number of the order"),
        max_length=40,
        help_text=_("It stands in the mail and in the SMS about the order."),
        error_messages={"required": _("Write the number of the order.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        region="RU",
        max_length=40,
        help_text=_("The one you gave with the order."),
        error_messages={
            "required": _("Write the phone that you gave with the order."),
            "invalid": _("Write the phone with the code, for example +7 900 123-45-67."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {
            "inputmode": "tel",
            "autocomplete": "tel",
            "placeholder": "+7 900 123-45-67",
            "data-phone": "",
        }

    def clean_number(self):
        digits = "".join(self.cleaned_data["number"].replace("№", "").split())
        if not (digits.isascii() and digits.isdigit() and 0 < len(digits) <= LONGEST_NUMBER):
            raise forms.ValidationError(_("Write the number in figures, for example 1416."))
        return int(digits)


class CodeForm(forms.Form):
    """The six figures of the SMS or the mail."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("Code"),
        max_length=20,
        error_messages={
            "required": _("Type the code of the SMS or the mail."),
            "invalid": _("The code has six figures."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request):
    """Ask for a code."""
    form = FindForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            phone, now = form.cleaned_data["phone"].as_e164, timezone.now()
            uses = [(FIND_BY_PHONE, phone), (FIND_BY_ADDRESS, client_network(request))]
            if hit_all(uses, now=now):
                lookup = ask_for_code(number=form.cleaned_data["number"], phone=phone, now=now)
                return private(redirect(find_link(lookup)), WITH_FORMS)
            form.add_error(None, _("Too many codes have been asked for. Try again in an hour."))
            status = TOO_MANY
    context = {"form": form}
    return private(
        render(request, "orders/storefront/find.html", context, status=status), WITH_FORMS
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_code(request, token):
    """Type the code; the right one leads to the order. Every wrong link answers alike."""
    now, network = timezone.now(), client_network(request)
    if ORDER_LINK_MISSES.is_exhausted(network, now=now):
        return private(too_many(request))
    lookup_id = lookup_by_token(token)
    if lookup_id is None:
        ORDER_LINK_MISSES.hit(network, now=now)
        raise Http404
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            if not FIND_TRIES.hit(network, now=now):
                return private(too_many(request))
            order = use_code(lookup_id=lookup_id, code=form.cleaned_data["code"], now=now)
            if order is not None:
                return private(redirect(customer_link(order)))
            form.add_error(
                "code", _("The code is wrong or too old. Check it or ask for a new one.")
            )
    context = {"form": form}
    return private(
        render(request, "orders/storefront/find_code.html", context, status=status), WITH_FORMS
    )
