"""A dealer's points: the ledger and manual entries."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from dealers.access import AdministratorMixin, WorkspaceMixin
from dealers.forms import PointsForm
from dealers.models import PointsEntry, SystemSettings
from dealers.selectors import dealers_visible_to, mark_open_orders, points_summary
from dealers.services.points import LedgerMoved, enter_points, newest_entry_id
from dealers.views.paging import PAGE_SIZE
from suz.common.keyset import paginate


class PointsLedger(WorkspaceMixin, TemplateView):
    """Every movement of a dealer's points, newest first; administrators add theirs here."""

    template_name = "dealers/points.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def get_context_data(self, form=None, **kwargs):
        user, query = self.request.user, self.request.GET
        dealer = get_object_or_404(dealers_visible_to(user), pk=self.kwargs["pk"])
        page = paginate(
            PointsEntry.objects.filter(dealer=dealer).select_related("created_by"),
            keys=("-id",),
            size=PAGE_SIZE,
            after=query.get("after", ""),
            before=query.get("before", ""),
        )
        mark_open_orders(page.rows, user)
        if form is None and user.is_administrator:
            form = PointsForm(initial={"seen": newest_entry_id(dealer.pk)})
        return super().get_context_data(
            dealer=dealer,
            page=page,
            month=points_summary(dealer.pk, now=self.now),
            settings=SystemSettings.load(),
            form=form,
            **kwargs,
        )


class PointsAdd(AdministratorMixin, PointsLedger):
    """A manual entry; with errors the ledger is shown again with what was typed."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        dealer = get_object_or_404(dealers_visible_to(request.user), pk=pk)
        form = PointsForm(request.POST)
        if form.is_valid():
            try:
                entry = enter_points(
                    dealer_id=dealer.pk,
                    amount=form.cleaned_data["amount"],
                    reason=form.cleaned_data["reason"],
                    seen_entry=form.cleaned_data["seen"],
                    by=request.user,
                    now=self.now,
                )
            except LedgerMoved as refusal:
                form.add_error(None, refusal.message)
                # What is shown now is what the next try has seen.
                form.data = form.data.copy()
                form.data["seen"] = newest_entry_id(dealer.pk)
            else:
                messages.success(request, self._answer(entry))
                return redirect("dealer_points", pk=dealer.pk)
        return self.render_to_response(self.get_context_data(form=form, pk=pk))

    @staticmethod
    def _answer(entry):
        number = abs(entry.amount)
        text = (
            ngettext("%(number)s point added.", "%(number)s points added.", number)
            if entry.amount > 0
            else ngettext("%(number)s point taken.", "%(number)s points taken.", number)
        ) % {"number": number_format(number)}
        return f"{text} " + _("Balance: %(balance)s.") % {"balance": number_format(entry.balance)}
