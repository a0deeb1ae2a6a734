"""Changing what an order consists of after it was placed."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Service
from dealers.models import AuditKind
from dealers.services.audit import record
from orders import messages
from orders.line_edits import pair_lines
from orders.line_facts import (
    facts_of,
    facts_of_wanted,
    lines_with_products,
    may_add,
    recheck_order,
)
from orders.models import (
    Ask,
    Assignment,
    AttentionReason,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    OrderLine,
)
from orders.models.carts import MAX_LINES, MAX_QUANTITY
from orders.rechecking import Choice, Recheck
from orders.services.accepting import (
    DISTRIBUTION_REASONS,
    assign,
    end_assignment,
    to_new_cycle,
    withdraw_open_offers,
)
from orders.services.attention import raise_attention, resolve_attention
from orders.services.conversations import end_wish
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.services.locking import lock_order
from orders.services.placing import CartTooLarge, quote_row
from orders.services.pricing import set_prices
from orders.services.versions import check_version, raise_version
from orders.statuses import IN_WORK


@dataclass(frozen=True)
class Edit:
    """New contents and what the person has chosen for the order.

    ``wanted`` are (product, quantity) pairs, the family and category of each product loaded.
    ``answer`` is the digest of the answer that was shown, ``dealer_id`` of the dealer to assign.
    """

    wanted: tuple
    services: tuple[Service, ...]
    answer: str
    choice: Choice
    dealer_id: int | None = None


class AnswerChanged(OrderError):
    """Prices or stock are not what was shown before saving."""

    def __init__(self):
        super().__init__(
            _("Prices or stock are not as shown above any more. Look at the new answer and save.")
        )


def may_edit_lines(user, order):
    """Whether the user may change what the order consists of."""
    if user.is_manufacturer:
        return order.is_open
    return (
        user.is_dealer
        and user.dealer.is_active
        and order.dealer_id == user.dealer_id
        and order.status in IN_WORK
    )


@transaction.atomic
def change_lines(*, order_id, edit, seen, key, by, now):
    """Give an order new lines and services; returns the history entry, None where nothing differs.

    Its dealer keeps it where it has everything, at its prices of now; what it has had the order at
    before it does not make dearer. Otherwise it goes back into
    distribution or, by the manufacturer, to another dealer; nobody loses points. An order that no
    dealer has goes round anew. ``seen`` is what the form carried (``versions.seen_of``), ``key``
    makes the same form change once. Raises OrderNotFound, OrderMoved, IllegalStep (closed),
    AnswerChanged, OrderError (contents).
    """
    order = lock_order(order_id)
    if order is None or not (by.is_manufacturer or order.dealer_id == by.dealer_id):
        raise OrderNotFound
    if done := order.history.filter(kind=HistoryKind.LINES, data__key=str(key)).first():
        return done
    check_version(order, seen)
    if not may_edit_lines(by, order):
        raise IllegalStep(_("The order is closed: its contents stay as they are."))
    lines = lines_with_products(order)
    _check_contents(order, edit.wanted, lines)
    answer = recheck_order(order, lines, edit.wanted, edit.services, now=now).answer
    if answer.is_too_large:
        raise CartTooLarge
    if _is_unchanged(order, lines, edit):
        return None
    _check_choice(edit, answer, by)
    entry = _write_down(order, lines, edit, answer, key, by, now)
    _replace_lines(order, lines, edit.wanted, answer.upper.prices)
    _replace_promise(order, edit.services, answer, now)
    left = order.dealer if edit.choice in (Choice.RETURN, Choice.ASSIGN) else None
    order = _settle(order, edit, answer, by, now)
    # What the customer confirmed was something else.
    order.confirmed_at = None
    order.save(update_fields=["confirmed_at"])
    raise_version(order)
    end_wish(order, granted=[Ask.CHANGE], by=by, now=now, only=Ask.CHANGE)
    messages.changed(order, entry, left=left, by=by, now=now)
    _record(order, entry.data, by, now)
    return entry


def _check_contents(order, wanted, lines):
    """What no honest form posts, and what went off sale in between."""
    if not wanted:
        raise OrderError(_("An order has at least one product. Cancel it if nothing is wanted."))
    if len(wanted) > MAX_LINES or len({product.pk for product, _quantity in wanted}) < len(wanted):
        raise OrderError(_("Too many products for one order."))
    kept = {line.product_id for line in lines}
    for product, quantity in wanted:
        if product.pk not in kept and not may_add(product, order.dealer_id):
            raise OrderError(_("“%(product)s” is no longer sold.") % {"product": product})
        if not 1 <= quantity <= MAX_QUANTITY:
            raise OrderError(_("Check the quantity of “%(product)s”.") % {"product": product})


def _is_unchanged(order, lines, edit):
    before = [(line.product_id, line.quantity) for line in lines]
    after = [(product.pk, quantity) for product, quantity in edit.wanted]
    return sorted(before) == sorted(after) and set(order.services) == set(edit.services)


def _check_choice(edit, answer: Recheck, by):
    is_known = edit.choice in answer.choices(by_manufacturer=by.is_manufacturer)
    names_dealer = edit.choice != Choice.ASSIGN or answer.of(edit.dealer_id) is not None
    if edit.answer != answer.digest or not (is_known and names_dealer):
        raise AnswerChanged


def _write_down(order, lines, edit, answer, key, by, now):
    """The history's entry: every line before and after, the services, the sums.

    Prices and one sum are known while a dealer has the order, else a range is promised.
    """
    offer = {
        Choice.STAY: answer.own and answer.own.quote,
        Choice.ASSIGN: answer.of(edit.dealer_id),
    }.get(edit.choice)
    before = facts_of(lines, priced=order.dealer_id is not None)
    after = facts_of_wanted(edit.wanted, lines, offer and offer.prices)
    if order.dealer_id:
        sums_before = (order.goods_total + order.services_total,) * 2
    else:
        sums_before = (order.price_min, order.price_max)
    sums_after = (offer.total,) * 2 if offer else (answer.low, answer.high)
    return HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.LINES,
        actor=by,
        dealer_id=order.dealer_id,
        data={
            "key": str(key),
            "choice": str(edit.choice),
            "dealer": order.dealer.name if order.dealer_id else "",
            "by_dealer": by.is_dealer,
            "lines": [
                [one and one.to_json() for one in pair] for pair in pair_lines(before, after)
            ],
            "services": [[str(s) for s in order.services], [str(s) for s in edit.services]],
            "sums": [_sum_texts(sums_before), _sum_texts(sums_after)],
        },
        is_visible=True,
        created_at=now,
    )


def _record(order, facts, by, now):
    """In the journal stand the lines that differ and the services; the rest is in the history."""
    pairs = [pair for pair in facts["lines"] if _line_text(pair[0]) != _line_text(pair[1])]
    sides = [[_line_text(pair[side]) for pair in pairs if pair[side]] for side in (0, 1)]
    services = [[str(Service(code).label) for code in codes] for codes in facts["services"]]
    changes = [
        {"field": name, "before": before, "after": after}
        for name, (before, after) in (("lines", sides), ("services", services))
        if before != after
    ]
    record(by=by, changed=order, kind=AuditKind.LINES, data={"changes": changes}, now=now)


def _line_text(line):
    return line and f"{line['name']} × {line['quantity']}"


def _sum_texts(sums):
    return [None if value is None else f"{value:.2f}" for value in sums]


def _replace_lines(order, lines, wanted, prices):
    """New rows at the promise's upper end; a product that stays keeps its words of the time."""
    kept = {line.product_id: line for line in lines}
    OrderLine.objects.filter(order=order).delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product=product,
            category_name=kept[product.pk].category_name
            if product.pk in kept
            else product.family.category.name,
            **{
                name: getattr(kept.get(product.pk, product), name)
                for name in ("name", "unit", "length_mm", "width_mm", "thickness_mm", "colour")
            },
            quantity=quantity,
            price=price,
            placed_price=price,
            total=price * quantity,
        )
        for position, ((product, quantity), price) in enumerate(
            zip(wanted, prices, strict=True), start=1
        )
    )


def _replace_promise(order, services, answer, now):
    """What every dealer would charge, and the range, for the new contents."""
    order.wants_delivery = Service.DELIVERY in services
    order.wants_installation = Service.INSTALLATION in services
    order.price_min, order.price_max = answer.low, answer.high
    order.save(
        update_fields=["wants_delivery", "wants_installation", "price_min", "price_max"],
    )
    DealerQuote.objects.filter(order=order).delete()
    DealerQuote.objects.bulk_create(quote_row(order, offer, now) for offer in answer.quotes)


def _settle(order, edit, answer, by, now):
    """Who has the order from now on, at which prices; returns the order."""
    if edit.choice == Choice.STAY:
        set_prices(order, answer.own.quote.prices, answer.own.quote.total)
        return order
    if edit.choice == Choice.ASSIGN:
        return assign(order_id=order.pk, dealer_id=edit.dealer_id, by=by, now=now)
    if order.dealer_id:
        # Not the dealer's fault: no points, and nothing but its assortment keeps it out.
        end_assignment(order, Assignment.End.REASSIGNED, now=now)
    withdraw_open_offers(order, now)
    messages.withdraw_offers(order, now)
    resolve_attention(order_id=order.pk, reasons=DISTRIBUTION_REASONS, by=by, now=now)
    if by.is_dealer:
        # Without points, so people look whether the customer wanted it or the dealer wanted out.
        raise_attention(order_id=order.pk, reason=AttentionReason.PUT_BACK, now=now)
    HistoryEntry.objects.create(order=order, kind=HistoryKind.RESTARTED, actor=by, created_at=now)
    to_new_cycle(order, now=now)
    return order
