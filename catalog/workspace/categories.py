"""The manufacturer's categories in the workspace."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from catalog.history import category_history
from catalog.models import Category
from catalog.services.categories import (
    add_category,
    move_category,
    save_category,
    snapshot,
    switch_category,
)
from catalog.services.changes import Moved
from catalog.workspace.catalogue_forms import CategoryForm, pack, taken_over
from dealers.access import ManufacturerMixin, WorkspaceMixin
from dealers.services.errors import Refused


class CategoryList(WorkspaceMixin, TemplateView):
    """Categories in the order of the shop, with how many products each has."""

    template_name = "catalog/catalogue/categories.html"

    def get_context_data(self, **kwargs):
        categories = (
            Category.objects.ours()
            .annotate(
                products=Count("families__products"),
                on_sale=Count("families__products", filter=Q(families__products__is_active=True)),
            )
            .order_by("position", "id")
        )
        return super().get_context_data(
            categories=list(categories),
            may_edit=self.request.user.is_manufacturer,
            tab="categories",
            **kwargs,
        )


class CategoryAdd(ManufacturerMixin, View):
    """A new category."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request):
        return self._page(CategoryForm(is_new=True))

    def post(self, request):
        form = CategoryForm(request.POST, request.FILES, is_new=True)
        if form.is_valid():
            try:
                add_category(values=form.values(), by=request.user)
            except Refused as refusal:
                form.add_error("name", refusal.message)
            else:
                messages.success(
                    request,
                    _("The category is added. Customers see it as soon as it has products."),
                )
                return redirect("category_list")
        return self._page(form)

    def _page(self, form):
        status = 422 if form.errors else 200
        return render(
            self.request, "catalog/catalogue/category.html", {"form": form}, status=status
        )


class CategoryEdit(ManufacturerMixin, View):
    """Name, description and picture of a category, and its history."""

    http_method_names = ("get", "head", "post", "options")

    @cached_property
    def category(self):
        return get_object_or_404(Category.objects.ours(), pk=self.kwargs["pk"])

    def get(self, request, pk):
        return self._page(CategoryForm(initial=self._initial()))

    def post(self, request, pk):
        form, moved = CategoryForm(request.POST, request.FILES), []
        seen_before = self.category
        if form.is_valid():
            try:
                changes = save_category(
                    category_id=seen_before.pk,
                    values=form.values(),
                    seen=form.cleaned_data["seen"],
                    by=request.user,
                )
            except Moved as refusal:
                moved = refusal.changes
                form.data = self._taken_over(request.POST, form.cleaned_data["seen"])
            except Refused as refusal:
                form.add_error("name", refusal.message)
            else:
                if changes:
                    messages.success(request, _("The category is saved."))
                else:
                    messages.info(request, _("Nothing has changed."))
                return redirect("category_list")
        return self._page(form, moved)

    def _initial(self):
        seen = snapshot(self.category)
        return {
            "name": seen["name"],
            "description": seen["description"],
            "seen": pack(CategoryForm.SALT, seen),
        }

    def _taken_over(self, data, seen):
        """What was typed, with the present values where nothing was typed."""
        return taken_over(("name", "description"), data, seen, self._initial())

    def _page(self, form, moved=()):
        context = {
            "form": form,
            "category": self.category,
            "moved": moved,
            "history": category_history(self.category),
        }
        status = 422 if form.errors or moved else 200
        return render(self.request, "catalog/catalogue/category.html", context, status=status)


class CategoryChange(ManufacturerMixin, View):
    """Moves a category or switches it (``change`` comes from the address)."""

    http_method_names = ("post", "options")
    change = ""
    changes = {
        "up": (move_category, {"up": True}),
        "down": (move_category, {"up": False}),
        "on": (switch_category, {"is_active": True}),
        "off": (switch_category, {"is_active": False}),
    }

    def post(self, request, pk):
        if not Category.objects.ours().filter(pk=pk).exists():
            raise Http404
        work, options = self.changes[self.change]
        work(category_id=pk, by=request.user, **options)
        messages.success(request, _("The list is saved."))
        return redirect("category_list")
