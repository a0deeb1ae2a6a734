"""The settings of the system, for administrators."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from dealers.access import AdministratorMixin
from dealers.forms import SettingsForm
from dealers.models import SystemSettings
from dealers.second_factor import ReauthenticationMixin
from dealers.services.settings import save_settings


class Settings(ReauthenticationMixin, AdministratorMixin, FormView):
    """The tab of main settings."""

    template_name = "dealers/settings.html"
    form_class = SettingsForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": SystemSettings.load()}

    def form_valid(self, form):
        changed = save_settings(values=form.cleaned_data, by=self.request.user)
        if changed:
            messages.success(self.request, _("The settings are saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("settings")
