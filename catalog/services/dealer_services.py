"""What a dealer does beside selling, and at what price."""

from dataclasses import dataclass
from decimal import Decimal

import pghistory
from django.db import transaction

from catalog.models import DealerService, Service
from dealers.models import AuditKind, Dealer
from dealers.services.audit import record


@dataclass(frozen=True)
class Offered:
    """A service on offer: rubles for an order (zero is free) and a note for customers."""

    price: Decimal
    note: str


def services_of(dealer_id):
    """Offered or None by each Service."""
    rows = {row.service: row for row in DealerService.objects.filter(dealer=dealer_id)}
    return {
        service: Offered(rows[service].price, rows[service].note) if service in rows else None
        for service in Service
    }


@transaction.atomic
def save_services(*, dealer_id, edits, by):
    """Save services and return (changed, moved): lists of Service.

    ``edits`` maps a Service to what the person saw and what they want, each Offered or None. A
    service that somebody else changed since is left alone and told as moved.
    """
    dealer = Dealer.objects.select_for_update(no_key=True).only("name").get(pk=dealer_id)
    current = services_of(dealer_id)
    changed, moved = [], []
    with pghistory.context(user=by.pk):
        for service, (seen, wanted) in edits.items():
            if wanted in (seen, current[service]):
                continue
            if current[service] != seen:
                moved.append(service)
                continue
            changed.append(service)
            if wanted is None:
                DealerService.objects.filter(dealer=dealer_id, service=service).delete()
            else:
                DealerService.objects.update_or_create(
                    dealer_id=dealer_id,
                    service=service,
                    defaults={"price": wanted.price, "note": wanted.note},
                )
    if changed:
        changes = [
            {
                "field": str(service.label),
                "before": _plain(current[service]),
                "after": _plain(edits[service][1]),
            }
            for service in changed
        ]
        record(by=by, changed=dealer, kind=AuditKind.SERVICES, data={"changes": changes})
    return changed, moved


def _plain(offered):
    return None if offered is None else f"{offered.price:f} {offered.note}".strip()
