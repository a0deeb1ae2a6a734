"""How an order ended, as far as surveys ask about it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from orders.models import Party
from orders.statuses import Status


class Outcome(models.TextChoices):
    """What became of an order."""

    SOLD = "sold", pgettext_lazy("outcome", "sold")
    UNSOLD = "unsold", pgettext_lazy("outcome", "not sold")
    CANCELLED = "cancelled", pgettext_lazy("outcome", "cancelled by the customer")


def outcome_of(order):
    """The outcome of a closed order; its reason of cancelling says whose decision it was."""
    if order.status == Status.COMPLETED:
        return Outcome.SOLD
    reason = order.cancel_reason
    if reason is not None and reason.party == Party.CUSTOMER:
        return Outcome.CANCELLED
    return Outcome.UNSOLD
