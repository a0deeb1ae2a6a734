"""What a user may do with an order now, so that pages offer exactly that.

The services decide once more; this is about buttons.
"""

from dataclasses import dataclass

from orders.statuses import IN_WORK, STATUSES, Status, StatusInfo, Step, steps_from

# On the way forward; the other moves lead back.
FORWARD = {
    (Status.PROCESSED, Status.CLARIFICATION),
    (Status.CLARIFICATION, Status.PAYMENT),
    (Status.PAYMENT, Status.DELIVERY),
}


@dataclass(frozen=True)
class Actions:
    """The actions open to a user. ``next_move`` and ``other_moves`` are statuses to move to.

    ``needs_call``: contact is proven by a call through the site alone.
    """

    accept: bool = False
    decline: bool = False
    contacted: bool = False
    needs_call: bool = False
    next_move: StatusInfo | None = None
    other_moves: tuple[StatusInfo, ...] = ()
    complete: bool = False
    give_up: bool = False
    cancel: bool = False
    assign: bool = False
    restart: bool = False
    reopen: bool = False
    delete: bool = False
    comment: bool = False
    edit_lines: bool = False
    promo: bool = False
    renew_link: bool = False


def actions_for(user, order, settings):
    """The actions of a user who sees the order."""
    own = user.is_dealer and order.dealer_id == user.dealer_id
    status = Status(order.status)
    if not (own or user.is_manufacturer):
        return Actions(accept=status == Status.NEW, decline=status == Status.NEW)
    steps = steps_from(status, dealer=user.is_dealer)
    kinds = {step.step for step in steps}
    moves = [step.target for step in steps if step.step == Step.MOVE]
    forward = [target for target in moves if (status, target) in FORWARD]
    needs_call = (
        user.is_dealer
        and settings.calls_enabled
        and user.dealer.site_calls
        and not order.contact_kind
    )
    return Actions(
        contacted=Step.CONTACT in kinds and not needs_call,
        needs_call=Step.CONTACT in kinds and needs_call,
        next_move=STATUSES[forward[0]] if forward else None,
        other_moves=tuple(STATUSES[target] for target in moves if target not in forward),
        complete=Step.COMPLETE in kinds,
        give_up=user.is_dealer and order.status in IN_WORK,
        cancel=Step.CANCEL in kinds,
        assign=user.is_manufacturer and order.is_open,
        restart=user.is_manufacturer and order.is_open,
        reopen=user.is_administrator and not order.is_open,
        delete=user.is_administrator,
        comment=True,
        edit_lines=order.is_open,
        promo=order.is_open,
        renew_link=True,
    )
