"""The settings of surveys."""

import pghistory
from django.db import transaction

from dealers.models import AuditKind
from dealers.services.audit import record
from surveys.models import SurveySettings

NUMBERS = (
    "reminder_days",
    "open_days",
    *(f"points_{stars}" for stars in range(5, 0, -1)),
)


@transaction.atomic
def save_survey_settings(*, is_enabled, numbers, by, now):
    """Switch surveys on or off and set the named numbers; returns whether anything changed.

    Switched on, surveys go out after orders that close from ``now`` on, never for earlier ones.
    """
    SurveySettings.objects.get_or_create(pk=1)
    settings = SurveySettings.objects.select_for_update().get(pk=1)
    values = {name: numbers[name] for name in NUMBERS}
    if is_enabled != (settings.enabled_since is not None):
        values["enabled_since"] = now if is_enabled else None
    changes = [
        {"field": name, "before": _plain(before), "after": _plain(value)}
        for name, value in values.items()
        if (before := getattr(settings, name)) != value
    ]
    if not changes:
        return False
    for change in changes:
        setattr(settings, change["field"], values[change["field"]])
    with pghistory.context(user=by.pk):
        settings.save(update_fields=[change["field"] for change in changes])
    record(by=by, changed=settings, kind=AuditKind.SURVEYS, data={"changes": changes}, now=now)
    return True


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
