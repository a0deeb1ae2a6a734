"""The form of a dealer's profile."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from dealers.access import WorkspaceMixin
from dealers.profile_forms import Cities, ProfileForm, outlet_rows, phone_rows
from dealers.selectors import dealers_visible_to
from dealers.services.errors import Refused
from dealers.services.profile import ProfileMoved, in_words, save_profile


class DealerProfile(WorkspaceMixin, View):
    """What a dealer is called, where it works and how it is reached; fields by role."""

    http_method_names = ("get", "head", "post", "options")

    @cached_property
    def dealer(self):
        dealers = dealers_visible_to(self.request.user).select_related("main_region")
        return get_object_or_404(dealers, pk=self.kwargs["pk"])

    @cached_property
    def cities(self):
        return Cities()

    def get(self, request, pk):
        return self._page(
            form=ProfileForm(dealer=self.dealer, user=request.user),
            phones=phone_rows(self.dealer),
            outlets=outlet_rows(self.dealer, self.cities),
        )

    def post(self, request, pk):
        form = ProfileForm(request.POST, request.FILES, dealer=self.dealer, user=request.user)
        phones = phone_rows(self.dealer, request.POST)
        outlets = outlet_rows(self.dealer, self.cities, request.POST)
        moved = []
        # Every part is validated, so that all mistakes are marked at once.
        if all([form.is_valid(), phones.is_valid(), outlets.is_valid()]):
            values = form.values() | {
                "phones": [
                    (str(row.cleaned_data["number"]), row.cleaned_data["note"])
                    for row in phones.kept
                ],
                "outlets": [row.facts() for row in outlets.kept],
            }
            try:
                changes = save_profile(
                    dealer_id=self.dealer.pk,
                    values=values,
                    seen=form.cleaned_data["seen"],
                    reason=form.cleaned_data.get("reason", ""),
                    by=request.user,
                )
            except ProfileMoved as refusal:
                moved = refusal.changes
                untouched = self._untouched(moved, values, form.cleaned_data["seen"])
                del self.dealer
                form.take_over(self.dealer, untouched)
                if "phones" in untouched:
                    phones = phone_rows(self.dealer)
                if "outlets" in untouched:
                    outlets = outlet_rows(self.dealer, self.cities)
            except Refused as refusal:
                form.add_error("reason", refusal.message)
            else:
                if changes:
                    messages.success(request, _("The profile is saved."))
                else:
                    messages.info(request, _("Nothing has changed."))
                return redirect("dealer_card", pk=self.dealer.pk)
        return self._page(form=form, phones=phones, outlets=outlets, moved=moved)

    @staticmethod
    def _untouched(moved, values, seen):
        """Fields that somebody else has changed and this person has not."""
        mine = in_words(values)
        names = {change.field for change in moved}
        return {name for name in names if name == "logo" or mine[name] == seen[name]}

    def _page(self, *, form, phones, outlets, moved=()):
        has_errors = bool(form.errors) or any(
            rows.is_bound and (rows.total_error_count() > 0) for rows in (phones, outlets)
        )
        context = {
            "dealer": self.dealer,
            "form": form,
            "phones": phones,
            "outlets": outlets,
            "cities": self.cities.all,
            "moved": moved,
            "has_errors": has_errors,
        }
        return render(self.request, "dealers/profile.html", context)
