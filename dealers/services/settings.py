"""The settings of the system."""

import pghistory
from django.db import transaction

from dealers.models import SystemSettings


@transaction.atomic
def save_settings(*, values, by):
    """Set the named settings, keep who did it, and return the names of those that changed."""
    SystemSettings.objects.get_or_create(pk=1)
    settings = SystemSettings.objects.select_for_update().get(pk=1)
    changed = [name for name, value in values.items() if getattr(settings, name) != value]
    for name in changed:
        setattr(settings, name, values[name])
    if changed:
        with pghistory.context(user=by.pk):
            settings.save(update_fields=changed)
    return changed
