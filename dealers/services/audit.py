"""The journal's only way in."""

from django.utils import timezone

from dealers.models import AuditKind, AuditRecord
from suz.common.masking import without_phones
from suz.common.origin import current_address

LONGEST_LABEL = 200


def record(*, by, changed=None, kind=None, label=None, text="", is_new=False, data=None, now=None):
    """Record in the current transaction what ``by`` (None: nobody known) did, and return it.

    ``changed`` is the object it was done to; ``label`` what it is called where its own name will
    not do. ``kind`` is an AuditKind; without one the object was added (``is_new``) or changed.
    ``text`` are a few words more, an English msgid where it has a translation. ``data`` are details
    as JSON: ``changes`` a list of {"field", "before", "after"}, ``reason``, ``count``, …; see
    dealers.journal. A phone in a label or a text is masked.
    """
    if kind is None:
        kind = AuditKind.CREATED if is_new else AuditKind.CHANGED
    if label is None:
        label = "" if changed is None else str(changed)
    details = dict(data or {})
    if text:
        details["text"] = text
    for name in ("text", "reason"):
        if name in details:
            details[name] = without_phones(details[name])
    return AuditRecord.objects.create(
        at=now or timezone.now(),
        actor=by,
        kind=kind,
        object_type="" if changed is None else changed._meta.label_lower,
        object_id=None if changed is None else changed.pk,
        label=without_phones(label)[:LONGEST_LABEL],
        data=details,
        address=current_address(),
    )
