"""A dealer's assortment: a grid that the dealer edits and the manufacturer reads."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import TemplateView

from catalog.grid import ORDER, Row, products_of
from catalog.models import Product, Service
from catalog.services.assortment import (
    change_many,
    last_change,
    save_rows,
    undo_last,
)
from catalog.services.dealer_services import save_services, services_of
from catalog.workspace.filters import AssortmentFilter
from catalog.workspace.forms import BulkForm, RowForm, ServiceForm
from dealers.access import DealerMixin, ManufacturerMixin
from dealers.models import Dealer
from dealers.services.errors import Refused
from dealers.services.terms import change_terms
from dealers.views.paging import FilteredList
from suz.common.search import ids_of

# What a dealer's managers may switch themselves; the rest of the terms is the manufacturer's.
OWN_SWITCHES = ("whole_line", "own_prices")
MAX_ROWS = 200


class Grid(FilteredList):
    """Products of the catalogue with the dealer's stock and prices."""

    template_name = "catalog/assortment/grid.html"
    filter_class = AssortmentFilter
    sorts = {"category": ORDER}
    may_edit = False

    @cached_property
    def dealer(self):
        return get_object_or_404(Dealer, pk=self.kwargs["pk"])

    def get_queryset(self):
        return products_of(self.dealer)

    def get_context_data(self, forms=None, bulk=None, notes=None, **kwargs):
        context = super().get_context_data(**kwargs)
        forms, notes = forms or {}, notes or {}
        rows = [
            row_of(product, self.dealer, forms.get(product.pk), notes.get(product.pk, ""))
            for product in context["page"]
        ]
        return context | {
            "dealer": self.dealer,
            "rows": rows,
            "may_edit": self.may_edit,
            "bulk": bulk or BulkForm(),
            "change": last_change(self.dealer.pk) if self.may_edit else None,
            "services": services_of(self.dealer.pk),
            "tab": "products",
        }


class DealerAssortment(ManufacturerMixin, Grid):
    """What a dealer has and at what prices, for the manufacturer to read."""


class Assortment(DealerMixin, Grid):
    """The dealer's own grid; without scripts it is one form."""

    may_edit = True

    @cached_property
    def dealer(self):
        return self.request.user.dealer

    def post(self, request):
        if "bulk" in request.POST:
            return self._change_many(request)
        return self._save(request)

    def _save(self, request):
        ids = ids_of(request.POST.getlist("row"))
        forms = {pk: RowForm(request.POST, prefix=str(pk)) for pk in ids[:MAX_ROWS]}
        right = {pk: form.edit for pk, form in forms.items() if form.is_valid()}
        saved = save_rows(dealer_id=self.dealer.pk, edits=right, by=request.user)
        if saved.changed:
            number = len(saved.changed)
            messages.success(
                request,
                ngettext("%(number)d product saved.", "%(number)d products saved.", number)
                % {"number": number},
            )
        wrong = {pk: form for pk, form in forms.items() if pk not in right}
        if not wrong and not saved.moved:
            if not saved.changed:
                messages.info(request, _("Nothing has changed."))
            return redirect(request.get_full_path())
        context = self.get_context_data(forms=wrong, notes={pk: moved_note() for pk in saved.moved})
        return self.render_to_response(context, status=422)

    def _change_many(self, request):
        bulk = BulkForm(request.POST)
        if bulk.is_valid():
            ids = self._chosen(request, bulk.cleaned_data["scope"])
            if not ids:
                bulk.add_error(None, _("Tick the products below first."))
            else:
                try:
                    change = change_many(
                        dealer_id=self.dealer.pk,
                        product_ids=ids,
                        action=bulk.cleaned_data["action"],
                        percent=bulk.cleaned_data["percent"],
                        by=request.user,
                        now=timezone.now(),
                    )
                except Refused as refusal:
                    bulk.add_error(None, refusal.message)
                else:
                    self._tell(change)
                    return redirect(request.get_full_path())
        return self.render_to_response(self.get_context_data(bulk=bulk), status=422)

    def _chosen(self, request, scope):
        if scope == "found":
            found = self.filter_class(request.GET, queryset=self.get_queryset(), request=request)
            if not found.form.is_valid():
                return []
            return list(found.qs.order_by().values_list("pk", flat=True))
        return ids_of(request.POST.getlist("pick"))

    def _tell(self, change):
        if change is None:
            messages.info(self.request, _("These products are like that already."))
            return
        number = len(change.after)
        messages.success(
            self.request,
            ngettext("%(number)d product changed.", "%(number)d products changed.", number)
            % {"number": number},
        )


class AssortmentRow(DealerMixin, View):
    """One row of the grid, saved as soon as it is edited; answers with the row as it is now."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        dealer = request.user.dealer
        if not Product.objects.on_sale().filter(pk=pk).exists():
            raise Http404
        form, note = RowForm(request.POST, prefix=str(pk)), ""
        if form.is_valid():
            saved = save_rows(dealer_id=dealer.pk, edits={pk: form.edit}, by=request.user)
            note = moved_note() if saved.moved else _("saved")
            form = None
        product = products_of(dealer).get(pk=pk)
        row = row_of(product, dealer, form, note)
        return render(request, "catalog/assortment/row.html", {"row": row, "may_edit": True})


class AssortmentTerms(DealerMixin, View):
    """The dealer's switches: the whole line in stock, own prices."""

    http_method_names = ("post", "options")

    def post(self, request):
        name, value = request.POST.get("switch"), request.POST.get("value")
        if name in OWN_SWITCHES and value in ("on", "off"):
            change_terms(
                dealer_id=request.user.dealer_id,
                switches={name: value == "on"},
                reason="",
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("Saved."))
        return redirect("assortment")


class AssortmentUndo(DealerMixin, View):
    """Takes back the last change of many products."""

    http_method_names = ("post", "options")

    def post(self, request):
        try:
            restored, kept = undo_last(
                dealer_id=request.user.dealer_id, by=request.user, now=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            text = ngettext(
                "%(number)d product is as before.", "%(number)d products are as before.", restored
            ) % {"number": restored}
            if kept:
                text += " " + ngettext(
                    "%(number)d product was edited since and stays as it is.",
                    "%(number)d products were edited since and stay as they are.",
                    kept,
                ) % {"number": kept}
            messages.success(request, text)
        return redirect("assortment")


class Services(DealerMixin, TemplateView):
    """Delivery and installation with their prices."""

    template_name = "catalog/assortment/services.html"

    def get_context_data(self, forms=None, **kwargs):
        current = services_of(self.request.user.dealer_id)
        if forms is None:
            forms = [ServiceForm(service=one, current=current[one]) for one in Service]
        return super().get_context_data(forms=forms, tab="services", **kwargs)

    def post(self, request):
        dealer_id = request.user.dealer_id
        forms = [ServiceForm(request.POST, service=one, current=None) for one in Service]
        if not all([form.is_valid() for form in forms]):
            return self.render_to_response(self.get_context_data(forms=forms), status=422)
        changed, moved = save_services(
            dealer_id=dealer_id,
            edits={form.service: form.change for form in forms},
            by=request.user,
        )
        if moved:
            messages.warning(
                request,
                _("A colleague has changed this meanwhile: %(services)s. Check and save again.")
                % {"services": ", ".join(str(one.label) for one in moved)},
            )
        elif changed:
            messages.success(request, _("The services are saved."))
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect("assortment_services")


def row_of(product, dealer, form=None, note=""):
    """A row for the template; ``form`` is one with errors, whose price stays as typed."""
    row = Row(product, dealer.own_prices, note=note)
    if form is not None and form.errors:
        row.typed = form.data.get(form.add_prefix("price"), "")
        row.error = form.message
    return row


def moved_note():
    return _("A colleague has changed this meanwhile; this is what holds now.")
