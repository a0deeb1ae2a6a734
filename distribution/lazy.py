"""Catching up on read, so that visibility is right to the second with every worker off."""

from functools import wraps

from django.utils import timezone

from distribution.services import catch_up


def catching_up(view):
    """Before a view of the workspace, do what distribution owes the orders that it shows.

    With ``pk`` in the address: that order. Otherwise for a dealer's user the orders that the dealer
    might be shown, for the manufacturer's any; bounded, so that a page never waits for long. One
    query where nothing is due.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        user = request.user
        if user.is_authenticated:
            now = timezone.now()
            if "pk" in kwargs:
                catch_up(now=now, order_ids=[kwargs["pk"]])
            elif user.is_dealer:
                catch_up(now=now, dealer_id=user.dealer_id)
            else:
                catch_up(now=now)
        return view(request, *args, **kwargs)

    return wrapped
