"""What is spoken on the phone: plain facts in, sentences out."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Unit
from telephony.russian import Gender, counted, rubles
from telephony.states import Leg, Outcome, Result

SPOKEN_LINES = 3
UNITS = {
    Unit.PIECE: (("штука", "штуки", "штук"), Gender.FEMININE),
    Unit.PACK: (("упаковка", "упаковки", "упаковок"), Gender.FEMININE),
    Unit.METRE: (("метр", "метра", "метров"), Gender.MASCULINE),
    Unit.SQUARE_METRE: (
        ("квадратный метр", "квадратных метра", "квадратных метров"),
        Gender.MASCULINE,
    ),
}
POSITION = (("позиция", "позиции", "позиций"), Gender.FEMININE)


@dataclass(frozen=True)
class SpokenLine:
    """A line of the order; ``unit`` is a catalog.models.Unit."""

    name: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class SpokenOrder:
    """What the robot tells of an order; ``total`` in rubles, ``manager`` may be empty."""

    number: int
    dealer: str
    manager: str
    total: Decimal
    lines: tuple[SpokenLine, ...]


def contents(lines):
    """The goods in short: the first three, and how many more there are."""
    spoken = [f"{line.name}, {counted(line.quantity, UNITS[Unit(line.unit)])}" for line in lines]
    text = "; ".join(spoken[:SPOKEN_LINES])
    more = len(spoken) - SPOKEN_LINES
    if more > 0:
        text = _("%(goods)s; and %(more)s more") % {"goods": text, "more": counted(more, POSITION)}
    return text


def order_told(order):
    """The robot's first words: the order as the dealer accepted it."""
    accepted = (
        _("Dealer “%(dealer)s” has accepted your order number %(number)s, manager %(manager)s.")
        if order.manager
        else _("Dealer “%(dealer)s” has accepted your order number %(number)s.")
    )
    return " ".join(
        (
            _("Hello! This is the robot of the online shop."),
            accepted % {"dealer": order.dealer, "number": order.number, "manager": order.manager},
            _("In the order: %(goods)s.") % {"goods": contents(order.lines)},
            _("The sum is %(sum)s.") % {"sum": rubles(order.total)},
        )
    )


def menu():
    return _(
        "To confirm the order, press one. To be called back by the manager, press two. "
        "To cancel the order, press three."
    )


def cancel_question():
    return _("To cancel the order for good, press one. To go back, press two.")


def not_understood():
    return _("Sorry, I did not understand.")


def goodbye(result):
    """The robot's last words after an answer."""
    return {
        Result.CONFIRMED: _("Thank you, the order is confirmed. Goodbye!"),
        Result.CALL_BACK: _("All right, the manager will call you back. Goodbye!"),
        Result.CANCELLED: _("The order is cancelled. Goodbye!"),
        Result.SILENT: _("The manager will get in touch with you. Goodbye!"),
    }[result]


def gone():
    """To whoever picked up the phone of a call that nobody needs any more."""
    return _("The call is no longer needed. Goodbye!")


def connecting(number):
    """To the manager, before the customer's phone rings."""
    return _(
        "Connecting you with the customer of order number %(number)s. The conversation is recorded."
    ) % {"number": number}


def notice(number, dealer):
    """To the customer, before the manager is heard."""
    return _(
        "Hello! Dealer “%(dealer)s” is calling about your order number %(number)s. "
        "The conversation is recorded."
    ) % {"number": number, "dealer": dealer}


def not_reached(outcome):
    """To the manager, when the customer was not reached."""
    return {
        Outcome.BUSY: _("The customer's line is busy."),
        Outcome.NO_ANSWER: _("The customer does not answer."),
        Outcome.MACHINE: _("An answering machine has answered."),
        Outcome.HUNG_UP: _("The customer has hung up."),
    }.get(outcome, _("The customer could not be reached."))


def outcome_words(outcome, party):
    """How a call ended, for the card: whose phone was busy, who hung up."""
    if outcome == Outcome.CONNECTED:
        return _("talked")
    if outcome == Outcome.MACHINE:
        return _("an answering machine answered")
    if outcome == Outcome.WITHDRAWN:
        return _("no longer needed")
    if outcome == Outcome.FAILED:
        return _("could not be put through")
    by_customer = party == Leg.CUSTOMER
    if outcome == Outcome.BUSY:
        return _("the customer's line is busy") if by_customer else _("the manager's line is busy")
    if outcome == Outcome.NO_ANSWER:
        return (
            _("the customer does not answer")
            if by_customer
            else _("the manager did not pick up the phone")
        )
    return (
        _("the customer hung up before connection")
        if by_customer
        else _("the manager hung up before connection")
    )
