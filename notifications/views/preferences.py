"""My notifications: each person's own choice within the settings."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from notifications.choices import save_preferences
from notifications.models import Preferences
from notifications.preference_forms import PreferencesForm
from notifications.stored import all_stored
from suz.common.access import WorkspaceMixin
from suz.common.providers import has_sms


class MyNotifications(WorkspaceMixin, View):
    """Shows and saves the choice of the person who looks."""

    def get(self, request):
        return self.page(self.form())

    def post(self, request):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        data = form.cleaned_data
        with transaction.atomic():
            phone = data["phone"].as_e164 if data["phone"] else ""
            if str(request.user.phone or "") != phone:
                request.user.phone = phone
                request.user.save(update_fields=["phone"])
            save_preferences(
                by=request.user,
                choices=form.choices(),
                **{
                    name: data[name]
                    for name in (
                        "quiet_from",
                        "quiet_until",
                        "digest_hour",
                        "sound",
                        "title_count",
                        "browser",
                    )
                },
            )
        messages.success(request, _("Saved: messages come as you have chosen."))
        return redirect("my_notifications")

    def form(self, *data):
        user = self.request.user
        preferences = Preferences.objects.filter(user=user).first()
        return PreferencesForm(*data, user=user, stored=all_stored(), preferences=preferences)

    def page(self, form, status=200):
        context = {
            "form": form,
            "lines": list(form.lines()),
            "now": timezone.localtime(),
            "has_sms": has_sms(),
        }
        return render(self.request, "notifications/preferences.html", context, status=status)
