"""LeadsDB and two dealers' webhooks as they were tried out: switched off, with what was sent.

Nothing leaves the demo: the systems are off and have no secret.
"""

import datetime
from datetime import timedelta

from analytics.api.tokens import create_token
from analytics.leadsdb.content import EVENT, key_of
from analytics.models import (
    ApiToken,
    Dispatch,
    DispatchState,
    Endpoint,
    EndpointKind,
    ExchangeLog,
    ExchangeMark,
    SyncRun,
    SyncState,
)
from analytics.models.tokens import Scope
from analytics.webhooks.events import EVENTS, OF_KIND
from dealers.models import User
from orders.models import HistoryEntry, Order
from orders.timeline import NO_CHANGES
from suz.local.demo.accounts import HEAD_EMAIL, NEWCOMER_EMAIL

ORDERS, OF_A_DEALER = 60, 25
TAKEN, REFUSED, AWAY = "taken", "refused", "away"
# What became of every so-manyth message; the others were taken at once.
FATES = {5: REFUSED, 8: AWAY}
TAKEN_ANSWER = '{"result": "accepted"}'
REFUSED_ANSWER = '{"error": "unknown region code"}'


def create_integrations(*, by, now):
    """Write the settings and their logs; ``by`` is the administrator who tried them out."""
    _leadsdb(by, now)
    for email, url in (
        (HEAD_EMAIL, "https://1c.fasad-demo.ru/suz/hook"),
        (NEWCOMER_EMAIL, "https://crm.prichal-demo.ru/webhooks/orders"),
    ):
        _webhook(User.objects.get(email=email).dealer, url, now)
    _token(User.objects.get(email=HEAD_EMAIL), now)


def _token(head, now):
    """A token that nobody knows the secret of: it shows what the page looks like."""
    token, _secret = create_token(
        name="1С: Управление торговлей",
        scopes=list(Scope),
        by=head,
        now=now - timedelta(days=12),
    )
    ApiToken.objects.filter(pk=token.pk).update(used_at=now - timedelta(minutes=7))
    ExchangeMark.objects.create(token=token)
    ExchangeLog.objects.bulk_create(
        ExchangeLog(
            dealer=head.dealer,
            token=token,
            at=now - timedelta(hours=hours),
            what=what,
            rows=rows,
            is_good=is_good,
            result=result,
        )
        for hours, what, rows, is_good, result in (
            (26, "цены и наличие", 84, True, "изменено: 12, нет в каталоге: 4"),
            (25, "заказы переданы", 3, True, ""),
            (3, "цены и наличие", 0, False, "Строка 7: Цена — не сумма в рублях."),
            (2, "цены и наличие", 84, True, "изменено: 1, нет в каталоге: 4"),
        )
    )


def _leadsdb(by, now):
    endpoint = Endpoint.objects.create(
        kind=EndpointKind.LEADSDB,
        url="https://leadsdb.demo.ru/api/orders",
        user="suz",
        created_at=now - timedelta(days=20),
    )
    begun = now - timedelta(days=2, hours=3)
    orders = list(
        Order.objects.filter(created_at__lt=begun).order_by("-created_at", "-pk")[:ORDERS]
    )
    orders.reverse()
    since = orders[0].created_at.date() if orders else datetime.date(now.year, 1, 1)
    run = SyncRun.objects.create(
        since=since,
        state=SyncState.FINISHED,
        by=by,
        started_at=begun,
        finished_at=begun + timedelta(seconds=9),
        mark_at=orders[-1].created_at if orders else begun,
        mark_id=orders[-1].pk if orders else 0,
        total=len(orders),
        queued=len(orders),
    )
    last = _last_changes(orders)
    rows = []
    for number, order in enumerate(orders, 1):
        revision = order.version + last.get(order.pk, 0)
        at = begun + timedelta(milliseconds=120 * number)
        row = Dispatch(order=order, event=EVENT, source=revision, occurred_at=begun, run=run)
        row.key = key_of(order.pk, revision)
        rows.append(_ended(row, endpoint, number, at))
    Dispatch.objects.bulk_create(rows)


def _last_changes(orders):
    """The id of the last change of each order."""
    entries = HistoryEntry.objects.filter(order__in=[order.pk for order in orders])
    entries = entries.exclude(kind__in=NO_CHANGES).order_by("id")
    return dict(entries.values_list("order", "id"))


def _webhook(dealer, url, now):
    endpoint = Endpoint.objects.create(
        kind=EndpointKind.WEBHOOK,
        dealer=dealer,
        url=url,
        events=list(EVENTS),
        created_at=now - timedelta(days=30),
    )
    entries = HistoryEntry.objects.filter(
        kind__in=list(OF_KIND),
        order__dealer=dealer,
        dealer=dealer,
        created_at__range=(now - timedelta(days=30), now - timedelta(hours=6)),
    )
    rows = []
    newest = list(entries.order_by("-created_at", "-pk")[:OF_A_DEALER])
    for number, entry in enumerate(reversed(newest), 1):
        event = OF_KIND[entry.kind]
        row = Dispatch(
            order_id=entry.order_id, event=event, source=entry.pk, occurred_at=entry.created_at
        )
        row.key = f"webhook-{endpoint.pk}-{event}-{entry.pk}"
        rows.append(_ended(row, endpoint, number, entry.created_at + timedelta(seconds=2)))
    Dispatch.objects.bulk_create(rows)


def _ended(row, endpoint, number, at):
    """The row with what became of it."""
    fate = next((fate for every, fate in FATES.items() if number % every == 0), TAKEN)
    row.endpoint, row.due_at, row.tried_at, row.attempts = endpoint, at, at, 1
    if fate == REFUSED:
        row.state, row.status_code = DispatchState.DEAD, 422
        row.error, row.answer = "Ответ с кодом 422.", REFUSED_ANSWER
        return row
    if fate == AWAY:
        # Taken when it was tried for the third time.
        row.attempts, row.tried_at = 3, at + timedelta(minutes=3)
    row.state, row.status_code, row.answer = DispatchState.SENT, 201, TAKEN_ANSWER
    row.sent_at = row.tried_at
    return row
