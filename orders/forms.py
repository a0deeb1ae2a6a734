"""What people fill in when they act on an order."""

from decimal import Decimal

from django import forms
from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer
from orders.models import DealerQuote, Party, Reason, ReasonKind
from orders.services.progress import MAX_EARNED
from orders.statuses import CHOICES
from suz.common.attachments import ACCEPT, MAX_FILES, clean_attachment
from suz.common.text import money

PARTY_TITLES = {
    Party.CUSTOMER: _("Because of the customer"),
    Party.DEALER: _("Because of the dealer"),
    Party.MANUFACTURER: _("Because of the manufacturer"),
}


class SumField(forms.DecimalField):
    """Rubles as people write them: 39 844, 222,75, 500 ₽."""

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.replace("₽", "").split()).replace(",", ".")
        return super().to_python(value)


class ReasonForm(forms.Form):
    """A reason of a kind, grouped by whose it is where several parties have some."""

    kind = None
    reason = forms.TypedChoiceField(
        label=_("Reason"),
        coerce=int,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason from the list."),
        },
    )

    def __init__(self, *args, reasons=None, **kwargs):
        super().__init__(*args, auto_id=f"{self.kind}_%s", **kwargs)
        reasons = [one for one in reasons or active_reasons() if one.kind == self.kind]
        groups = {}
        for one in reasons:
            groups.setdefault(Party(one.party), []).append((one.pk, one.text))
        choices = (
            [(PARTY_TITLES[party], group) for party, group in groups.items()]
            if len(groups) > 1
            else [choice for group in groups.values() for choice in group]
        )
        self.fields["reason"].choices = [("", _("Choose a reason")), *choices]


class DeclineForm(ReasonForm):
    kind = ReasonKind.DECLINE


class GiveUpForm(ReasonForm):
    kind = ReasonKind.GIVE_UP


class CancelForm(ReasonForm):
    kind = ReasonKind.CANCEL


class MoveForm(forms.Form):
    """The next status; the services know which are legal."""

    target = forms.ChoiceField(choices=CHOICES)


class CompleteForm(forms.Form):
    """What the customer paid."""

    earned = SumField(
        label=_("Earned, ₽"),
        help_text=_("what the customer paid for the order"),
        min_value=Decimal(0),
        max_value=MAX_EARNED,
        decimal_places=2,
        max_digits=14,
        error_messages={
            "required": _("Enter the sum that the customer paid."),
            "invalid": _("Enter the sum in figures, for example 39 844 or 222,75."),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class ReopenForm(forms.Form):
    """Why a closed order is opened again."""

    reason = forms.CharField(
        label=_("Why it is opened again"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the order is opened again.")},
    )


class FilesInput(forms.FileInput):
    """The browser's choice of several files."""

    allow_multiple_selected = True


class AttachmentsField(forms.Field):
    """Several files, each checked by name and content; gives a list of Attachments."""

    widget = FilesInput

    def clean(self, value):
        uploads = value or []
        if len(uploads) > MAX_FILES:
            raise forms.ValidationError(_("At most five files at once."))
        files, problems = [], []
        for upload in uploads:
            try:
                files.append(clean_attachment(upload))
            except forms.ValidationError as error:
                problems += error.messages
        if problems:
            raise forms.ValidationError(problems)
        return files


class CommentForm(forms.Form):
    """A comment, internal unless said otherwise; words, files or both."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    files = AttachmentsField(
        label=_("Files"),
        required=False,
        help_text=_("Pictures, PDF, xlsx, docx, csv; up to five files of 10 MB"),
        widget=FilesInput(attrs={"accept": ACCEPT, "class": "file-choice", "data-files": ""}),
    )
    is_visible = forms.BooleanField(label=_("Show to the customer"), required=False)

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("text") or cleaned.get("files") or self.errors):
            self.add_error("text", _("Write something first."))
        return cleaned


class PromoForm(forms.Form):
    """A promo code for an order; ``trouble`` tells why one does not work, or nothing."""

    code = forms.CharField(
        label=_("Promo code"),
        max_length=60,
        error_messages={"required": _("Type the promo code.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, *args, trouble=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.trouble = trouble

    def clean_code(self):
        text = self.cleaned_data["code"]
        if self.trouble is not None and (words := self.trouble(text)):
            raise forms.ValidationError(words)
        return text


class AssignForm(forms.Form):
    """Which dealer gets the order: those that could deliver it first, at their recorded sums."""

    dealer = forms.TypedChoiceField(
        label=_("Dealer"),
        coerce=int,
        error_messages={
            "required": _("Choose a dealer."),
            "invalid_choice": _("Choose a dealer from the list."),
        },
    )

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, auto_id="assign_%s", **kwargs)
        self.fields["dealer"].choices = [("", _("Choose a dealer")), *_dealer_groups(order)]


def active_reasons():
    """All reasons in use, in their order: one query for every dialog of a card."""
    return list(Reason.objects.filter(is_active=True).order_by("kind", "party", "position", "id"))


def _dealer_groups(order):
    """Dealers for a select: with a recorded sum, then of the region, then all others."""
    quotes = dict(DealerQuote.objects.filter(order=order).values_list("dealer_id", "total"))
    additional = Dealer.additional_places.through.objects.filter(
        dealer_id=OuterRef("pk"), place_id__in=order.place.covering_ids
    )
    dealers = (
        Dealer.objects.filter(is_active=True)
        .exclude(pk=order.dealer_id)
        .annotate(
            nearness=Case(
                When(pk__in=list(quotes), then=Value(0)),
                When(main_region_id=order.region_id, then=Value(1)),
                When(Exists(additional), then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("name")
    )
    groups = ([], [], [])
    for dealer in dealers:
        total = quotes.get(dealer.pk)
        name = f"{dealer.name} · {money(total)}" if total is not None else dealer.name
        groups[dealer.nearness].append((dealer.pk, name))
    titles = (_("Can deliver the order"), _("Others of the region"), _("Other regions"))
    return [(title, group) for title, group in zip(titles, groups, strict=True) if group]
