"""A family with its colour variants on one page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from catalog.history import family_history, with_category_names
from catalog.models import Category, ProductFamily
from catalog.services.changes import Moved
from catalog.services.families import add_family, save_family, snapshot
from catalog.workspace.catalogue_forms import FamilyForm, merged, pack, variant_rows
from dealers.access import ManufacturerMixin, WorkspaceMixin
from dealers.services.errors import Refused


class FamilyAdd(ManufacturerMixin, View):
    """A new family with its first variants."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request):
        asked = request.GET.get("category", "")
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        category = Category.objects.ours().filter(pk=int(asked)).first() if known else None
        form = FamilyForm(is_new=True, initial={"category": category})
        return self._page(form, variant_rows(None))

    def post(self, request):
        form = FamilyForm(request.POST, is_new=True)
        rows = variant_rows(None, request.POST, request.FILES)
        # Both are validated, so that all mistakes are marked at once.
        if all([form.is_valid(), rows.is_valid()]):
            values = form.values()
            variants = rows.variants(values["name"])
            try:
                if not variants:
                    raise Refused(_("Fill in at least one variant."))
                family = add_family(values=values, variants=variants, by=request.user)
            except Refused as refusal:
                form.add_error("name", refusal.message)
            else:
                messages.success(request, _("The product is added."))
                return redirect("family", pk=family.pk)
        return self._page(form, rows)

    def _page(self, form, rows):
        context = {"form": form, "rows": rows, "has_errors": has_errors(form, rows)}
        status = 422 if context["has_errors"] else 200
        return render(self.request, "catalog/catalogue/family.html", context, status=status)


class Family(WorkspaceMixin, View):
    """A family: the manufacturer edits it, dealers read it."""

    http_method_names = ("get", "head", "post", "options")

    @cached_property
    def family(self):
        found = ProductFamily.objects.filter(category__is_related=False)
        return get_object_or_404(found.select_related("category"), pk=self.kwargs["pk"])

    def get(self, request, pk):
        if not request.user.is_manufacturer:
            context = {"family": self.family, "variants": list(self.family.products.all())}
            return render(request, "catalog/catalogue/family_read.html", context)
        seen = snapshot(self.family)
        initial = {**seen["family"], "seen": pack(FamilyForm.SALT, seen)}
        return self._page(FamilyForm(initial=initial), variant_rows(seen), seen)

    def post(self, request, pk):
        if not request.user.is_manufacturer:
            raise Http404
        family = self.family
        form = FamilyForm(request.POST)
        rows = variant_rows(None, request.POST, request.FILES)
        if all([form.is_valid(), rows.is_valid()]):
            values, seen = form.values(), form.cleaned_data["seen"]
            try:
                outcome = save_family(
                    family_id=family.pk,
                    values=values,
                    variants=rows.variants(values["name"]),
                    seen=seen,
                    by=request.user,
                )
            except Moved as refusal:
                return self._taken_over(refusal.changes, seen)
            except Refused as refusal:
                form.add_error("name", refusal.message)
            else:
                self._tell(outcome)
                if outcome.family is None:
                    return redirect("catalogue")
                return redirect("family", pk=family.pk)
        return self._page(form, rows, snapshot(family))

    def _taken_over(self, moved, seen):
        del self.family
        present = snapshot(self.family)
        data = merged(self.request.POST, seen, present)
        data["seen"] = pack(FamilyForm.SALT, present)
        form, rows = FamilyForm(data), variant_rows(present, data, {})
        return self._page(form, rows, present, moved=moved, lost_files=bool(self.request.FILES))

    def _tell(self, outcome):
        request = self.request
        if outcome.family is None:
            messages.success(request, _("The product is removed with its last variant."))
        elif outcome.has_changed:
            messages.success(request, _("The product is saved."))
        else:
            messages.info(request, _("Nothing has changed."))
        if outcome.switched_off:
            text = ngettext(
                "Orders name this variant, so it is switched off, not removed: %(names)s.",
                "Orders name these variants, so they are switched off, not removed: %(names)s.",
                len(outcome.switched_off),
            )
            messages.warning(request, text % {"names": ", ".join(outcome.switched_off)})

    def _page(self, form, rows, present, *, moved=(), lost_files=False):
        wrong = has_errors(form, rows)
        pictures = {one.pk: one.picture for one in self.family.products.all()}
        for row in rows:
            number = str(row["product"].value() or "")
            row.number = int(number) if number in present["variants"] else None
            row.picture_now = pictures.get(row.number)
        context = {
            "family": self.family,
            "form": form,
            "rows": rows,
            "moved": with_category_names(moved),
            "lost_files": lost_files,
            "has_errors": wrong,
            "history": family_history(self.family),
        }
        status = 422 if wrong or moved else 200
        return render(self.request, "catalog/catalogue/family.html", context, status=status)


def has_errors(form, rows):
    """Whether anything of the form or its rows is marked as wrong."""
    return bool(form.errors) or (rows.is_bound and not rows.is_valid())
