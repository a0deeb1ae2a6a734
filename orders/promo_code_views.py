"""Promo codes in the workspace: the manufacturer reads them, administrators edit."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from dealers.models import User
from dealers.views.paging import FilteredList
from orders.models import Order, PromoCode
from orders.promo_code_forms import PromoCodeFilter, PromoCodeForm
from orders.services.errors import OrderError
from orders.services.promo_code_editing import (
    CodeTaken,
    TooFewUses,
    create_code,
    edit_code,
    is_fixed,
    switch_code,
)
from suz.common.access import AdministratorMixin, ManufacturerMixin
from suz.common.keyset import paginate

USES_ON_PAGE = 50
SHOWN_CHANGES = 20
FIELD_NAMES = {
    "code": gettext_lazy("Code"),
    "percent": gettext_lazy("Per cent"),
    "amount": gettext_lazy("Rubles"),
    "min_sum": gettext_lazy("Least sum of goods, ₽"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "max_uses": gettext_lazy("How many times"),
    "regions": gettext_lazy("Regions"),
    "note": gettext_lazy("Note for staff"),
    "is_active": gettext_lazy("Switched on"),
}


class PromoCodeList(ManufacturerMixin, FilteredList):
    """All codes with their state and uses."""

    template_name = "orders/promo_codes/list.html"
    filter_class = PromoCodeFilter
    sorts = {"new": ("-id",), "code": ("code", "id"), "uses": ("uses", "id")}

    def get_queryset(self):
        return PromoCode.objects.prefetch_related("regions")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        return context | {"rows": [(code, code.state_at(now)) for code in context["page"]]}


class PromoCodeMixin(ManufacturerMixin):
    """About one code."""

    @cached_property
    def promo_code(self):
        return get_object_or_404(PromoCode, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            promo_code=self.promo_code, state=self.promo_code.state_at(timezone.now()), **kwargs
        )


class PromoCodePage(PromoCodeMixin, TemplateView):
    """A code with the orders that have it, and what was changed."""

    template_name = "orders/promo_codes/page.html"

    def get_context_data(self, **kwargs):
        orders = (
            Order.objects.visible_to(self.request.user)
            .filter(promo_code=self.promo_code)
            .select_related("place", "dealer")
        )
        page = paginate(
            orders,
            keys=("-id",),
            size=USES_ON_PAGE,
            after=self.request.GET.get("after", ""),
            before=self.request.GET.get("before", ""),
        )
        return super().get_context_data(
            page=page,
            regions=list(self.promo_code.regions.order_by("name")),
            history=self.history(),
            **kwargs,
        )

    def history(self):
        """What was done to the code and by whom, newest first."""
        events = list(
            self.promo_code.events.order_by("-pgh_id").values(
                "pgh_created_at", "pgh_context__metadata"
            )[:SHOWN_CHANGES]
        )
        facts = [event["pgh_context__metadata"] or {} for event in events]
        people = User.objects.in_bulk({one["user"] for one in facts if "user" in one})
        return [
            {
                "at": event["pgh_created_at"],
                "by": people.get(one.get("user")),
                "changes": [
                    change | {"name": FIELD_NAMES.get(change["field"], change["field"])}
                    for change in one.get("changes", [])
                ],
            }
            for event, one in zip(events, facts, strict=True)
        ]


class PromoCodeAdd(AdministratorMixin, FormView):
    """A new code."""

    template_name = "orders/promo_codes/form.html"
    form_class = PromoCodeForm

    def form_valid(self, form):
        try:
            code = create_code(values=form.values, by=self.request.user, now=timezone.now())
        except CodeTaken as refusal:
            form.add_error("code", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Promo code %(code)s is created.") % {"code": code})
        return redirect("promo_code", pk=code.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PromoCodeEdit(AdministratorMixin, PromoCodeMixin, FormView):
    """Other terms for a code; what it takes off is fixed by the first use."""

    template_name = "orders/promo_codes/form.html"
    form_class = PromoCodeForm

    @cached_property
    def is_fixed(self):
        return is_fixed(self.promo_code)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "promo_code": self.promo_code,
            "is_fixed": self.is_fixed,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(is_fixed=self.is_fixed, **kwargs)

    def form_valid(self, form):
        try:
            is_changed = edit_code(
                code_id=self.promo_code.pk,
                values=form.values,
                seen=form.cleaned_data["seen"],
                by=self.request.user,
            )
        except TooFewUses as refusal:
            form.add_error("max_uses", refusal.message)
            return self.form_invalid(form)
        except CodeTaken as refusal:
            form.add_error("code", refusal.message)
            return self.form_invalid(form)
        except OrderError as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        if is_changed:
            messages.success(self.request, _("The promo code is saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("promo_code", pk=self.promo_code.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PromoCodeSwitch(AdministratorMixin, PromoCodeMixin, View):
    """Switches a code (``is_active`` comes from the address)."""

    http_method_names = ("post", "options")
    is_active = False

    def post(self, request, pk):
        switch_code(code_id=self.promo_code.pk, is_active=self.is_active, by=request.user)
        if self.is_active:
            messages.success(request, _("The promo code works again."))
        else:
            messages.success(
                request, _("The promo code is switched off; orders that have it keep it.")
            )
        return redirect("promo_code", pk=pk)
