"""The settings of the system."""

from dataclasses import dataclass

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, AuditRecord, SystemSettings
from dealers.services.audit import record
from dealers.services.errors import Refused


@dataclass(frozen=True)
class SettingChange:
    """A setting that changed: its name, and its values as ``plain`` gives them."""

    field: str
    before: object
    after: object


class SettingsMoved(Refused):
    """Somebody else changed the settings since the form was made; ``changes`` says what.

    ``by`` is who did it last, None where that is not known.
    """

    def __init__(self, changes, by):
        super().__init__(
            _("Somebody has changed the settings while you were writing. Nothing is overwritten.")
        )
        self.changes = changes
        self.by = by


def snapshot(names, settings=None):
    """The named settings as plain values: what a form is made from."""
    settings = settings or SystemSettings.load()
    return {name: plain(getattr(settings, name)) for name in names}


def plain(value):
    """A setting as JSON holds it; a dealer by number and name, so that a new name is no change."""
    return [value.pk, value.name] if hasattr(value, "pk") else value


@transaction.atomic
def save_settings(*, values, seen=None, by, now=None):
    """Set the named settings, keep who did it, and return the SettingChanges.

    ``seen`` is the snapshot that the form was made from; where it is not what holds now,
    SettingsMoved is raised and nothing saved.
    """
    SystemSettings.objects.get_or_create(pk=1)
    settings = SystemSettings.objects.select_for_update().get(pk=1)
    moved = _differences(seen, snapshot(seen, settings)) if seen else []
    if moved:
        raise SettingsMoved(moved, _last_author())
    before = snapshot(values, settings)
    changes = _differences(before, {name: plain(value) for name, value in values.items()})
    if not changes:
        return []
    names = [change.field for change in changes]
    for name in names:
        setattr(settings, name, values[name])
    with pghistory.context(user=by.pk):
        settings.save(update_fields=names)
    record(
        by=by,
        changed=settings,
        kind=AuditKind.SETTINGS,
        label="",
        data={"changes": [vars(change) for change in changes]},
        now=now,
    )
    return changes


def _differences(before, after):
    return [
        SettingChange(name, old, after[name])
        for name, old in before.items()
        if _identity(old) != _identity(after[name])
    ]


def _identity(value):
    return value[0] if isinstance(value, list) else value


def _last_author():
    last = (
        AuditRecord.objects.filter(kind=AuditKind.SETTINGS)
        .select_related("actor")
        .order_by("-at", "-id")
        .first()
    )
    return last and last.actor
