"""What people fill in about complaints."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.complaints.working import owners
from orders.filters import DateInput
from orders.forms import AttachmentsField, FilesInput
from orders.models import Outcome, Reason, ReasonKind
from suz.common.attachments import ACCEPT
from suz.common.search import ID_DIGITS, digits_of

LONGEST = 4_000


class TextForm(forms.Form):
    """Words, with files where the step takes them. ``seen`` is read by the view."""

    name = ""
    label = _("Text")
    hint = ""
    has_files = True

    text = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    files = AttachmentsField(
        label=_("Files"),
        required=False,
        help_text=_("Pictures, PDF, xlsx, docx, csv; up to five files of 10 MB"),
        widget=FilesInput(attrs={"accept": ACCEPT, "class": "form-control"}),
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", f"{self.name}_%s")
        super().__init__(*args, **kwargs)
        self.fields["text"].label = self.label
        self.fields["text"].help_text = self.hint
        if not self.has_files:
            del self.fields["files"]


class NoteForm(TextForm):
    name = "note"
    label = _("Note")
    hint = _("Neither the customer nor the dealer reads it.")


class AskForm(TextForm):
    name = "ask"
    label = _("Question to the dealer")
    hint = _("The dealer is told at once and sees the text of the complaint.")


class StatementForm(TextForm):
    name = "statement"
    label = _("Your statement")
    hint = _("The manufacturer reads it, the customer does not.")


class ReopenForm(TextForm):
    name = "reopen"
    label = _("Why it is opened again")
    hint = _("The dealer reads it. Points that were taken are given back.")
    has_files = False


class AnswerForm(TextForm):
    """The answer; with an outcome the complaint is closed at once."""

    name = "answer"
    label = _("Answer to the customer")
    hint = _("It goes out by mail or SMS and stands on the page of the order.")
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[
            ("", _("to be decided later")),
            (Outcome.JUSTIFIED.value, _("justified: points are taken from the dealer")),
            (Outcome.UNJUSTIFIED.value, _("not justified")),
        ],
    )


class CloseForm(forms.Form):
    """What an answered complaint was found to be."""

    name = "close"
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (Outcome.JUSTIFIED.value, _("justified: points are taken from the dealer")),
            (Outcome.UNJUSTIFIED.value, _("not justified")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the complaint is justified.")},
    )


class GiveForm(forms.Form):
    """Who is responsible."""

    name = "give"
    owner = forms.ModelChoiceField(
        label=_("Responsible"),
        queryset=None,
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person from the list.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"{self.name}_%s", **kwargs)
        self.fields["owner"].queryset = owners()


class CategoryMixin:
    """The field of the category, of those in use now; ``also`` is one that the complaint has."""

    def set_categories(self, also=None):
        found = list(
            Reason.objects.filter(kind=ReasonKind.COMPLAINT, is_active=True).order_by(
                "position", "id"
            )
        )
        if also is not None and also not in found:
            found.append(also)
        field = self.fields["category"]
        field.choices = [("", _("Choose from the list")), *((one.pk, one.text) for one in found)]


class ChangeForm(CategoryMixin, forms.Form):
    """Category and term."""

    name = "change"
    category = forms.TypedChoiceField(label=_("Category"), coerce=int)
    due_on = forms.DateField(label=_("Answer by"), widget=DateInput)

    def __init__(self, *args, complaint, **kwargs):
        initial = {"category": complaint.category_id, "due_on": complaint.due_on}
        super().__init__(*args, auto_id=f"{self.name}_%s", initial=initial, **kwargs)
        self.set_categories(complaint.category)


class ComplaintForm(CategoryMixin, TextForm):
    """A new complaint. ``key`` makes one complaint of a form that is sent twice."""

    name = "complaint"
    label = _("What happened")
    category = forms.TypedChoiceField(
        label=_("What it is about"),
        coerce=int,
        error_messages={
            "required": _("Choose what the complaint is about."),
            "invalid_choice": _("Choose what the complaint is about."),
        },
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ("category", "text", "files")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("key", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.set_categories()

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()


class AgainForm(TextForm):
    """What a customer adds to a complaint."""

    name = "again"
    label = _("What else is to be said")


class AddForm(ComplaintForm):
    """A complaint that somebody of the manufacturer writes down for a customer."""

    order = forms.CharField(
        label=_("Order number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the order in digits.")},
    )

    field_order = ("order", "category", "text", "files")

    def clean_order(self):
        digits = digits_of(self.cleaned_data["order"])
        if not digits or len(digits) > ID_DIGITS:
            raise forms.ValidationError(_("Write the number of the order in digits."))
        return int(digits)
