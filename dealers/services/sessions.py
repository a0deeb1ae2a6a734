"""The end of people's sessions."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def end_sessions(user_ids, *, now):
    """End every session of these users and return how many there were.

    The login backend refuses a deactivated person at their next request anyway; without this, the
    old sessions would come back to life with the person.
    """
    wanted = {str(user_id) for user_id in user_ids}
    if not wanted:
        return 0
    ended = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=now).iterator(chunk_size=1000)
        if session.get_decoded().get(SESSION_KEY) in wanted
    ]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)
