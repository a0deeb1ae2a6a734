"""Taking an erased person out of the journal."""

import pgtrigger

from dealers.models import AuditRecord


def clean_records(*, object_type, ids, words):
    """Take a person out of what is recorded about these objects; returns how many records changed.

    The one exception from the rule that records stay as they are: the law gives the person a right
    to it. Who did what and when is left. Belongs into the transaction that erases the rest.
    """
    changed = []
    for one in AuditRecord.objects.filter(object_type=object_type, object_id__in=ids):
        label, data = words.clean(one.label), words.clean_facts(one.data)
        if (label, data) != (one.label, one.data):
            one.label, one.data = label, data
            changed.append(one)
    if changed:
        with pgtrigger.ignore("dealers.AuditRecord:append_only"):
            AuditRecord.objects.bulk_update(changed, ["label", "data"])
    return len(changed)
