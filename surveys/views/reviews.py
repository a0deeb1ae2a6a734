"""Reviews in the workspace: moderation by the manufacturer, dealers' answers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from dealers.access import AdministratorMixin, DealerMixin, ManufacturerMixin, WorkspaceMixin
from dealers.services.errors import Refused
from dealers.views.paging import FilteredList
from surveys.filters import ReviewFilter
from surveys.forms import ReasonForm, ReplyForm
from surveys.models import Review
from surveys.services.reviews import (
    hide_reply,
    publish_review,
    reject_review,
    reply_to_review,
)
from suz.common.returning import own_path


class ReviewList(WorkspaceMixin, FilteredList):
    """All reviews for the manufacturer, its published ones for a dealer, the newest first."""

    template_name = "surveys/reviews.html"
    filter_class = ReviewFilter
    sorts = {"newest": ("-created_at", "-id")}
    page_size = 20

    def get_queryset(self):
        return Review.objects.visible_to(self.request.user).select_related(
            "dealer", "survey__order__place", "moderated_by"
        )

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            waiting=Review.objects.waiting().count() if user.is_manufacturer else 0, **kwargs
        )


class ReviewChange(View):
    """Something done to a review that the person may read; goes on where it was asked for."""

    http_method_names = ("post", "options")
    said = ""

    def post(self, request, pk):
        review = get_object_or_404(Review.objects.visible_to(request.user), pk=pk)
        try:
            self.work(review)
        except Review.DoesNotExist as error:
            raise Http404 from error
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, self.said)
        return redirect(self._back(pk))

    def _back(self, pk):
        back = own_path(self.request.POST.get("next", ""))
        return back or f"{reverse('review_list')}#review-{pk}"


class ReviewPublish(ManufacturerMixin, ReviewChange):
    """Lets everybody read it."""

    def work(self, review):
        publish_review(review_id=review.pk, by=self.request.user, now=timezone.now())
        self.said = _("The review is published.")


class ReviewReject(ManufacturerMixin, ReviewChange):
    """Keeps it from the public."""

    def work(self, review):
        form = ReasonForm(self.request.POST)
        form.is_valid()
        reject_review(
            review_id=review.pk,
            reason=form.cleaned_data.get("reason", ""),
            by=self.request.user,
            now=timezone.now(),
        )
        self.said = _("The review is rejected.")


class ReviewReply(DealerMixin, ReviewChange):
    """The dealer's public answer."""

    def work(self, review):
        form = ReplyForm(self.request.POST)
        if not form.is_valid():
            raise Refused(_("The answer is at most 1,000 characters long."))
        reply_to_review(
            review_id=review.pk,
            text=form.cleaned_data["reply"],
            by=self.request.user,
            now=timezone.now(),
        )
        self.said = (
            _("Your answer is published.")
            if form.cleaned_data["reply"]
            else _("Your answer is taken back.")
        )


class ReplyHide(AdministratorMixin, ReviewChange):
    """Hides a dealer's answer, or shows it again (``is_hidden`` comes from the address)."""

    is_hidden = True

    def work(self, review):
        hide_reply(
            review_id=review.pk, is_hidden=self.is_hidden, by=self.request.user, now=timezone.now()
        )
        self.said = (
            _("The answer is hidden.") if self.is_hidden else _("The answer is shown again.")
        )
