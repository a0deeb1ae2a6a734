"""The manufacturer's products: a table with prices edited in place, a page of each, downloads."""

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from catalog.exporting import TITLES, catalogue_rows
from catalog.grid import ORDER
from catalog.holders import dealers_having, holders_of
from catalog.models import Product
from catalog.services.recommended import set_recommended_price
from catalog.workspace.assortment import MAX_ROWS, moved_note
from catalog.workspace.catalogue_filters import CatalogueFilter, HolderFilter
from catalog.workspace.catalogue_forms import RecommendedForm
from dealers.access import ManufacturerMixin, WorkspaceMixin
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList
from suz.common.search import ids_of


def products():
    """The manufacturer's products with what the table sorts by."""
    return (
        Product.objects.ours()
        .select_related("family__category")
        .annotate(
            category_pk=F("family__category_id"),
            category_position=F("family__category__position"),
            family_position=F("family__position"),
            sort_name=Lower("name"),
            sort_colour=Lower("colour"),
        )
    )


class Catalogue(WorkspaceMixin, FilteredList):
    """Every product; dealers read what the manufacturer edits and compares."""

    template_name = "catalog/catalogue/products.html"
    filter_class = CatalogueFilter
    sorts = {
        "category": ORDER,
        "number": ("id",),
        "name": ("sort_name", "id"),
        "colour": ("sort_colour", "sort_name", "id"),
        "price": ("recommended_price", "id"),
    }

    def get_queryset(self):
        return products()

    def get_context_data(self, forms=None, notes=None, **kwargs):
        context = super().get_context_data(**kwargs)
        is_manufacturer = self.request.user.is_manufacturer
        holders = holders_of(context["page"].rows) if is_manufacturer else {}
        forms, notes = forms or {}, notes or {}
        rows = [
            row_of(
                product, holders.get(product.pk), forms.get(product.pk), notes.get(product.pk, "")
            )
            for product in context["page"]
        ]
        return context | {"rows": rows, "may_edit": is_manufacturer, "tab": "products"}

    def post(self, request):
        if not request.user.is_manufacturer:
            raise Http404
        ids = ids_of(request.POST.getlist("row"))[:MAX_ROWS]
        known = set(Product.objects.ours().filter(pk__in=ids).values_list("pk", flat=True))
        wrong, notes, changed = {}, {}, 0
        for pk in sorted(known):
            form = RecommendedForm(request.POST, prefix=str(pk))
            if not form.is_valid():
                wrong[pk] = form
                continue
            outcome = set_recommended_price(product_id=pk, **form.change, by=request.user)
            changed += outcome == "changed"
            if outcome == "moved":
                notes[pk] = moved_note()
        if changed:
            text = ngettext("%(number)d price saved.", "%(number)d prices saved.", changed)
            messages.success(request, text % {"number": changed})
        if wrong or notes:
            context = self.get_context_data(forms=wrong, notes=notes)
            return self.render_to_response(context, status=422)
        if not changed:
            messages.info(request, _("Nothing has changed."))
        return redirect(request.get_full_path())


class CataloguePrice(ManufacturerMixin, View):
    """One recommended price, saved as soon as it is edited; answers with the row as it is now."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        get_object_or_404(Product.objects.ours().only("pk"), pk=pk)
        form, note = RecommendedForm(request.POST, prefix=str(pk)), ""
        if form.is_valid():
            outcome = set_recommended_price(product_id=pk, **form.change, by=request.user)
            note = {"changed": _("saved"), "moved": moved_note()}.get(outcome, "")
            form = None
        product = products().get(pk=pk)
        row = row_of(product, holders_of([product])[pk], form, note)
        context = {"row": row, "may_edit": True}
        return render(request, "catalog/catalogue/product_row.html", context)


class CatalogueExport(TableExportMixin, ManufacturerMixin, View):
    """What the filters of the table find, for download."""

    resumes_at = "catalogue"
    table = "products"
    titles = TITLES

    def get_queryset(self):
        found = CatalogueFilter(self.request.GET, queryset=products(), request=self.request).qs
        return found.order_by(*ORDER)

    def rows(self, found):
        return catalogue_rows(found)


class CatalogueProduct(ManufacturerMixin, FilteredList):
    """Who has a product and for how much."""

    template_name = "catalog/catalogue/holders.html"
    filter_class = HolderFilter
    sorts = {
        "price": ("price", "sort_name", "id"),
        "difference": ("difference", "id"),
        "dealer": ("sort_name", "id"),
        "region": ("region_name", "sort_name", "id"),
    }

    @cached_property
    def product(self):
        found = Product.objects.ours().select_related("family__category")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_queryset(self):
        return dealers_having(self.product)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        recommended = self.product.recommended_price
        for dealer in context["page"]:
            dealer.percent = dealer.difference * 100 / recommended
        return context | {
            "product": self.product,
            "holders": holders_of([self.product])[self.product.pk],
        }


def row_of(product, holders, form=None, note=""):
    """A row for the template; a price with an error stays as typed."""
    row = {"product": product, "holders": holders, "note": note, "typed": None, "error": ""}
    if form is not None and form.errors:
        row["typed"] = form.data.get(form.add_prefix("price"), "")
        row["error"] = form.message
    return row
