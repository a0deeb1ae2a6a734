"""What the order's card tells of its calls."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from dealers.limits import CALLS_OF_ORDER
from orders.models import Order
from orders.statuses import IN_WORK
from telephony.models import Call
from telephony.states import CallKind, CallState, Outcome, Result
from telephony.wording import outcome_words


@dataclass(frozen=True)
class Line:
    """A call that is over: how it ended in words, its recordings."""

    call: Call
    words: str
    colour: str
    seconds: int | None
    recordings: list


@dataclass(frozen=True)
class Panel:
    """``token`` names what is shown; ``refusal`` says why there is no button where one is due.

    ``answer`` is the customer's last answer to the robot, ``asks_back`` while nobody has called.
    """

    token: str
    is_live: bool
    going: Call | None
    lines: list[Line]
    can_call: bool
    refusal: str
    lacks_phone: bool
    is_caller: bool
    answer: str
    asks_back: bool


def own_order(user, pk):
    """The order as far as the user may see its calls, with ``token``; None where not. One query."""
    orders = Order.objects.alive().filter(pk=pk)
    if user.is_dealer:
        orders = orders.filter(dealer_id=user.dealer_id, dealer__is_active=True)
    elif not user.is_manufacturer:
        return None
    order = orders.annotate(call_count=Count("calls"), call_version=Sum("calls__version")).first()
    if order is not None:
        order.call_token = (
            f"{order.call_count}.{order.call_version or 0}.{order.status}.{order.contact_kind}"
        )
    return order


def changes_card(before, now):
    """Whether more of the card than the panel differs between two tokens."""
    return before.split(".")[2:] != now.split(".")[2:]


def panel_of(order, user, settings, *, now):
    """The panel of an order that ``own_order`` gave: three queries at most."""
    calls = order.calls.select_related("manager").prefetch_related("recordings").order_by("-id")
    if user.is_dealer:
        calls = calls.filter(dealer_id=user.dealer_id)
    calls = list(calls)
    going = next((call for call in calls if call.is_open), None)
    robots = [call for call in calls if call.kind == CallKind.ROBOT and call.result]
    answer = robots[0] if robots and robots[0].cycle == order.cycle else None
    is_caller = (
        user.is_dealer
        and settings.calls_enabled
        and user.dealer.site_calls
        and order.status in IN_WORK
    )
    is_busy = going is not None and (
        going.kind != CallKind.ROBOT or going.state != CallState.WAITING
    )
    lacks_phone = is_caller and not user.phone
    refusal = ""
    if lacks_phone:
        refusal = _("Write your own phone into your profile: it rings first.")
    elif is_caller and not is_busy and CALLS_OF_ORDER.is_exhausted(order.pk, now=now):
        refusal = _("Five calls about this order were made today; more tomorrow.")
    return Panel(
        token=order.call_token,
        is_live=order.is_open and settings.calls_enabled and bool(order.dealer_id),
        going=going,
        lines=[line_of(call) for call in calls if not call.is_open],
        can_call=is_caller and not is_busy and not refusal,
        refusal=refusal,
        lacks_phone=lacks_phone,
        is_caller=is_caller,
        answer=answer.get_result_display() if answer else "",
        asks_back=bool(answer)
        and answer.result == Result.CALL_BACK
        and not any(
            call.joined_at and call.kind == CallKind.BRIDGE and call.pk > answer.pk
            for call in calls
        ),
    )


def line_of(call):
    """A call that is over as the card tells of it; knows its manager and its recordings."""
    is_talk = call.outcome == Outcome.CONNECTED
    words = outcome_words(call.outcome, call.party)
    if call.kind == CallKind.ROBOT and call.result:
        words = call.get_result_display()
    seconds = None
    if is_talk and call.joined_at and call.ended_at:
        seconds = int((call.ended_at - call.joined_at).total_seconds())
    return Line(
        call=call,
        words=words,
        colour="green" if is_talk else "secondary",
        seconds=seconds,
        recordings=[one for one in call.recordings.all()],
    )
