"""The attention list, and what a person of the manufacturer does about an order on it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from distribution import attention
from distribution.forms.assigning import AssignForm
from distribution.services import advance
from orders.models import AttentionReason, Order
from orders.services import accepting
from orders.services.attention import resolve_attention
from orders.services.errors import OrderError
from suz.common.access import ManufacturerMixin


class AttentionList(ManufacturerMixin, View):
    """Orders that need a person, the newest cause first."""

    def get(self, request):
        reason = request.GET.get("reason", "")
        if reason not in AttentionReason.values:
            reason = ""
        counts = attention.count_by_reason()
        page, cases = attention.cases(
            reason=reason,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            total=counts[reason],
        )
        filters = [
            {"reason": code, "name": name, "total": counts[code], "is_current": code == reason}
            for code, name in [("", _("All")), *AttentionReason.choices]
            if counts[code].count or code in ("", reason)
        ]
        context = {"page": page, "cases": cases, "filters": filters, "reason": reason}
        return render(request, "distribution/attention/list.html", context)


class AttentionAction(ManufacturerMixin, View):
    """Something done about one order; the list comes back with a toast."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def get_order(self, pk):
        return get_object_or_404(Order.objects.alive().select_related("place", "region"), pk=pk)

    def back(self):
        """Where the button stood: the list, which sends its filter along, or the order's card."""
        reason = self.request.POST.get("reason")
        if reason is None:
            return redirect("order_card", pk=self.kwargs["pk"])
        query = {"reason": reason} if reason in AttentionReason.values else {}
        return redirect(reverse("attention_list", query=query))


class AttentionAssign(AttentionAction):
    """Give the order to a dealer: those that can deliver first, why the others cannot."""

    def groups(self, order):
        return attention.assignable_dealers(order, now=self.now)

    def get(self, request, pk):
        order = self.get_order(pk)
        return self.page(order, AssignForm(groups=self.groups(order)))

    def post(self, request, pk):
        order = self.get_order(pk)
        form = AssignForm(
            request.POST, groups=attention.assignable_dealers(order, now=timezone.now())
        )
        if not form.is_valid():
            form.mark_errors()
            return self.page(order, form, status=422)
        try:
            order = accepting.assign(
                order_id=pk, dealer_id=form.cleaned_data["dealer"], by=request.user, now=self.now
            )
        except OrderError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(
                request,
                _("Order № %(number)s is given to %(dealer)s.")
                % {"number": pk, "dealer": order.dealer},
            )
        return self.back()

    def page(self, order, form, status=200):
        reason = self.request.POST.get("reason") or self.request.GET.get("reason", "")
        context = {"order": order, "form": form, "reason": reason}
        template = "page" if not self.request.htmx else "form"
        return render(
            self.request, f"distribution/attention/assign_{template}.html", context, status=status
        )


class AttentionSeen(AttentionAction):
    """Take the order off the list: a person has seen to it."""

    http_method_names = ["post"]

    def post(self, request, pk):
        self.get_order(pk)
        causes = [one for one in request.POST.getlist("cause") if one in AttentionReason.values]
        resolve_attention(order_id=pk, reasons=causes or None, by=request.user, now=self.now)
        messages.success(
            request, _("Order № %(number)s is off the attention list.") % {"number": pk}
        )
        return self.back()


class DistributionRestart(AttentionAction):
    """Start the distribution of the order again, with its first stage at once."""

    http_method_names = ["post"]

    def post(self, request, pk):
        self.get_order(pk)
        try:
            accepting.return_to_distribution(order_id=pk, by=request.user, now=self.now)
        except OrderError as refusal:
            messages.error(request, refusal.message)
            return self.back()
        advance(order_id=pk, now=self.now)
        messages.success(
            request, _("Distribution of order № %(number)s has started again.") % {"number": pk}
        )
        return self.back()
