"""How long visits are kept, and taking a person out of them."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from analytics.models import AnalyticsSettings, Hit, OrderVisit, Visit

BATCH = 5_000
MONTH = timedelta(days=31)
IDS = {"yclid": "", "gclid": "", "metrika": ""}


@transaction.atomic
def clean(*, now):
    """Delete a batch of what is older than the settings say; returns how many rows went.

    Visits of visitors who ordered stay with their orders: the orders' first and last touch are
    read from them.
    """
    settings = AnalyticsSettings.load()
    hits = Hit.objects.filter(at__lt=now - timedelta(days=settings.keep_hits_days), is_folded=True)
    old = Visit.objects.filter(
        ~Exists(OrderVisit.objects.filter(visitor=OuterRef("visitor"))),
        started_at__lt=now - MONTH * settings.keep_visits_months,
    )
    return _delete(hits.order_by("at")) + _delete(old.order_by("started_at"))


@transaction.atomic
def forget(visitors):
    """Part visits from the browsers and people they were of: single pages and click ids go.

    Each visitor gets another id, which no cookie holds; that an order came of a visit stays.
    """
    for visitor in visitors:
        other = uuid.uuid4()
        Hit.objects.filter(visitor=visitor).delete()
        OrderVisit.objects.filter(visitor=visitor).update(visitor=other)
        Visit.objects.filter(visitor=visitor).update(visitor=other, **IDS)


def _delete(rows):
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    return rows.model.objects.filter(pk__in=ids).delete()[0]
