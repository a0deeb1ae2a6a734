"""The tab of messages in the settings: who is told of what, by which channel, in which words."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from notifications.choices import save_modes, save_text, text_errors
from notifications.events import EVENTS, UnknownEvent, modes_of
from notifications.examples import NoAddress, preview, send_test
from notifications.models import Audience, Channel, ChannelSetting, Mode, SettingChange
from notifications.rendering import default_text
from notifications.settings_forms import ModesForm, TextForm
from notifications.stored import all_stored
from notifications.texts import examples
from suz.common.access import AdministratorMixin

HISTORY = 30


class NotificationSettings(AdministratorMixin, View):
    """The table of all events."""

    def get(self, request):
        return self.page(request, ModesForm(stored=all_stored()))

    def post(self, request):
        form = ModesForm(request.POST, stored=all_stored())
        if not form.is_valid():
            return self.page(request, form, status=422)
        changed = save_modes(modes=form.modes(), by=request.user, now=timezone.now())
        if changed:
            messages.success(request, _("The settings are saved."))
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect("settings_notifications")

    def page(self, request, form, status=200):
        context = {
            "form": form,
            "rows": list(form.rows()),
            "channels": Channel,
            "changes": history(SettingChange.objects.all()),
            "sms_is_simulated": settings.SMS_PROVIDER == "simulator",
        }
        return render(request, "notifications/settings.html", context, status=status)


class TextView(AdministratorMixin, View):
    """A page about one text; the address names event, audience and channel."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        event, audience, channel = (kwargs[name] for name in ("event", "audience", "channel"))
        try:
            is_known = channel in Channel.values and Channel(channel) in modes_of(event, audience)
        except (UnknownEvent, ValueError, KeyError):
            is_known = False
        self.key = (event, audience, channel) if is_known else None

    def key_or_404(self):
        if self.key is None or EVENTS[self.key[0]].is_fixed:
            raise Http404
        event, audience, channel = self.key
        return {"event": event, "audience": Audience(audience), "channel": Channel(channel)}

    def checked(self, key):
        """The form as sent, with what the texts' own language finds wrong in it."""
        form = TextForm(self.request.POST, channel=key["channel"])
        if form.is_valid():
            found = text_errors(key["event"], key["audience"], **form.texts())
            for name, sentences in found.items():
                for sentence in sentences:
                    form.add_error(name, sentence)
        return form

    def page(self, key, form, *, setting=None, status=200):
        subject, body = default_text(**key)
        setting = setting or _stored(key)
        context = {
            **key,
            "event_info": EVENTS[key["event"]],
            "form": form,
            "variables": examples(key["event"], key["audience"]),
            "is_own": bool(setting and (setting.subject or setting.body)),
            "default_subject": subject,
            "default_body": body,
            "preview": _preview(key, form),
            "changes": history(SettingChange.objects.filter(**key)),
        }
        return render(self.request, "notifications/text.html", context, status=status)


class NotificationText(TextView):
    """Shows and saves a text; what equals the product's own is not kept."""

    def get(self, request, **_kwargs):
        key = self.key_or_404()
        setting = _stored(key)
        subject, body = default_text(**key)
        initial = {
            "subject": (setting and setting.subject) or subject,
            "body": (setting and setting.body) or body,
        }
        form = TextForm(initial=initial, channel=key["channel"])
        return self.page(key, form, setting=setting)

    def post(self, request, **_kwargs):
        key = self.key_or_404()
        if "reset" in request.POST:
            texts = {"subject": "", "body": ""}
        else:
            form = self.checked(key)
            if not form.is_valid():
                return self.page(key, form, status=422)
            default = dict(zip(("subject", "body"), default_text(**key), strict=True))
            # What equals the product's own text goes on following it.
            texts = {
                name: "" if text == default[name] else text for name, text in form.texts().items()
            }
        changed = save_text(**key, **texts, by=request.user, now=timezone.now())
        if changed:
            messages.success(request, _("The text is saved."))
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect("settings_notification_text", **key)


class NotificationPreview(TextView):
    """How the text that is being typed looks with example data."""

    http_method_names = ["post", "options"]

    def post(self, request, **_kwargs):
        key = self.key_or_404()
        context = {**key, "preview": _preview(key, self.checked(key))}
        return render(request, "notifications/text_preview.html", context)


class NotificationTest(TextView):
    """Sends the text that was typed to the person at the keyboard."""

    http_method_names = ["post", "options"]

    def post(self, request, **_kwargs):
        key = self.key_or_404()
        form = self.checked(key)
        if not form.is_valid():
            return self.page(key, form, status=422)
        try:
            send_test(**key, **form.texts(), by=request.user, now=timezone.now())
        except NoAddress as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("A message with example data is on its way to you."))
        return self.page(key, form)


def _stored(key):
    return ChannelSetting.objects.filter(**key).first()


def _preview(key, form):
    """Subject, text and errors of a form as it stands."""
    if form.is_bound:
        errors = [sentence for found in form.errors.values() for sentence in found]
        if errors:
            return {"errors": errors}
        texts = form.texts()
    else:
        texts = {name: form.initial.get(name, "") for name in ("subject", "body")}
    subject, text = preview(**key, **texts)
    return {
        "subject": subject,
        # A mail's text begins with its subject.
        "text": text.removeprefix(subject).strip(),
        "length": len(text),
    }


def history(changes):
    """The last changes with the words that people read."""
    lines = []
    for change in changes.select_related("by")[:HISTORY]:
        is_mode = change.what == SettingChange.What.MODE
        event = EVENTS.get(change.event)
        lines.append(
            {
                "change": change,
                "event": event.name if event else change.event,
                "before": _mode_label(change.before) if is_mode else change.before,
                "after": _mode_label(change.after) if is_mode else change.after,
                "is_mode": is_mode,
            }
        )
    return lines


def _mode_label(value):
    return Mode(value).label if value in Mode.values else value
