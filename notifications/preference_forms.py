"""What a person of the workspace chooses about messages."""

from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from notifications.choosing import mode_of, takes
from notifications.events import Event, Priority, modes_of, notice_for
from notifications.models import Audience, Channel, Mode
from notifications.settings_forms import configurable
from suz.common.text import phone


@dataclass
class Choice:
    """A channel of an event for the person: a box to tick, or what the settings have decided."""

    channel: Channel
    mode: Mode
    bound: object = None

    @property
    def is_on(self):
        return self.mode == Mode.MANDATORY


@dataclass
class Line:
    """An event and what can be chosen of it; ``mark`` says what comes at once or in a digest."""

    event: Event
    is_urgent: bool
    is_low: bool
    choices: list[Choice] = field(default_factory=list)


def audience_of(user):
    """As whom a user of the workspace is told."""
    return Audience.DEALER if user.is_dealer else Audience.MANUFACTURER


class PreferencesForm(forms.Form):
    """Channels by event within the settings, quiet hours, digest, phone, sounds."""

    phone = PhoneNumberField(
        label=_("Phone for SMS"),
        region="RU",
        # As numbers are written everywhere, not as the library has it.
        widget=forms.TextInput,
        max_length=40,
        required=False,
        error_messages={
            "invalid": _("Write the phone with the code, for example +7 900 123-45-67.")
        },
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time like 22:00.")},
    )
    quiet_until = forms.TimeField(
        label=_("until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time like 22:00.")},
    )
    digest_hour = forms.TypedChoiceField(
        label=_("Digest of less important mails"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("no digest: each comes at once")),
            *((hour, f"{hour:02d}:00") for hour in range(24)),
        ],
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    sound = forms.BooleanField(label=_("sound at a new order"), required=False)
    title_count = forms.BooleanField(
        label=_("number of unread messages in the tab's title"), required=False
    )
    browser = forms.BooleanField(label=_("notifications of the browser"), required=False)

    def __init__(self, *args, user, stored, preferences, **kwargs):
        kwargs.setdefault("initial", _initial(user, preferences))
        super().__init__(*args, **kwargs)
        self.audience = audience_of(user)
        self.events = [event for event in configurable() if self.audience in event.notices]
        self._modes = {}
        chosen = preferences.choices if preferences else {}
        for event in self.events:
            for channel in modes_of(event.code, self.audience):
                setting = stored.get((event.code, str(self.audience), str(channel)))
                mode = mode_of(event.code, self.audience, channel, setting.mode if setting else "")
                self._modes[event.code, channel] = mode
                if mode in (Mode.OPTIONAL, Mode.ON_REQUEST):
                    wish = chosen.get(event.code, {}).get(channel)
                    self.fields[f"{event.code}-{channel}"] = forms.BooleanField(
                        required=False,
                        initial=takes(mode, wish),
                        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                    )
        for name in ("phone", "quiet_from", "quiet_until"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["digest_hour"].widget.attrs["class"] = "form-select"
        self.fields["phone"].widget.attrs |= {
            "inputmode": "tel",
            "autocomplete": "tel",
            "placeholder": "+7 900 123-45-67",
        }

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if "quiet_from" not in self.errors and "quiet_until" not in self.errors:
            if begin is None and end is not None:
                self.add_error("quiet_from", _("Write both times or none."))
            if end is None and begin is not None:
                self.add_error("quiet_until", _("Write both times or none."))
        wants_sms = any(
            cleaned.get(f"{event}-{channel}")
            for event, channel in self._modes
            if channel == Channel.SMS
        )
        if wants_sms and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("SMS are chosen: write the number they go to."))
        return cleaned

    def choices(self):
        """What was ticked and what was not: ``{event: {channel: bool}}``."""
        found = {}
        for event, channel in self._modes:
            name = f"{event}-{channel}"
            if name in self.fields:
                found.setdefault(event, {})[channel] = self.cleaned_data[name]
        return found

    def lines(self):
        """The table of events."""
        for event in self.events:
            priority = notice_for(event.code, self.audience).priority
            line = Line(event, priority == Priority.URGENT, priority == Priority.LOW)
            for channel in Channel:
                mode = self._modes.get((event.code, channel), Mode.OFF)
                name = f"{event.code}-{channel}"
                bound = self[name] if name in self.fields else None
                line.choices.append(Choice(channel, mode, bound))
            yield line


def _initial(user, preferences):
    initial = {
        "phone": phone(user.phone or ""),
        "sound": True,
        "title_count": True,
        "browser": False,
    }
    if preferences:
        initial |= {
            name: getattr(preferences, name)
            for name in (
                "quiet_from",
                "quiet_until",
                "digest_hour",
                "sound",
                "title_count",
                "browser",
            )
        }
    return initial
