"""What customers answered: results, the list of surveys, one survey, the table for download."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import TemplateView

from dealers.access import AdministratorMixin, WorkspaceMixin
from dealers.services.errors import Refused
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList
from surveys import export
from surveys.charts import columns
from surveys.filters import AnswersFilter, ResultsFilter, last_year
from surveys.forms import ReasonForm
from surveys.models import Answer, Invitation, SurveySettings
from surveys.selectors import results
from surveys.selectors.asking import questions_of
from surveys.services.voiding import void_survey
from suz.common.text import number

SHOWN_DEALERS = 15
NEWEST_FIRST = ("-answered_at", "-id")


class ResultsMixin(WorkspaceMixin):
    """Surveys that the person may read, narrowed by the address; of the last year unless asked."""

    filter_class = ResultsFilter

    @cached_property
    def narrowed(self):
        query = self.request.GET.copy()
        if "since" not in query:
            query["since"] = last_year().isoformat()
        surveys = Invitation.objects.visible_to(self.request.user).answered()
        return self.filter_class(query, queryset=surveys, request=self.request)


class SurveyResults(ResultsMixin, TemplateView):
    """Every question with its distribution, dealers side by side, months one after another."""

    template_name = "surveys/results.html"

    def get_context_data(self, **kwargs):
        surveys = self.narrowed.qs.counted()
        months = results.by_month(surveys)
        order, dealers = self._dealers(surveys)
        return super().get_context_data(
            tab="results",
            form=self.narrowed.form,
            is_narrowed=bool(self.request.GET),
            summary=results.summary(surveys),
            questions=results.by_question(surveys),
            dealers=dealers if "all" in self.request.GET else dealers[:SHOWN_DEALERS],
            dealers_total=len(dealers),
            order=order,
            months=months,
            columns=columns(
                months,
                value=lambda row: row.mean,
                text=lambda row: "" if row.mean is None else number(row.mean, 1),
                label=lambda row: row.month,
                title=_month_title,
            ),
            settings=SurveySettings.load(),
            **kwargs,
        )

    def _dealers(self, surveys):
        """The order of the table of dealers, and its rows; a dealer sees none."""
        order = self.request.GET.get("order", "")
        if order not in results.DEALER_ORDERS:
            order = results.DEALER_ORDERS[0]
        if not self.request.user.is_manufacturer:
            return order, []
        return order, results.in_order(results.by_dealer(surveys, middle=self._middle()), order)

    def _middle(self):
        """The moment halfway through the period."""
        data = self.narrowed.form.cleaned_data
        first = data.get("since") or last_year()
        last = data.get("until") or timezone.localdate()
        day = first + (last - first) / 2
        return timezone.now().replace(year=day.year, month=day.month, day=min(day.day, 28))


def _month_title(row):
    return ngettext("%(count)s answer", "%(count)s answers", row.count) % {"count": row.count}


class SurveyList(WorkspaceMixin, FilteredList):
    """Answered surveys, the newest first, with what customers wrote."""

    template_name = "surveys/list.html"
    filter_class = AnswersFilter
    sorts = {"newest": NEWEST_FIRST}
    page_size = 25

    def get_queryset(self):
        texts = Answer.objects.exclude(text="").select_related("question").order_by("id")
        return (
            Invitation.objects.visible_to(self.request.user)
            .answered()
            .select_related("dealer", "region")
            .prefetch_related(Prefetch("answers", texts, to_attr="texts"))
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(tab="answers", **kwargs)


class SurveyExport(TableExportMixin, WorkspaceMixin, View):
    """What the filters of the list show, as a table with a column for every question."""

    resumes_at = "survey_list"
    table = "surveys"

    @cached_property
    def questions(self):
        return export.export_questions()

    @property
    def titles(self):
        return export.titles(self.questions)

    def get_queryset(self):
        surveys = Invitation.objects.visible_to(self.request.user).answered()
        narrowed = AnswersFilter(self.request.GET, queryset=surveys, request=self.request)
        return narrowed.qs.order_by(*NEWEST_FIRST)

    def rows(self, found):
        return export.export_rows(found, self.questions)


class SurveyPage(WorkspaceMixin, TemplateView):
    """One survey with its answers; the customer is the order's matter."""

    template_name = "surveys/page.html"

    def get_context_data(self, form=None, **kwargs):
        survey = get_object_or_404(
            Invitation.objects.visible_to(self.request.user)
            .answered()
            .select_related("order", "dealer", "region", "voided_by", "review"),
            pk=self.kwargs["pk"],
        )
        given = {answer.question_id: answer for answer in survey.answers.all()}
        rows = [(one, given.get(one.pk)) for one in questions_of(survey)]
        review = getattr(survey, "review", None)
        if review and self.request.user.is_dealer and not review.is_published:
            review = None
        return super().get_context_data(
            survey=survey,
            rows=[(question, answer, export.cell(question, answer)) for question, answer in rows],
            review=review,
            form=form or ReasonForm(auto_id="void_%s"),
            asks=self.request.user.is_administrator and not survey.is_voided,
            **kwargs,
        )


class SurveyVoid(AdministratorMixin, SurveyPage):
    """An administrator takes a survey out of everything that it counted for."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        form = ReasonForm(request.POST, auto_id="void_%s")
        if form.is_valid():
            try:
                void_survey(
                    survey_id=pk,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    now=timezone.now(),
                )
            except Invitation.DoesNotExist as error:
                raise Http404 from error
            except Refused as refusal:
                form.add_error("reason", refusal.message)
            else:
                messages.success(
                    request, _("The survey does not count: points and review are taken back.")
                )
                return redirect("survey_page", pk=pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)
