"""Messages become read."""

from notifications.selectors import messages_of


def mark_read(*, message_id, by, now):
    """Mark one message of the user read and return it; None where the user has no such message."""
    message = messages_of(by).filter(pk=message_id).first()
    if message is not None and message.read_at is None:
        messages_of(by).filter(pk=message_id, read_at__isnull=True).update(read_at=now)
        message.read_at = now
    return message


def mark_all_read(*, until_id, by, now):
    """Mark the user's messages up to and with ``until_id`` read: later ones were not seen yet."""
    return messages_of(by).filter(pk__lte=until_id, read_at__isnull=True).update(read_at=now)
