"""The list of dealers, a dealer's card and its switches."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DetailView, FormView, RedirectView

from dealers.access import AdministratorMixin, DealerMixin, ManufacturerMixin, WorkspaceMixin
from dealers.checklist import with_progress
from dealers.export import TITLES, export_rows
from dealers.filters import DealerFilter
from dealers.forms import TermsForm
from dealers.models import Dealer, PointsEntry
from dealers.selectors import (
    dealers_for_list,
    dealers_visible_to,
    history_of,
    mark_open_orders,
)
from dealers.services.terms import change_terms
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList

LATEST_ENTRIES = 5


class DealerList(ManufacturerMixin, FilteredList):
    """Dealers with the columns of the case."""

    template_name = "dealers/list.html"
    filter_class = DealerFilter
    sorts = {
        "name": ("sort_name", "id"),
        "region": ("region_name", "sort_name", "id"),
        "points": ("points", "id"),
        "orders": ("orders_count", "id"),
        "registered": ("registered_at", "id"),
    }

    def get_queryset(self):
        return dealers_for_list()


class DealerExport(TableExportMixin, ManufacturerMixin, View):
    """What the filters of the list show, as a table for download."""

    resumes_at = "dealer_list"
    table = "dealers"
    titles = TITLES

    def get_queryset(self):
        narrowed = DealerFilter(self.request.GET, queryset=dealers_for_list(), request=self.request)
        return narrowed.qs.order_by("sort_name", "pk")

    def rows(self, found):
        return export_rows(found)


class DealerCard(WorkspaceMixin, DetailView):
    """Everything about one dealer, for the manufacturer and for the dealer itself."""

    template_name = "dealers/card.html"
    context_object_name = "dealer"

    def get_queryset(self):
        dealers = dealers_visible_to(self.request.user).select_related("main_region")
        return with_progress(dealers)

    def get_context_data(self, **kwargs):
        user, dealer = self.request.user, self.object
        outlets = list(dealer.outlets.select_related("city"))
        entries = list(
            PointsEntry.objects.filter(dealer=dealer)
            .select_related("created_by")
            .order_by("-id")[:LATEST_ENTRIES]
        )
        mark_open_orders(entries, user)
        return super().get_context_data(
            outlets=outlets,
            pins=[
                {
                    "latitude": outlet.latitude,
                    "longitude": outlet.longitude,
                    "title": outlet.address,
                    "text": outlet.hours,
                }
                for outlet in outlets
            ],
            places=list(dealer.additional_places.select_related("parent").order_by("name")),
            phones=list(dealer.phones.all()),
            managers=list(dealer.managers.order_by("-is_active", "-is_head", "name")),
            entries=entries,
            history=history_of(dealer) if user.is_manufacturer else [],
            **kwargs,
        )


class OwnDealer(DealerMixin, RedirectView):
    """A dealer's manager goes to a page of the own dealer."""

    def get_redirect_url(self, *args, **kwargs):
        self.pattern_name = kwargs.pop("page", "dealer_card")
        return super().get_redirect_url(pk=self.request.user.dealer_id)


class DealerTerms(AdministratorMixin, FormView):
    """The administrator's switches of a dealer."""

    template_name = "dealers/terms.html"
    form_class = TermsForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    @cached_property
    def dealer(self):
        return get_object_or_404(Dealer, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.dealer}

    def get_context_data(self, **kwargs):
        return super().get_context_data(dealer=self.dealer, **kwargs)

    def form_valid(self, form):
        changed = change_terms(
            dealer_id=self.dealer.pk,
            switches=form.switches,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            now=self.now,
        )
        if not changed:
            messages.info(self.request, _("Nothing has changed."))
        elif "is_active" in changed and not form.switches["is_active"]:
            messages.success(
                self.request, _("The dealer is switched off; its managers are logged out.")
            )
        else:
            messages.success(self.request, _("The dealer's terms are saved."))
        return redirect("dealer_card", pk=self.dealer.pk)
