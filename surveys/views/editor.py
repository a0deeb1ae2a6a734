"""The survey's editor and settings, a tab of the settings, for administrators."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from dealers.access import AdministratorMixin
from dealers.second_factor import ReauthenticationMixin
from surveys.answers import AnswerForm
from surveys.forms import QuestionForm, SettingsForm
from surveys.models import Question, SurveySettings
from surveys.outcomes import Outcome
from surveys.services.questions import (
    QuestionRefused,
    add_question,
    edit_question,
    move_question,
    remove_question,
    switch_question,
)
from surveys.services.settings import save_survey_settings


class SurveySettingsPage(ReauthenticationMixin, AdministratorMixin, FormView):
    """Questions in order, when surveys go out, what ratings are worth."""

    template_name = "surveys/settings.html"
    form_class = SettingsForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": SurveySettings.load()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            questions=list(Question.objects.current()), outcomes=list(Outcome), **kwargs
        )

    def form_valid(self, form):
        changed = save_survey_settings(
            is_enabled=form.cleaned_data["is_enabled"],
            numbers=form.numbers,
            by=self.request.user,
            now=timezone.now(),
        )
        if changed:
            messages.success(self.request, _("The settings are saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("survey_settings")

    def form_invalid(self, form):
        # A model form has put what was typed into its record.
        return self.render_to_response(self.get_context_data(form=form), status=422)


class QuestionMixin(AdministratorMixin):
    """A question's form."""

    template_name = "surveys/question.html"
    form_class = QuestionForm

    def form_valid(self, form):
        try:
            self.save(form.wording)
        except Question.DoesNotExist as error:
            raise Http404 from error
        except QuestionRefused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The question is saved."))
        return redirect(f"{reverse('survey_settings')}#questions")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class QuestionAdd(QuestionMixin, FormView):
    """A new question at the end."""

    def save(self, wording):
        add_question(wording=wording, by=self.request.user, now=timezone.now())


class QuestionEdit(QuestionMixin, FormView):
    """Another wording, or other settings, of a question."""

    @cached_property
    def question(self):
        return get_object_or_404(Question.objects.current(), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"question": self.question}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=self.question, has_answers=self.question.answers.exists(), **kwargs
        )

    def save(self, wording):
        edit_question(
            question_id=self.question.pk,
            wording=wording,
            by=self.request.user,
            now=timezone.now(),
        )


class QuestionChange(AdministratorMixin, View):
    """Moves, switches or takes out a question (``change`` comes from the address)."""

    http_method_names = ("post", "options")
    change = ""
    changes = {
        "up": (move_question, {"up": True}),
        "down": (move_question, {"up": False}),
        "on": (switch_question, {"is_active": True}),
        "off": (switch_question, {"is_active": False}),
        "remove": (remove_question, {}),
    }

    def post(self, request, pk):
        work, options = self.changes[self.change]
        try:
            work(question_id=pk, by=request.user, now=timezone.now(), **options)
        except Question.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("The survey is saved."))
        return redirect(f"{reverse('survey_settings')}#questions")


class SurveyPreview(AdministratorMixin, TemplateView):
    """The survey as customers see it, by outcome; nothing is kept."""

    template_name = "surveys/preview.html"

    def get_context_data(self, **kwargs):
        wanted = self.request.GET.get("outcome", "")
        outcome = Outcome(wanted) if wanted in Outcome.values else Outcome.SOLD
        form = AnswerForm(questions=Question.objects.asked_after(outcome))
        return super().get_context_data(
            form=form, outcome=outcome, outcomes=list(Outcome), **kwargs
        )
