"""What customers ask for by the page of their order, in words."""

from django.utils.translation import gettext_lazy

from orders.models import Ask

ASKS = {
    Ask.CHANGE: gettext_lazy("asks to change the order"),
    Ask.CANCEL: gettext_lazy("asks to cancel the order"),
}
SETTLED = {
    (Ask.CHANGE, True): gettext_lazy("The customer’s wish to change the order is fulfilled"),
    (Ask.CHANGE, False): gettext_lazy("The customer’s wish to change the order is not fulfilled"),
    (Ask.CANCEL, True): gettext_lazy("The order is cancelled as the customer asked"),
    (Ask.CANCEL, False): gettext_lazy("The customer’s wish to cancel the order is not fulfilled"),
}


def ask_words(entry):
    """What the customer asks for in a comment, "" where nothing."""
    return str(ASKS.get(entry.data.get("asks"), ""))


def settled_words(data):
    """How a wish of the customer has ended."""
    return str(SETTLED.get((data.get("asks"), bool(data.get("granted"))), ""))
