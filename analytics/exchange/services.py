"""What an exchange does: orders out, prices and stock in, statuses in."""

from collections import defaultdict
from datetime import timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.api.prices import RowsRefused, Wanted, set_terms
from analytics.api.steps import take_step
from analytics.exchange.reading import read_offers, read_statuses
from analytics.exchange.writing import write_orders
from analytics.models import ExchangeLog, ExchangeMark
from analytics.webhooks.content import order_json
from catalog.importing.cells import name_key
from catalog.models import Product
from dealers.models import SystemSettings
from orders.card import card_of
from orders.models import HistoryEntry
from orders.services.errors import OrderError
from orders.statuses import STATUSES
from orders.views.cards import visible_order

# So many orders are given out at once; 1C asks again until there are none.
ORDERS = 50
KEPT = timedelta(days=90)
# Where pieces of files lie until they are read; what an exchange left lying goes after a day.
FOLDER = "exchange"
LYING = timedelta(days=1)
TOLD = 30
# Young entries may be joined by older ones that are still being written: they wait.
SETTLED = timedelta(seconds=10)


class ExchangeRefused(Exception):
    """What was sent cannot be taken; the message goes to 1C and into the log."""


def orders_for(token, *, now):
    """The document of the dealer's own orders with news since the last success, oldest first."""
    mark, _made = ExchangeMark.objects.get_or_create(token=token)
    news = HistoryEntry.objects.filter(
        order__dealer=token.dealer_id,
        order__deleted_at__isnull=True,
        pk__gt=mark.confirmed,
        created_at__lt=now - SETTLED,
    )
    last = dict(
        news.order_by().values_list("order").annotate(last=Max("pk")).order_by("last")[:ORDERS]
    )
    settings, found = SystemSettings.load(), []
    for number in last:
        try:
            seen = visible_order(token.user, number, settings)
        except Http404:
            continue
        found.append(order_json(seen, card_of(seen, token.user, settings, {})))
    ExchangeMark.objects.filter(pk=mark.pk).update(
        offered=max(last.values(), default=mark.confirmed)
    )
    if found:
        log(token, _("orders given out"), now=now, rows=len(found))
    return write_orders(found, now=now)


def confirm_orders(token):
    """The program has kept what it was given: it is not given out again."""
    mark = ExchangeMark.objects.filter(token=token).first()
    if mark is not None and mark.offered > mark.confirmed:
        ExchangeMark.objects.filter(pk=mark.pk).update(confirmed=mark.offered)


def take_offers(token, content, *, now):
    """Set prices and stock as a file of 1C says, all or nothing; returns how many changed.

    What is not in the catalogue is left out: 1C sends all that the dealer sells. Raises BadFile,
    ExchangeRefused with a line for each row that cannot be taken.
    """
    rows = read_offers(content)
    known, skipped = _matched(rows)
    faults = [
        _("Row %(row)d: %(reason)s") % {"row": row.row, "reason": row.fault}
        for row in known.values()
        if row.fault
    ]
    if faults:
        raise ExchangeRefused("\n".join(faults[:TOLD]))
    has_prices = token.dealer.own_prices
    wanted = [
        Wanted(product, row.in_stock, row.price, row.price is not None and has_prices)
        for product, row in known.items()
    ]
    try:
        saved = set_terms(rows=wanted, by=token.user)
    except RowsRefused as refusal:
        lines = [f"№ {one.product_id}: {one.message}" for one in refusal.faults[:TOLD]]
        raise ExchangeRefused("\n".join(lines)) from refusal
    result = _("changed: %(changed)d, not in the catalogue: %(skipped)d") % {
        "changed": len(saved.changed),
        "skipped": skipped,
    }
    log(token, _("prices and stock"), now=now, rows=len(rows), result=result)
    return len(saved.changed)


def take_statuses(token, content, *, now):
    """Take the steps that a file of documents asks for; returns how many orders it named.

    Each order by itself: what is legal is done. Raises ExchangeRefused with what was not.
    """
    codes = {_plain(str(info.name)): code for code, info in STATUSES.items()}
    codes |= {code.value: code for code in STATUSES}
    faults, rows = [], read_statuses(content)
    for number, name in rows:
        status = codes.get(_plain(name))
        try:
            if status is None:
                raise OrderError(_("There is no such status."))
            if not (number.isascii() and number.isdigit() and len(number) < 19):
                raise Http404
            take_step(number=int(number), status=status, by=token.user, now=now)
        except Http404:
            faults.append(f"№ {number[:20]}: {_('There is no such order.')}")
        except OrderError as error:
            faults.append(f"№ {number}: {error.message}")
    if faults:
        raise ExchangeRefused("\n".join(faults[:TOLD]))
    log(token, _("statuses of orders"), now=now, rows=len(rows))
    return len(rows)


def log(token, what, *, now, rows=0, is_good=True, result=""):
    """Keep what was exchanged."""
    ExchangeLog.objects.create(
        dealer_id=token.dealer_id,
        token=token,
        at=now,
        what=what[:60],
        rows=rows,
        is_good=is_good,
        result=result[:4_000],
    )


@transaction.atomic
def forget_old(*, now):
    """Delete old lines of the log; returns how many."""
    ids = ExchangeLog.objects.filter(at__lt=now - KEPT).order_by("at").values_list("pk")[:5_000]
    return ExchangeLog.objects.filter(pk__in=[pk for (pk,) in ids]).delete()[0]


def forget_files(*, now):
    """Delete files of exchanges that were broken off; returns how many."""
    store, gone = storages["private"], 0
    sessions = store.listdir(FOLDER)[0] if store.exists(FOLDER) else ()
    for session in sessions:
        folder = f"{FOLDER}/{session}"
        _folders, names = store.listdir(folder)
        for name in names:
            if store.get_modified_time(f"{folder}/{name}") < now - LYING:
                store.delete(f"{folder}/{name}")
                gone += 1
        if not store.listdir(folder)[1]:
            store.delete(folder)
    return gone


def _matched(rows):
    """({product's id: its last row}, how many rows are of nothing in the catalogue).

    By our number where Артикул is one, else by a name that only one product has.
    """
    products = Product.objects.on_sale().values_list("pk", "name")
    names, ids = defaultdict(set), set()
    for pk, name in products:
        ids.add(pk)
        names[name_key(name)].add(pk)
    found, skipped = {}, 0
    for row in rows:
        product = row.number if row.number in ids else None
        if product is None and row.name:
            same = names.get(name_key(row.name), ())
            product = next(iter(same)) if len(same) == 1 else None
        if product is None:
            skipped += 1
        else:
            found[product] = row
    return found, skipped


def _plain(text):
    return text.strip().lower().replace("ё", "е")
