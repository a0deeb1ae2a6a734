"""A person's own profile."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from dealers.access import WorkspaceMixin
from dealers.people_forms import OwnProfileForm
from dealers.services.users import save_own_profile


class OwnProfile(WorkspaceMixin, FormView):
    """Name and phone; the phone is rung when the person calls a customer from the site."""

    template_name = "dealers/me.html"
    form_class = OwnProfileForm

    def get_initial(self):
        return {"name": self.request.user.name, "phone": self.request.user.phone}

    def form_valid(self, form):
        save_own_profile(by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("Your profile is saved."))
        return redirect("own_profile")
