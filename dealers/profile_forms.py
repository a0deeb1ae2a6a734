"""The form of a dealer's profile: fields by role, phones, outlets."""

from django import forms
from django.core import signing
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from dealers.models import Dealer, Place
from dealers.places import place_label, plain
from dealers.services.profile import FLAGS, OutletFacts, fields_for, snapshot
from dealers.websites import validate_website
from suz.common.images import ACCEPT, clean_image

MAX_PHONES = 20
MAX_OUTLETS = 100
LONGEST_DESCRIPTION = 4_000
LOGO_SIDE = 600
SEEN_SALT = "dealers.profile.seen"


def pack_seen(dealer, user):
    """What the form is made from, signed, so that a later change by somebody else is noticed."""
    return signing.dumps(snapshot(dealer, fields_for(user)), salt=SEEN_SALT, compress=True)


class ProfileForm(forms.Form):
    """Everything but phones and outlets; a role's form has the fields that the role may set."""

    name = forms.CharField(label=gettext_lazy("Dealer's name"), max_length=150)
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, up to 2 MB"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    main_region = forms.ModelChoiceField(
        label=gettext_lazy("Main region"), queryset=Place.objects.regions()
    )
    additional_places = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Additional regions and cities"),
        queryset=Place.objects.select_related("parent"),
        required=False,
        help_text=gettext_lazy("A region covers its cities."),
    )
    is_authorised = forms.BooleanField(label=gettext_lazy("Authorised dealer"), required=False)
    takes_site_orders = forms.BooleanField(
        label=gettext_lazy("Orders from the site"), required=False
    )
    site_calls = forms.BooleanField(label=gettext_lazy("Call from the site"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail for customers"), required=False)
    website = forms.URLField(
        label=gettext_lazy("Site"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[validate_website],
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Customers read it on the dealer's page."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the territory or the terms change"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Needed for these fields only; stays in the history of changes."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, dealer, user, **kwargs):
        self.dealer, self.user = dealer, user
        allowed = set(fields_for(user))
        kwargs.setdefault("initial", self._initial(dealer, user))
        super().__init__(*args, **kwargs)
        helpers = {"seen", "remove_logo"} | ({"reason"} if allowed.issuperset(FLAGS) else set())
        for name in set(self.fields) - allowed - helpers:
            del self.fields[name]
        if "additional_places" in self.fields:
            self.fields["additional_places"].choices = _places_by_region()

    @staticmethod
    def _initial(dealer, user):
        return {
            **{name: getattr(dealer, name) for name in ("name", "main_region", *FLAGS)},
            **{name: getattr(dealer, name) for name in ("email", "website", "description")},
            "additional_places": [place.pk for place in dealer.additional_places.all()],
            "seen": pack_seen(dealer, user),
        }

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if Dealer.objects.filter(name__iexact=name).exclude(pk=self.dealer.pk).exists():
            raise forms.ValidationError(_("There is a dealer of this name already."))
        return name

    def clean_logo(self):
        upload = self.cleaned_data["logo"]
        return clean_image(upload, max_side=LOGO_SIDE) if upload else None

    def clean_seen(self):
        try:
            return signing.loads(self.cleaned_data["seen"], salt=SEEN_SALT)
        except signing.BadSignature:
            raise forms.ValidationError(
                _("The page is damaged. Open it again and repeat the changes.")
            ) from None

    def take_over(self, dealer, names):
        """Show the dealer's present values of the named fields, and what the next try has seen."""
        data = self.data.copy()
        present = self._initial(dealer, self.user)
        for name in names & present.keys():
            if name in FLAGS:
                data.setlist(name, ["on"] if present[name] else [])
            elif name == "additional_places":
                data.setlist(name, present[name])
            else:
                data[name] = present[name].pk if name == "main_region" else present[name]
        data["seen"] = present["seen"]
        self.data = data

    def values(self):
        """The fields as ``save_profile`` takes them."""
        values = {
            name: self.cleaned_data[name]
            for name in fields_for(self.user)
            if name in self.cleaned_data
        }
        if values["logo"] is None and self.cleaned_data["remove_logo"]:
            values["logo"] = ""
        return values


class PhoneForm(forms.Form):
    """A phone with a note."""

    number = PhoneNumberField(label=gettext_lazy("Phone"), region="RU")
    note = forms.CharField(label=gettext_lazy("Note"), max_length=100, required=False)


class OutletForm(forms.Form):
    """An outlet; without a pin it stands in the middle of its city."""

    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "cities", "autocomplete": "off"}),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=250)
    phone = PhoneNumberField(label=gettext_lazy("Phone"), region="RU", required=False)
    hours = forms.CharField(label=gettext_lazy("Opening hours"), max_length=150, required=False)
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    def __init__(self, *args, cities, **kwargs):
        self.cities = cities
        super().__init__(*args, **kwargs)

    def clean_city(self):
        city = self.cities.find(self.cleaned_data["city"])
        if city is None:
            raise forms.ValidationError(_("Choose a city from the list."))
        return city

    def clean(self):
        data = super().clean()
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            missing = "latitude" if data.get("latitude") is None else "longitude"
            if missing not in self.errors:
                self.add_error(missing, _("Enter both coordinates or none."))
        return data

    def facts(self):
        """The OutletFacts."""
        data = self.cleaned_data
        is_set = data["latitude"] is not None
        return OutletFacts(
            city=data["city"],
            address=data["address"],
            phone=str(data["phone"] or ""),
            hours=data["hours"],
            latitude=data["latitude"] if is_set else data["city"].latitude,
            longitude=data["longitude"] if is_set else data["city"].longitude,
        )


class Rows(BaseFormSet):
    """Rows that are added and removed; an empty row is none."""

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {
            "empty_permitted": True,
            "use_required_attribute": False,
        }

    def clean(self):
        if self.management_form.cleaned_data["TOTAL_FORMS"] < 0:
            raise forms.ValidationError(
                _("The page is damaged. Open it again and repeat the changes.")
            )

    @property
    def kept(self):
        """The forms of rows that are filled in and not removed."""
        return [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


PhoneRows = formset_factory(
    PhoneForm,
    formset=Rows,
    extra=1,
    can_delete=True,
    max_num=MAX_PHONES,
    absolute_max=MAX_PHONES * 2,
    validate_max=True,
)
OutletRows = formset_factory(
    OutletForm,
    formset=Rows,
    extra=1,
    can_delete=True,
    max_num=MAX_OUTLETS,
    absolute_max=MAX_OUTLETS * 2,
    validate_max=True,
)


class Cities:
    """Every city, to choose from and to find by what was typed: one query."""

    def __init__(self):
        self.all = list(
            Place.objects.cities().select_related("parent").order_by("-population", "name")
        )
        self._found = {}
        # The larger of two namesakes is meant where the region is left out.
        for city in reversed(self.all):
            self._found[plain(city.name)] = city
        for city in self.all:
            self._found[plain(f"{city.name}, {city.parent.name}")] = city

    def find(self, text):
        """The city of this name, or None."""
        return self._found.get(plain(text))


def phone_rows(dealer, data=None):
    """The rows of a dealer's phones."""
    if data is not None:
        return PhoneRows(data, prefix="phones")
    rows = [{"number": phone.number, "note": phone.note} for phone in dealer.phones.all()]
    return PhoneRows(initial=rows, prefix="phones")


def outlet_rows(dealer, cities, data=None):
    """The rows of a dealer's outlets."""
    options = {"prefix": "outlets", "form_kwargs": {"cities": cities}}
    if data is not None:
        return OutletRows(data, **options)
    rows = [
        {
            "city": place_label(outlet.city),
            "address": outlet.address,
            "phone": outlet.phone,
            "hours": outlet.hours,
            "latitude": outlet.latitude,
            "longitude": outlet.longitude,
        }
        for outlet in dealer.outlets.select_related("city__parent")
    ]
    return OutletRows(initial=rows, **options)


def _places_by_region():
    """Choices: each region with its cities."""
    regions = {}
    cities = {}
    for place in Place.objects.order_by("name"):
        if place.parent_id is None:
            regions[place.pk] = place.name
        else:
            cities.setdefault(place.parent_id, []).append((place.pk, place.name))
    return [
        (
            name,
            [(pk, _("%(region)s: the whole region") % {"region": name}), *cities.get(pk, [])],
        )
        for pk, name in regions.items()
    ]
