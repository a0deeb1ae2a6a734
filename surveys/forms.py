"""Forms about surveys and reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dealers.ratings import BEST, WORST
from surveys.models import Purpose, QuestionKind, SurveySettings
from surveys.models.questions import MOST_OPTIONS
from surveys.services.questions import Wording
from surveys.services.settings import NUMBERS

LONGEST_REVIEW, LONGEST_NAME, LONGEST_OPTION = 2000, 60, 150
STARS = [(str(number), str(number)) for number in range(WORST, BEST + 1)]


class ReviewForm(forms.Form):
    """A review with the consent that makes it public."""

    text = forms.CharField(
        label=_("Your review"),
        max_length=LONGEST_REVIEW,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please write a few words.")},
    )
    name = forms.CharField(
        label=_("Name shown with the review"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Write how to call you.")},
    )
    consent = forms.BooleanField(
        label=_("Publish my review on the dealer's page"),
        error_messages={"required": _("Without this consent the review is not published.")},
    )


class ShortForm(ReviewForm):
    """A review alone, without the survey: with stars of its own."""

    stars = forms.ChoiceField(
        label=_("Your rating"),
        choices=STARS,
        error_messages={"required": _("Please choose an answer.")},
    )

    @property
    def stars_chosen(self):
        """The stars as they stand in the page."""
        return self["stars"].value()


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=250)


class ReplyForm(forms.Form):
    """The dealer's public answer; empty takes it back."""

    reply = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettingsForm(forms.ModelForm):
    """When surveys go out and what ratings are worth."""

    is_enabled = forms.BooleanField(
        label=_("Send surveys after orders close"),
        required=False,
        help_text=_(
            "From the moment of switching on: customers of orders that closed earlier are not "
            "written to."
        ),
    )

    class Meta:
        model = SurveySettings
        fields = NUMBERS
        labels = {
            "reminder_days": _("Remind after, days"),
            "open_days": _("A survey is open for, days"),
            "points_5": _("5 stars"),
            "points_4": _("4 stars"),
            "points_3": _("3 stars"),
            "points_2": _("2 stars"),
            "points_1": _("1 star"),
        }
        help_texts = {
            "reminder_days": _("Once, where there is no answer; 0: no reminder."),
            "open_days": _("After that the link answers no more."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["is_enabled"] = self.instance.enabled_since is not None

    @property
    def numbers(self):
        return {name: self.cleaned_data[name] for name in NUMBERS}

    @property
    def point_fields(self):
        return [self[f"points_{stars}"] for stars in range(BEST, WORST - 1, -1)]


class QuestionForm(forms.Form):
    """A question of the survey."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    text = forms.CharField(label=_("Question"), max_length=300)
    hint = forms.CharField(
        label=_("Hint"), max_length=300, required=False, help_text=_("small, under the question")
    )
    options = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("each on a line of its own; only for one choice and several choices"),
    )
    for_sold = forms.BooleanField(label=_("sold"), required=False)
    for_unsold = forms.BooleanField(label=_("not sold"), required=False)
    for_cancelled = forms.BooleanField(label=_("cancelled by the customer"), required=False)
    is_required = forms.BooleanField(label=_("An answer is required"), required=False)
    purpose = forms.ChoiceField(
        label=_("What the answer is used for besides the results"),
        required=False,
        choices=[("", _("nothing else")), *Purpose.choices],
    )

    def __init__(self, *args, question=None, **kwargs):
        if question is not None:
            kwargs["initial"] = {
                name: getattr(question, name)
                for name in (
                    *("kind", "text", "hint", "purpose", "is_required"),
                    *("for_sold", "for_unsold", "for_cancelled"),
                )
            } | {"options": "\n".join(question.options)}
        else:
            kwargs.setdefault("initial", {"for_sold": True, "kind": QuestionKind.STARS})
        super().__init__(*args, **kwargs)

    def clean_options(self):
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines()]
        options = tuple(line for line in lines if line)
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most 12 choices."))
        if any(len(option) > LONGEST_OPTION for option in options):
            raise forms.ValidationError(_("A choice is at most 150 characters long."))
        return options

    @property
    def wording(self):
        return Wording(**self.cleaned_data)

    @property
    def outcome_fields(self):
        return [self["for_sold"], self["for_unsold"], self["for_cancelled"]]
