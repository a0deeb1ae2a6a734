"""Promotions in the workspace: what the manufacturer reads and administrators edit, the dealer's
choice.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from catalog.promotions.forms import PromotionFilter, PromotionForm
from catalog.promotions.models import Promotion, PromotionState
from catalog.promotions.selectors import (
    promotion_history,
    promotions_for_list,
    promotions_of_dealer,
    with_examples,
)
from catalog.promotions.services import (
    create_promotion,
    edit_promotion,
    end_promotion,
    join,
    leave,
)
from dealers.access import AdministratorMixin, DealerMixin, ManufacturerMixin
from dealers.models import Dealer
from dealers.services.errors import Refused
from dealers.views.paging import FilteredList

FIELD_NAMES = {
    "name": gettext_lazy("Name of the promotion"),
    "text": gettext_lazy("Text for customers"),
    "picture": gettext_lazy("Picture"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "percent": gettext_lazy("Discount, %"),
    "regions": gettext_lazy("Regions"),
    "categories": gettext_lazy("Categories"),
    "products": gettext_lazy("Single products"),
    "ended_at": gettext_lazy("Ended before its time"),
}


class NowMixin:
    """The clock, read once a request."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()


class PromotionList(ManufacturerMixin, NowMixin, FilteredList):
    """All promotions with their state and how many dealers have joined."""

    template_name = "promotions/list.html"
    filter_class = PromotionFilter
    sorts = {
        "starts": ("-starts_on", "-id"),
        "ends": ("ends_on", "id"),
        "name": ("sort_name", "id"),
        "dealers": ("dealers", "id"),
    }

    def get_queryset(self):
        return promotions_for_list()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [(promotion, promotion.state_at(self.now)) for promotion in context["page"]]
        return context | {"rows": rows}


class PromotionMixin(ManufacturerMixin, NowMixin):
    """About one promotion."""

    @cached_property
    def promotion(self):
        return get_object_or_404(Promotion, pk=self.kwargs["pk"])

    @property
    def is_over(self):
        return self.promotion.state_at(self.now) == PromotionState.OVER

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            promotion=self.promotion,
            state=self.promotion.state_at(self.now),
            is_over=self.is_over,
            **kwargs,
        )


class PromotionPage(PromotionMixin, TemplateView):
    """A promotion, the dealers that joined it, what was changed."""

    template_name = "promotions/page.html"

    def get_context_data(self, **kwargs):
        history = promotion_history(self.promotion)
        for entry in history:
            for change in entry["changes"]:
                change["name"] = FIELD_NAMES.get(change["field"], change["field"])
        joined = self.promotion.joined.select_related("dealer__main_region", "joined_by")
        return super().get_context_data(
            regions=list(self.promotion.regions.order_by("name")),
            categories=list(self.promotion.categories.all()),
            products=list(self.promotion.products.order_by("name")),
            joined=list(joined.order_by("dealer__name")),
            history=history,
            asks=self.request.GET.get("ask") == "end"
            and self.request.user.is_administrator
            and not self.is_over,
            **kwargs,
        )


class PromotionAdd(AdministratorMixin, NowMixin, FormView):
    """A new promotion."""

    template_name = "promotions/form.html"
    form_class = PromotionForm

    def form_valid(self, form):
        promotion = create_promotion(values=form.values, by=self.request.user, now=self.now)
        messages.success(self.request, _("The promotion is created. Dealers can join it."))
        return redirect("promotion", pk=promotion.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PromotionEdit(AdministratorMixin, PromotionMixin, FormView):
    """Other words, days or products for a promotion."""

    template_name = "promotions/form.html"
    form_class = PromotionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"promotion": self.promotion}

    def get(self, request, *args, **kwargs):
        if self.is_over:
            messages.info(request, _("The promotion is over. Create a new one."))
            return redirect("promotion", pk=self.promotion.pk)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            is_changed = edit_promotion(
                promotion_id=self.promotion.pk,
                values=form.values,
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                now=self.now,
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        if is_changed:
            messages.success(self.request, _("The promotion is saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("promotion", pk=self.promotion.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PromotionEnd(AdministratorMixin, PromotionMixin, View):
    """Ends a promotion for good; its page has asked before."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        end_promotion(promotion_id=self.promotion.pk, by=request.user, now=self.now)
        messages.success(request, _("The promotion is over: prices are without its discount."))
        return redirect("promotion", pk=pk)


class OwnPromotions(DealerMixin, NowMixin, TemplateView):
    """The promotions that concern the dealer's territory, to join or to leave."""

    template_name = "promotions/own.html"

    def get_context_data(self, **kwargs):
        dealer = self.request.user.dealer
        found = with_examples(promotions_of_dealer(dealer, now=self.now), dealer)
        rows = [(one, one.state_at(self.now), examples) for one, examples in found]
        return super().get_context_data(rows=rows, tab="promotions", **kwargs)


class JoinMixin(NowMixin):
    """Joins or leaves (``joins`` comes from the address) for the dealer of the request."""

    http_method_names = ("post", "options")
    joins = True

    def change(self, promotion_id, dealer):
        work = join if self.joins else leave
        try:
            promotion = work(
                promotion_id=promotion_id, dealer=dealer, by=self.request.user, now=self.now
            )
        except Promotion.DoesNotExist as error:
            raise Http404 from error
        except Refused as refusal:
            messages.error(self.request, refusal.message)
            return
        if self.joins:
            words = _("“%(dealer)s” takes part in “%(promotion)s”.")
        else:
            words = _("“%(dealer)s” takes part in “%(promotion)s” no more.")
        messages.success(self.request, words % {"dealer": dealer, "promotion": promotion})


class PromotionJoin(DealerMixin, JoinMixin, View):
    """By the dealer itself."""

    def post(self, request, pk):
        self.change(pk, request.user.dealer)
        return redirect("own_promotions")


class DealerPromotion(ManufacturerMixin, JoinMixin, View):
    """By the manufacturer, for a dealer."""

    def post(self, request, pk):
        dealer = get_object_or_404(Dealer, pk=pk)
        chosen = request.POST.get("promotion", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            self.change(int(chosen), dealer)
        else:
            messages.error(request, _("Choose a promotion from the list."))
        return redirect("dealer_card", pk=dealer.pk)
