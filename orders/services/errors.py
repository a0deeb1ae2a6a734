"""Refusals, each with a sentence for people."""

from django.utils.translation import gettext as _


class OrderError(Exception):
    """An action on an order was refused; ``message`` says why, for people."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class OrderNotFound(OrderError):
    """There is no such order for this person."""

    def __init__(self):
        super().__init__(_("There is no such order."))


class OrderGone(OrderError):
    """The order was there for the taking and no longer is."""


class IllegalStep(OrderError):
    """The table of transitions does not have this step for this person."""
