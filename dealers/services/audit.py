"""Who changed what, for records that have no history of their own (people, lists of reasons).

Kept as Django's log of actions, which superusers read in the admin.
"""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry


def record(*, by, changed, text, is_new=False):
    """Record in the current transaction that ``by`` changed an object."""
    LogEntry.objects.log_actions(
        by.pk,
        [changed],
        ADDITION if is_new else CHANGE,
        change_message=text,
        single_object=True,
    )
