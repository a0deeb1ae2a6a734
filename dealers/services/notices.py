"""Changes of the settings of messages in the journal."""

from dealers.models import AuditKind
from dealers.services.audit import record
from notifications.choices import witness


def record_changes(*, changes, by, now):
    """Record changes that were saved together; called in their transaction."""
    record(
        by=by,
        kind=AuditKind.MESSAGES,
        data={
            "changes": [
                {
                    "subject": f"{change.event}:{change.audience}:{change.channel}",
                    "field": str(change.what),
                    "before": str(change.before),
                    "after": str(change.after),
                }
                for change in changes
            ]
        },
        now=now,
    )


def listen():
    """Hear of every change."""
    witness(record_changes)
