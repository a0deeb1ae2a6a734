"""What is compared before a form is saved: texts by name, as they stand in the form."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from dealers.services.audit import record
from dealers.services.errors import Refused


@dataclass(frozen=True)
class FieldChange:
    """A field that changed; ``subject`` is what it belongs to where there are several things."""

    field: str
    before: str
    after: str
    subject: str = ""


class Moved(Refused):
    """Somebody else has changed it since the form was made; ``changes`` are FieldChanges."""

    def __init__(self, changes):
        super().__init__(
            _("Somebody has changed this while you were writing. Nothing is overwritten.")
        )
        self.changes = changes


def differences(before, after, subject=""):
    """FieldChanges between two snapshots, ``{name: text}`` each."""
    return [
        FieldChange(name, old, after[name], subject)
        for name, old in before.items()
        if name in after and after[name] != old
    ]


def record_changes(changed, changes, by, **facts):
    """Keep FieldChanges of an object in the journal; where there are none nothing is recorded."""
    if changes:
        data = {"changes": [asdict(change) for change in changes]}
        record(by=by, changed=changed, data=data | facts)


def decimal_text(value):
    """A number as it stands in a form: 1,1, or nothing."""
    if value is None:
        return ""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def flag_text(value):
    """A switch as it stands in a form."""
    return "on" if value else ""
