"""Promo codes of orders: taken and given back, applied and removed by staff."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from catalog.promotions.models import day_of
from orders.models import HistoryEntry, HistoryKind, OrderLine, PromoCode
from orders.promo_codes import find_code, minimum_words, staff_words, trouble_with
from orders.services.errors import IllegalStep, OrderError
from orders.services.locking import lock_own
from orders.services.pricing import SUMS, count_discount
from orders.statuses import Status


class PromoRefused(OrderError):
    """The code does not work for the order; ``message`` says why, for staff."""


def take_use(cut, *, now):
    """Take one use of a code for an order; False where it no longer works on these terms.

    One conditional update: of many at once exactly as many pass as there are uses left. The row is
    locked until the transaction ends.
    """
    today = day_of(now)
    return bool(
        PromoCode.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            _left(),
            pk=cut.code_id,
            is_active=True,
            starts_on__lte=today,
            **{
                name if value is not None else f"{name}__isnull": value if value else True
                for name, value in (("percent", cut.percent), ("amount", cut.amount))
            },
        ).update(uses=F("uses") + 1)
    )


def give_back(order):
    """The order holds its use of a code no more; its code stays written on it."""
    if order.promo_code_id:
        PromoCode.objects.filter(pk=order.promo_code_id, uses__gt=0).update(uses=F("uses") - 1)


def take_again(order, *, by, now):
    """An order that comes back takes its use again, whatever the term.

    Where none is left, the discount goes and the history says so; sums are not saved, and True
    is returned.
    """
    if not order.promo_code_id:
        return False
    if PromoCode.objects.filter(_left(), pk=order.promo_code_id).update(uses=F("uses") + 1):
        return False
    code, before = order.promo_code, order.total
    order.promo_code = None
    count_discount(order, ())
    _record(order, "lost", code, before, by, now)
    return True


def holds_use(order):
    """Whether the order's use counts among its code's."""
    return bool(
        order.promo_code_id and order.status != Status.CANCELLED and order.deleted_at is None
    )


@transaction.atomic
def apply_code(*, order_id, text, by, now):
    """Staff applies a code to an open order, in place of the one it may have.

    Raises OrderNotFound, IllegalStep, PromoRefused.
    """
    order = _open_order(order_id, by)
    code = find_code(text)
    if code is not None and code.pk == order.promo_code_id:
        return order
    trouble = trouble_with(code, order.place, now=now)
    if trouble is not None:
        raise PromoRefused(staff_words(trouble))
    lines = list(OrderLine.objects.filter(order=order))
    if not code.cut.is_reached(sum(line.placed_price * line.quantity for line in lines)):
        raise PromoRefused(minimum_words(code.min_sum))
    # The one row that both need is locked here, and another's in the order of ids.
    _lock_codes(code.pk, order.promo_code_id)
    if not take_use(code.cut, now=now):
        raise PromoRefused(_("The promo code has just been used up or changed."))
    give_back(order)
    before = order.total
    order.promo_code = code
    count_discount(order, lines)
    order.save(update_fields=["promo_code", *SUMS])
    _record(order, "applied", code, before, by, now)
    return order


@transaction.atomic
def remove_code(*, order_id, by, now):
    """Staff takes the code off an open order; its use is given back.

    Raises OrderNotFound, IllegalStep.
    """
    order = _open_order(order_id, by)
    if order.promo_code_id is None:
        return order
    give_back(order)
    code, before = order.promo_code, order.total
    order.promo_code = None
    count_discount(order, ())
    order.save(update_fields=["promo_code", *SUMS])
    _record(order, "removed", code, before, by, now)
    return order


def _left():
    return Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))


def _lock_codes(*ids):
    codes = PromoCode.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("pk")
    list(codes.select_for_update(no_key=True).values_list("pk"))


def _open_order(order_id, by):
    order = lock_own(order_id, by)
    if not order.is_open:
        raise IllegalStep(_("The order is closed."))
    return order


def _record(order, action, code, before, by, now):
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.PROMO,
        actor=by,
        dealer_id=order.dealer_id,
        data={
            "action": action,
            "code": code.code,
            "before": str(before),
            "after": str(order.total),
            "discount": str(order.discount or Decimal(0)),
        },
        is_visible=True,
        created_at=now,
    )
