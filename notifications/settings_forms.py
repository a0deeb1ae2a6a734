"""Forms of the tab of messages in the settings."""

import re
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.choosing import mode_of
from notifications.events import EVENTS, Event, modes_of, notice_for
from notifications.models import Audience, Channel, Mode

SUBJECT_LENGTH, BODY_LENGTH = 200, 2000
SPACES = re.compile(r"[ \t\r\n]+")


@dataclass
class Cell:
    """A channel of a row: the choice, whether it is locked, whether the text is one's own."""

    channel: Channel
    bound: object = None
    is_locked: bool = False
    has_text: bool = False


@dataclass
class Row:
    """An audience of an event and its channels."""

    event: Event
    audience: Audience
    is_first: bool
    cells: list[Cell] = field(default_factory=list)


def configurable():
    """Events that are a matter of settings, in the order of the catalogue."""
    return [event for event in EVENTS.values() if not event.is_fixed]


def field_name(event, audience, channel):
    return f"{event}-{audience}-{channel}"


class ModesForm(forms.Form):
    """What is allowed of every event, audience and channel; what is not sent stays as it is."""

    def __init__(self, *args, stored, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {}
        self._stored = stored
        for event in configurable():
            for audience in event.audiences:
                self._add(event.code, audience)

    def _add(self, event, audience):
        locked = notice_for(event, audience).locked
        for channel in modes_of(event, audience):
            if channel in locked:
                continue
            setting = self._stored.get((event, str(audience), str(channel)))
            name = field_name(event, audience, channel)
            self.keys[name] = (event, audience, channel)
            self.fields[name] = forms.ChoiceField(
                choices=Mode.choices,
                required=False,
                initial=mode_of(event, audience, channel, setting.mode if setting else ""),
                error_messages={"invalid_choice": _("Choose one of the list.")},
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )

    def modes(self):
        """Those that were sent, as the service takes them."""
        return {self.keys[name]: Mode(value) for name, value in self.cleaned_data.items() if value}

    def rows(self):
        """The table: a row for each event and audience."""
        for event in configurable():
            for number, audience in enumerate(event.audiences):
                row = Row(event, audience, is_first=number == 0)
                channels = modes_of(event.code, audience)
                row.cells = [
                    self._cell(event.code, audience, channel) if channel in channels else None
                    for channel in Channel
                ]
                yield row

    def _cell(self, event, audience, channel):
        setting = self._stored.get((event, str(audience), str(channel)))
        name = field_name(event, audience, channel)
        return Cell(
            channel=channel,
            bound=self[name] if name in self.fields else None,
            is_locked=name not in self.fields,
            has_text=bool(setting and (setting.subject or setting.body)),
        )


class TextForm(forms.Form):
    """A text of one's own; for a mail with a subject."""

    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    body = forms.CharField(
        label=_("Text"), max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 9})
    )

    def __init__(self, *args, channel, **kwargs):
        super().__init__(*args, **kwargs)
        if channel != Channel.EMAIL:
            del self.fields["subject"]
        if channel == Channel.SITE:
            self.fields["body"].label = _("Line on the site")
            self.fields["body"].widget.attrs["rows"] = 2
        if channel == Channel.SMS:
            self.fields["body"].widget.attrs["rows"] = 4
        for bound in self.fields.values():
            bound.widget.attrs |= {"class": "form-control", "data-text": ""}

    def clean_subject(self):
        # Not by split(): it would take no-break spaces for breaks.
        return SPACES.sub(" ", self.cleaned_data["subject"]).strip(" ")

    def clean_body(self):
        return self.cleaned_data["body"].replace("\r\n", "\n").strip()

    def texts(self):
        """Subject and body as services take them."""
        return {
            "subject": self.cleaned_data.get("subject", ""),
            "body": self.cleaned_data.get("body", ""),
        }
