"""What surveys keep of customers: answers, for the history, the customer's file and erasure."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from orders.customer_history import Section, Source, timed
from surveys.export import cell
from surveys.models import Answer, Invitation, Review
from surveys.services.erasing import erase_words
from suz.common.erasing import ERASED


class Surveys(Source):
    """Surveys that the customer has answered, by when."""

    code = "surveys"
    title = gettext_lazy("Surveys")
    template = "surveys/customer_survey.html"

    def rows(self, customer, orders):
        surveys = Invitation.objects.filter(order__in=orders, answered_at__isnull=False)
        return timed(surveys, "answered_at").select_related("review")

    def sections(self, customer, orders):
        answers = {
            "order": _("Order"),
            "at": _("Time"),
            "question": _("Question"),
            "answer": pgettext("survey", "Answer"),
        }
        found = Answer.objects.filter(invitation__order__in=orders).select_related(
            "invitation", "question"
        )
        said = [
            {
                "order": one.invitation.order_id,
                "at": one.invitation.answered_at or one.invitation.started_at,
                "question": one.question.text,
                "answer": cell(one.question, one),
            }
            for one in found.order_by("invitation", "pk")
        ]
        reviews = {"at": _("Time"), "stars": _("Stars"), "name": _("Name"), "text": _("Text")}
        written = [
            {"at": one.created_at, "stars": one.stars, "name": one.name, "text": one.text}
            for one in Review.objects.filter(survey__order__in=orders).order_by("pk")
        ]
        return [
            Section(self.code, _("Surveys"), answers, said),
            Section("reviews", _("Reviews"), reviews, written),
        ]

    def erase(self, orders, words):
        """Texts and names go; stars and choices stay in the results as nobody's."""
        erase_words(orders=orders, erased=ERASED, now=timezone.now())
        return []
