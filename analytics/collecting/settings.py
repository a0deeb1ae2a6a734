"""How long visits are kept and looked back at: service, form and page."""

import pghistory
from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView

from analytics.models import AnalyticsSettings
from dealers.access import AdministratorMixin
from dealers.models import AuditKind
from dealers.second_factor import ReauthenticationMixin
from dealers.services.audit import record

NUMBERS = ("look_back_days", "keep_hits_days", "keep_visits_months")


@transaction.atomic
def save_analytics_settings(*, numbers, by, now):
    """Set the named numbers; returns whether anything changed."""
    AnalyticsSettings.objects.get_or_create(pk=1)
    settings = AnalyticsSettings.objects.select_for_update().get(pk=1)
    changes = [
        {"field": name, "before": before, "after": numbers[name]}
        for name in NUMBERS
        if (before := getattr(settings, name)) != numbers[name]
    ]
    if not changes:
        return False
    for change in changes:
        setattr(settings, change["field"], change["after"])
    with pghistory.context(user=by.pk):
        settings.save(update_fields=[change["field"] for change in changes])
    record(by=by, changed=settings, kind=AuditKind.ANALYTICS, data={"changes": changes}, now=now)
    return True


class AnalyticsSettingsForm(forms.ModelForm):
    """For how long visits are kept and looked back at."""

    class Meta:
        model = AnalyticsSettings
        fields = NUMBERS


class AnalyticsSettingsPage(ReauthenticationMixin, AdministratorMixin, FormView):
    """A tab of the settings."""

    template_name = "analytics/settings.html"
    form_class = AnalyticsSettingsForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": AnalyticsSettings.load()}

    def form_valid(self, form):
        changed = save_analytics_settings(
            numbers=form.cleaned_data, by=self.request.user, now=timezone.now()
        )
        if changed:
            messages.success(self.request, _("The settings are saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("analytics_settings")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
