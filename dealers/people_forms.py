"""Forms about people: inviting, registering a dealer with its head manager, the first password."""

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from dealers.models import Dealer, Place, Role, User

LONGEST_PASSWORD = 128


class InviteForm(forms.Form):
    """Somebody to be invited to a dealer."""

    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    is_head = forms.BooleanField(
        label=gettext_lazy("Head manager"),
        required=False,
        help_text=gettext_lazy("May invite and switch off the dealer's managers."),
    )


class StaffInviteForm(forms.Form):
    """Somebody to be invited to the manufacturer."""

    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[
            (role.value, role.label) for role in (Role.MANUFACTURER_MANAGER, Role.ADMINISTRATOR)
        ],
    )


class RegisterForm(forms.Form):
    """A new dealer and its head manager; the rest the dealer fills in itself."""

    name = forms.CharField(label=gettext_lazy("Dealer's name"), max_length=150)
    main_region = forms.ModelChoiceField(
        label=gettext_lazy("Main region"), queryset=Place.objects.regions()
    )
    head_name = forms.CharField(
        label=gettext_lazy("Head manager: first and last name"), max_length=150
    )
    head_email = forms.EmailField(
        label=gettext_lazy("Head manager: e-mail"),
        help_text=gettext_lazy("The invitation goes there; the link works for seven days."),
    )

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if Dealer.objects.filter(name__iexact=name).exists():
            raise ValidationError(_("There is a dealer of this name already."))
        return name


class OwnProfileForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=150)
    phone = PhoneNumberField(
        label=gettext_lazy("Your phone"),
        region="RU",
        required=False,
        help_text=gettext_lazy(
            "It rings first when you call a customer from an order. Customers do not see it."
        ),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class FirstPasswordForm(forms.Form):
    """The password of an invited person."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=gettext_lazy("Password once more"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["password"].help_text = " ".join(
            password_validation.password_validators_help_texts()
        )

    def clean(self):
        data = super().clean()
        if {"password", "repeated"} <= data.keys() and data["password"] != data["repeated"]:
            self.add_error("repeated", _("The passwords differ."))
        if "password" in data:
            person = User(email=self.invitation.email, name=self.invitation.name)
            try:
                password_validation.validate_password(data["password"], person)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return data
