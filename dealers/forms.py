"""Forms about dealers, points and settings."""

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer, SystemSettings
from dealers.services.settings import snapshot
from dealers.services.terms import SWITCHES

MAX_POINTS = 100_000
SEEN_SALT = "dealers.settings.seen"


class TermsForm(forms.ModelForm):
    """The administrator's switches of a dealer, with why they change."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=250,
        help_text=_("stays in the history of changes"),
    )

    class Meta:
        model = Dealer
        fields = SWITCHES

    @property
    def switches(self):
        return {name: self.cleaned_data[name] for name in SWITCHES}


class PointsForm(forms.Form):
    """A manual entry in a ledger; ``seen`` is the newest entry that the page showed."""

    amount = forms.IntegerField(
        label=_("Points"),
        min_value=-MAX_POINTS,
        max_value=MAX_POINTS,
        help_text=_("with a minus to take points"),
        widget=forms.NumberInput(attrs={"inputmode": "text"}),
    )
    reason = forms.CharField(
        label=_("For what"), max_length=250, help_text=_("the dealer will read this")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError(_("Enter how many points to add or to take."))
        return amount


class SettingsForm(forms.ModelForm):
    """The system's settings, each explained in a sentence.

    ``seen`` is what the form was made from, signed, so that a later change by somebody else is
    noticed.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = SystemSettings
        fields = (
            "points_completed",
            "points_failed",
            "points_complaint",
            "points_in_distribution",
            "term_days",
            "complaint_days",
            "installation_dealer",
            "chosen_dealer_minutes",
            "unclaimed_minutes",
            "answer_hours",
            "dealers_see_only_own",
            "calls_enabled",
            "processed_after_call",
            "robot_enabled",
            "robot_from_hour",
            "robot_to_hour",
            "robot_attempts",
            "robot_pause_minutes",
            "recordings_keep_days",
            "sms_from_hour",
            "sms_to_hour",
            "customers_keep_years",
        )
        labels = {
            "points_completed": _("Points for a completed order"),
            "points_failed": _("Points taken for a lost order"),
            "points_complaint": _("Points taken for a justified complaint"),
            "points_in_distribution": _("Points count in distribution"),
            "term_days": _("Term of an order, days"),
            "complaint_days": _("Term of a complaint, days"),
            "installation_dealer": _("Dealer for installation orders"),
            "chosen_dealer_minutes": _("Head start of the chosen dealer, minutes"),
            "unclaimed_minutes": _("Nobody accepts for, minutes"),
            "answer_hours": _("A customer waits for an answer, hours"),
            "dealers_see_only_own": _("Dealers see only orders they have accepted"),
            "calls_enabled": _("Calls from the site work"),
            "processed_after_call": _("A connected call makes the order processed"),
            "robot_enabled": _("The robot calls after acceptance"),
            "robot_from_hour": _("The robot calls from, hour"),
            "robot_to_hour": _("The robot calls until, hour"),
            "robot_attempts": _("Attempts of the robot"),
            "robot_pause_minutes": _("Pause between attempts, minutes"),
            "recordings_keep_days": _("Recordings are kept for, days"),
            "sms_from_hour": _("SMS to customers go out from, hour"),
            "sms_to_hour": _("SMS to customers go out until, hour"),
            "customers_keep_years": _("Customers without orders are kept for, years"),
        }
        help_texts = {
            "points_completed": _("A dealer gets them when it completes an order."),
            "points_failed": _(
                "A dealer loses them when an order is cancelled or given up by its fault: the "
                "party of the reason decides."
            ),
            "points_complaint": _(
                "A dealer loses them when a complaint about it is found justified, and gets them "
                "back when that is taken back. Zero takes none."
            ),
            "points_in_distribution": _(
                "When off, Rating stages are passed over and points do not part equals in Best "
                "dealer; the ledger is kept all the same."
            ),
            "term_days": _(
                "Counted from the day of the order. An order open after it is marked overdue and "
                "comes to the attention list. Orders placed earlier keep their term."
            ),
            "complaint_days": _(
                "Counted from the day of the complaint: until then the customer must have an "
                "answer. Later it is marked overdue and the manufacturer is told."
            ),
            "installation_dealer": _(
                "Orders that ask for installation go straight to this dealer, past the chain of "
                "strategies. When empty they are distributed like all others."
            ),
            "chosen_dealer_minutes": _(
                "When a customer orders from one dealer of the list, that dealer alone sees the "
                "order this long."
            ),
            "unclaimed_minutes": _(
                "Counted from the opening of the last stage. After this an order nobody accepted "
                "comes to the attention list and the manufacturer is told."
            ),
            "answer_hours": _(
                "A customer’s message that nobody has answered for so long comes to the attention "
                "list and the manufacturer is told."
            ),
            "dealers_see_only_own": _(
                "When on, orders on offer are not shown to dealers: each sees those alone that it "
                "has accepted or that the manufacturer has assigned to it."
            ),
            "calls_enabled": _(
                "When off, every dealer sees the customer's phone on acceptance and marks the "
                "contact by hand."
            ),
            "processed_after_call": _(
                "When off, the phone opens after the call all the same and the manager makes the "
                "order processed by hand."
            ),
            "robot_enabled": _(
                "It tells the customer who agreed to it what was ordered; the customer confirms, "
                "asks to be called back or cancels by a key."
            ),
            "robot_from_hour": _("By the time of the customer's place."),
            "robot_to_hour": _("From this hour on nobody is rung until the next day."),
            "robot_attempts": _("How often the robot tries to reach a customer."),
            "robot_pause_minutes": _("After a call that nobody answered."),
            "recordings_keep_days": _("Older recordings of conversations are deleted."),
            "sms_from_hour": _("By the time of the customer's place."),
            "sms_to_hour": _("Later SMS wait for the morning, one-time codes excepted."),
            "customers_keep_years": _(
                "The list of customers then suggests to erase their personal data; nothing is "
                "erased by itself."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dealers = Dealer.objects.filter(is_active=True) | Dealer.objects.filter(
            pk=self.instance.installation_dealer_id
        )
        self.fields["installation_dealer"].queryset = dealers
        self.fields["installation_dealer"].empty_label = _("none: by the chain")
        self.initial.setdefault("seen", self._pack(self.instance))

    def clean(self):
        data = super().clean()
        for what in ("robot", "sms"):
            hours = data.get(f"{what}_from_hour"), data.get(f"{what}_to_hour")
            if None not in hours and hours[0] >= hours[1]:
                self.add_error(f"{what}_to_hour", _("This hour must be later than the first one."))
        return data

    def clean_seen(self):
        try:
            return signing.loads(self.cleaned_data["seen"], salt=SEEN_SALT)
        except signing.BadSignature:
            raise forms.ValidationError(
                gettext("The page is damaged. Open it again and repeat the changes.")
            ) from None

    @property
    def values(self):
        """The settings as ``save_settings`` takes them."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def take_over(self, settings, names):
        """Show the present values of the named settings, and what the next try has seen."""
        data = self.data.copy()
        for name in names:
            value = getattr(settings, name)
            if isinstance(value, bool):
                data.setlist(name, ["on"] if value else [])
            else:
                data[name] = getattr(value, "pk", value) or (0 if value == 0 else "")
        data["seen"] = self._pack(settings)
        self.data = data

    def _pack(self, settings):
        return signing.dumps(snapshot(self._meta.fields, settings), salt=SEEN_SALT)
