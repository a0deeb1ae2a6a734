"""The attention list."""

from orders.models import Attention


def raise_attention(*, order_id, reason, now):
    """Put the order on the list; False where it already stands there for this reason.

    The caller holds the lock on the order; the constraint ``attention_once`` guards it.
    """
    _line, created = Attention.objects.get_or_create(
        order_id=order_id, reason=reason, resolved_at=None, defaults={"raised_at": now}
    )
    return created


def resolve_attention(*, order_id, now, reasons=None, by=None):
    """Take the order off the list (for some reasons, or all); returns how many lines."""
    rows = Attention.objects.filter(order_id=order_id, resolved_at__isnull=True)
    if reasons is not None:
        rows = rows.filter(reason__in=reasons)
    return rows.update(resolved_at=now, resolved_by=by)
