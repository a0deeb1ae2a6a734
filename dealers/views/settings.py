"""The settings of the system, for administrators."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView

from dealers.access import AdministratorMixin
from dealers.forms import SettingsForm
from dealers.journal import setting_changes
from dealers.models import SystemSettings
from dealers.second_factor import ReauthenticationMixin
from dealers.services.settings import SettingsMoved, plain, save_settings


class Settings(ReauthenticationMixin, AdministratorMixin, FormView):
    """The tab of main settings."""

    http_method_names = ("get", "head", "post", "options")
    template_name = "dealers/settings.html"
    form_class = SettingsForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": SystemSettings.load()}

    def form_valid(self, form):
        try:
            changed = save_settings(
                values=form.values,
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                now=timezone.now(),
            )
        except SettingsMoved as refusal:
            return self.render_to_response(self.get_context_data(**self._moved(form, refusal)))
        if changed:
            messages.success(self.request, _("The settings are saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("settings")

    @staticmethod
    def _moved(form, refusal):
        """The form with what somebody else has changed, where this person had not touched it."""
        seen = form.cleaned_data["seen"]
        mine = {name for name, value in form.values.items() if plain(value) != seen.get(name)}
        names = {change.field for change in refusal.changes}
        form.take_over(SystemSettings.load(), names - mine)
        return {
            "form": form,
            "moved": setting_changes(refusal.changes),
            "moved_by": refusal.by,
            "both": [form.fields[name].label for name in form.fields if name in names & mine],
        }
