"""Forms of cart and checkout."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from catalog.models import Product
from catalog.visitor import parse_position
from dealers.models import Dealer, Place
from dealers.places import place_label, places_named, search_places
from notifications.models import Audience, Channel
from notifications.selectors import offered_channels
from orders.consents import consent_token, current_version, version_shown
from orders.models.carts import MAX_QUANTITY
from orders.services.placing import OrderDetails

# Letters of names, digits of addresses, their marks and the signs between them.
WRITTEN = re.compile(r"[\w\s\-.,'’`\"«»()/\\№#:;&+*!?%–—…°²³]*")
SUGGESTIONS = 8


def has_letters(text):
    """Refuse a name that nobody could read aloud."""
    if not any(character.isalpha() for character in text):
        raise ValidationError(_("Write it in letters."))


def is_written(text):
    """Refuse emoji and control characters where words are expected."""
    if not WRITTEN.fullmatch(text):
        raise ValidationError(_("Leave out pictures and special signs."))


def is_readable(text):
    """Refuse control characters, which no keyboard types."""
    if any(
        unicodedata.category(sign) in ("Cc", "Cs", "Co") and sign not in "\r\n\t" for sign in text
    ):
        raise ValidationError(_("Leave out special signs."))


class AddForm(forms.Form):
    """A product for the cart, from a chosen dealer or from anybody."""

    product = forms.ModelChoiceField(
        Product.objects.orderable(),
        error_messages={
            "required": _("Choose a product."),
            "invalid_choice": _("This product is no longer sold."),
        },
    )
    quantity = forms.IntegerField(
        min_value=1, max_value=MAX_QUANTITY, required=False, label=_("Quantity")
    )
    dealer = forms.ModelChoiceField(
        Dealer.objects.selling(),
        required=False,
        error_messages={"invalid_choice": _("This dealer does not take orders from the site.")},
    )


class QuantityField(forms.IntegerField):
    """Units of a product in a cart."""

    def __init__(self):
        super().__init__(
            min_value=1,
            max_value=MAX_QUANTITY,
            error_messages={
                "required": _("Write how many."),
                "invalid": _("Write a whole number."),
            },
        )


def place_of(text):
    """The place whose id the text is, or None."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return Place.objects.select_related("parent").filter(pk=int(text)).first()


class HiddenText(forms.Field):
    """What scripts or we ourselves wrote into a page; anything at all may come back."""

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value):
        return "" if value is None else str(value)


class CheckoutForm(forms.Form):
    """What a customer fills in to order.

    ``city`` is text; ``place`` its id where it was picked from a list. The text wins where the two
    differ, so that a page without scripts works. ``city_options`` are what the customer may have
    meant where it is not clear.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        validators=[has_letters, is_written],
        error_messages={"required": _("Write your name: the dealer will address you by it.")},
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        region="RU",
        max_length=40,
        error_messages={
            "required": _("Write your phone: the dealer will call to confirm the order."),
            "invalid": _("Write the phone with the code, for example +7 900 123-45-67."),
        },
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("We will send the link to your order. May be left empty."),
        error_messages={"invalid": _("Write the address like name@example.ru.")},
    )
    city = forms.CharField(
        label=_("City"),
        max_length=200,
        validators=[is_written],
        error_messages={"required": _("Write the city: prices and dealers depend on it.")},
    )
    place = HiddenText()
    address = forms.CharField(
        label=_("Address"),
        max_length=250,
        required=False,
        validators=[is_written],
        help_text=_("Street, house, flat. Only the dealer who takes the order will see it."),
    )
    latitude = HiddenText()
    longitude = HiddenText()
    wants_delivery = forms.BooleanField(label=_("Delivery is needed"), required=False)
    wants_installation = forms.BooleanField(label=_("Installation is needed"), required=False)
    comment = forms.CharField(
        label=_("Comment"),
        max_length=2000,
        required=False,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent_processing = forms.BooleanField(
        label=_("I agree to the processing of my personal data"),
        error_messages={"required": _("Without this consent we may not take the order.")},
    )
    consent_dealer = forms.BooleanField(
        label=_("I agree that my data is passed to the dealer who fulfils the order"),
        error_messages={
            "required": _("The dealer cannot fulfil the order without your contacts: tick here.")
        },
    )
    consent_calls = forms.BooleanField(
        label=_("I agree to a call by the robot that confirms the order"), required=False
    )
    news = forms.ChoiceField(
        label=_("Tell me how the order goes"),
        required=False,
        initial="email",
        choices=[("email", _("by e-mail")), ("sms", _("by SMS")), ("both", _("by both"))],
        widget=forms.RadioSelect,
    )
    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The page was out of date. Please send the order again."),
            "invalid": _("The page was out of date. Please send the order again."),
        },
    )
    receipt = HiddenText()
    consent_version = HiddenText()

    AUTOCOMPLETE = {
        "name": "name",
        "phone": "tel",
        "email": "email",
        "city": "off",
        "address": "street-address",
        "comment": "off",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.city_options = []
        self._offer_news()
        for name, value in self.AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = value
        self.fields["city"].widget.attrs |= {
            "data-places": reverse("place_search"),
            "data-places-target": "id_place",
        }
        self.fields["phone"].widget.attrs |= {
            "inputmode": "tel",
            "placeholder": "+7 900 123-45-67",
            "data-phone": "",
        }

    def _offer_news(self):
        """Only ways that messages go by; nothing to choose where there is one way."""
        self.ways = offered_channels(Audience.CUSTOMER)
        if {Channel.EMAIL, Channel.SMS} <= self.ways:
            self.fields["news"].widget.attrs["class"] = "form-check-input"
        else:
            del self.fields["news"]

    def clean_place(self):
        """The place of the id, or None: a wrong id is as good as none, the text decides."""
        return place_of(self.cleaned_data["place"])

    def clean(self):
        cleaned = super().clean()
        if "city" in cleaned:
            cleaned["place"] = self._resolve(cleaned["city"], cleaned.get("place"))
        cleaned["pin"] = self._pin(cleaned)
        if (
            cleaned.get("wants_delivery")
            and cleaned.get("address") == ""
            and cleaned["pin"] is None
            and "latitude" not in self.errors
        ):
            self.add_error("address", gettext("Delivery needs an address or a pin on the map."))
        return cleaned

    def clean_consent_version(self):
        """The number of the texts that the page led to; ticks without it would prove nothing."""
        shown = version_shown(self.cleaned_data["consent_version"])
        if shown is None:
            raise ValidationError(_("Look at the texts of the consents and send the form again."))
        return shown

    @cached_property
    def consents(self):
        """The number of the texts that this page leads to: those already shown, or the present."""
        carried = self["consent_version"].value()
        return version_shown(carried) or current_version().number

    @property
    def consent_token(self):
        return consent_token(self.consents)

    @property
    def pin(self):
        """The point on the map as (latitude, longitude) in degrees, or None."""
        if not self.is_bound:
            return parse_position(self.initial.get("latitude"), self.initial.get("longitude"))
        return getattr(self, "cleaned_data", {}).get("pin")

    def details(self):
        """The checked values as the service takes them."""
        data = self.cleaned_data
        return OrderDetails(
            customer_name=data["name"],
            phone=data["phone"].as_e164,
            place=data["place"],
            email=data["email"],
            address=data["address"],
            latitude=data["pin"][0] if data["pin"] else None,
            longitude=data["pin"][1] if data["pin"] else None,
            comment=data["comment"],
            wants_delivery=data["wants_delivery"],
            wants_installation=data["wants_installation"],
            calls_consent=data["consent_calls"],
            consent_version=data.get("consent_version"),
            news_by_email=data["news"] != "sms" if "news" in data else Channel.EMAIL in self.ways,
            news_by_sms=data["news"] in ("sms", "both")
            if "news" in data
            else self.ways == {Channel.SMS},
        )

    def _pin(self, cleaned):
        typed = cleaned["latitude"].strip(), cleaned["longitude"].strip()
        if not any(typed):
            return None
        point = parse_position(*typed)
        if point is None:
            self.add_error("latitude", gettext("Set the pin on the map again."))
        return point

    def _resolve(self, text, picked):
        """The place meant by the text; an error with suggestions where that is not clear."""
        if picked is not None and place_label(picked) == text:
            return picked
        named = places_named(text)
        if len(named) == 1:
            return named[0]
        if picked is not None and picked in named:
            return picked
        self.city_options = named or search_places(text.partition(",")[0], limit=SUGGESTIONS)
        if self.city_options:
            message = gettext("Choose which one is meant.")
        else:
            message = gettext(
                "We do not know this place. Write the nearest town or the region, "
                "and the village into the address."
            )
        self.add_error("city", message)
        return None
