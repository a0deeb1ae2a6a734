"""How the manufacturer works with a dealer."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Dealer
from dealers.services.audit import record
from dealers.services.sessions import end_sessions
from notifications.delivery import call_off_waiting

# Switches that the administrator sets; the dealer's own words (contacts, description) are not here.
SWITCHES = (
    "is_active",
    "is_authorised",
    "takes_site_orders",
    "site_calls",
    "whole_line",
    "own_prices",
)


@transaction.atomic
def change_terms(*, dealer_id, switches, reason, by, now):
    """Set switches of a dealer and return the names of those that changed.

    ``switches`` maps names of SWITCHES to booleans. The change is kept in the dealer's history
    with who made it and why. Deactivating ends the sessions of the dealer's managers.
    """
    unknown = set(switches) - set(SWITCHES)
    if unknown:
        raise ValueError(f"not a switch: {', '.join(sorted(unknown))}")
    dealer = Dealer.objects.select_for_update(no_key=True).get(pk=dealer_id)
    changed = [
        name
        for name in SWITCHES
        if switches.get(name, getattr(dealer, name)) != getattr(dealer, name)
    ]
    if not changed:
        return []
    changes = [
        {"field": name, "before": getattr(dealer, name), "after": switches[name]}
        for name in changed
    ]
    for name in changed:
        setattr(dealer, name, switches[name])
    with pghistory.context(user=by.pk, reason=reason):
        dealer.save(update_fields=changed)
    record(
        by=by,
        changed=dealer,
        kind=AuditKind.TERMS,
        data={"changes": changes, "reason": reason},
        now=now,
    )
    if "is_active" in changed and not dealer.is_active:
        people = list(dealer.managers.values_list("pk", flat=True))
        end_sessions(people, now=now)
        call_off_waiting(user_ids=people, reason=_("The dealer has been switched off meanwhile."))
    return changed
