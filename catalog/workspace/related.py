"""Related products of dealers: the dealer keeps them, the manufacturer looks at them."""

from django.contrib import messages
from django.db.models import BooleanField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from catalog.history import related_history
from catalog.models import Product
from catalog.services.changes import Moved
from catalog.services.related import (
    MAX_RELATED,
    add_related,
    has_in_stock,
    hide_related,
    remove_related,
    save_related,
    show_related,
    snapshot,
)
from catalog.workspace.catalogue_filters import RelatedFilter
from catalog.workspace.catalogue_forms import pack, taken_over
from catalog.workspace.related_forms import HideForm, RelatedForm
from dealers.access import DealerMixin, ManufacturerMixin
from dealers.models import Dealer
from dealers.services.errors import Refused
from dealers.views.paging import FilteredList


class RelatedRows(FilteredList):
    """Related products of one dealer."""

    template_name = "catalog/related/list.html"
    filter_class = RelatedFilter
    sorts = {
        "name": ("sort_name", "id"),
        "number": ("id",),
        "price": ("recommended_price", "id"),
    }
    may_edit = False

    def get_queryset(self):
        dealer = self.dealer
        return Product.objects.filter(owner=dealer).annotate(
            mine=FilteredRelation(
                "dealer_products", condition=Q(dealer_products__dealer=dealer.pk)
            ),
            has=Coalesce(F("mine__in_stock"), Value(False), output_field=BooleanField()),
            sort_name=Lower("name"),
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            dealer=self.dealer,
            may_edit=self.may_edit,
            tab="related",
            most=MAX_RELATED,
            **kwargs,
        )


class RelatedList(DealerMixin, RelatedRows):
    """The dealer's own."""

    may_edit = True

    @cached_property
    def dealer(self):
        return self.request.user.dealer


class DealerRelated(ManufacturerMixin, RelatedRows):
    """A dealer's, for the manufacturer."""

    @cached_property
    def dealer(self):
        return get_object_or_404(Dealer, pk=self.kwargs["pk"])


class RelatedAdd(DealerMixin, View):
    """A new related product."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request):
        return self._page(RelatedForm(is_new=True))

    def post(self, request):
        form = RelatedForm(request.POST, request.FILES, is_new=True)
        if form.is_valid():
            try:
                product = add_related(
                    dealer_id=request.user.dealer_id, values=form.values(), by=request.user
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("“%(name)s” is added.") % {"name": product.name})
                return redirect("related_list")
        return self._page(form)

    def _page(self, form):
        status = 422 if form.errors else 200
        return render(self.request, "catalog/related/form.html", {"form": form}, status=status)


class OwnProduct(DealerMixin, View):
    """A related product of the dealer who looks; another's is not there."""

    @cached_property
    def product(self):
        own = Product.objects.filter(owner=self.request.user.dealer_id)
        return get_object_or_404(own, pk=self.kwargs["pk"])


class RelatedEdit(OwnProduct):
    """What the dealer says of its product."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request, pk):
        return self._page(RelatedForm(initial=self._initial()))

    def post(self, request, pk):
        product, form, moved = self.product, RelatedForm(request.POST, request.FILES), []
        if form.is_valid():
            seen = form.cleaned_data["seen"]
            values = form.values()
            try:
                changes = save_related(
                    dealer_id=product.owner_id,
                    product_id=product.pk,
                    values=values,
                    seen=seen,
                    by=request.user,
                )
            except Moved as refusal:
                moved = refusal.changes
                del self.product
                form.data = self._taken_over(request.POST, seen)
            else:
                if changes:
                    messages.success(request, _("The product is saved."))
                else:
                    messages.info(request, _("Nothing has changed."))
                return redirect("related_list")
        return self._page(form, moved)

    def _initial(self):
        seen = snapshot(self.product, has_in_stock(self.product))
        return {**seen, "picture": None, "seen": pack(RelatedForm.SALT, seen)}

    def _taken_over(self, data, seen):
        """What was typed, with the present values where nothing was typed."""
        return taken_over(RelatedForm.TYPED, data, seen, self._initial())

    def _page(self, form, moved=()):
        context = {
            "form": form,
            "product": self.product,
            "moved": moved,
            "history": related_history(self.product),
        }
        status = 422 if form.errors or moved else 200
        return render(self.request, "catalog/related/form.html", context, status=status)


class RelatedRemove(OwnProduct):
    """Takes a related product away."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        name = self.product.name
        is_gone = remove_related(
            dealer_id=self.product.owner_id, product_id=self.product.pk, by=request.user
        )
        if is_gone:
            messages.success(request, _("“%(name)s” is removed.") % {"name": name})
        else:
            messages.warning(
                request,
                _("Orders name “%(name)s”, so it is taken off sale, not removed.") % {"name": name},
            )
        return redirect("related_list")


class RelatedReview(ManufacturerMixin, View):
    """A dealer's product before the manufacturer, who may keep it out of the shop."""

    http_method_names = ("get", "head", "post", "options")

    @cached_property
    def product(self):
        found = Product.objects.filter(owner=self.kwargs["dealer"]).select_related("owner")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get(self, request, dealer, pk):
        return self._page(HideForm())

    def post(self, request, dealer, pk):
        key = {"dealer_id": self.product.owner_id, "product_id": self.product.pk}
        if request.POST.get("act") == "show":
            show_related(**key, by=request.user, now=timezone.now())
            messages.success(request, _("The product is sold again; the dealer is told."))
            return redirect("dealer_related", pk=self.product.owner_id)
        form = HideForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        hide_related(**key, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The product is hidden; the dealer is told why."))
        return redirect("dealer_related", pk=self.product.owner_id)

    def _page(self, form):
        context = {
            "form": form,
            "product": self.product,
            "in_stock": has_in_stock(self.product),
            "history": related_history(self.product),
        }
        status = 422 if form.errors else 200
        return render(self.request, "catalog/related/review.html", context, status=status)
