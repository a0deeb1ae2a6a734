"""What a user sees of an order's customer."""

from dataclasses import dataclass

from orders.phones import masked_phone, phone_for
from suz.common.masking import without_phones


@dataclass(frozen=True)
class CustomerView:
    """The customer as one user sees them; empty strings are hidden.

    ``is_open``: name, e-mail and address are open. ``phone`` is readable or masked, ``is_dialable``
    tells which; while it is masked, so are phones that stand in the other words.
    """

    is_open: bool
    name: str = ""
    email: str = ""
    address: str = ""
    phone: str = ""
    is_dialable: bool = False
    latitude: float | None = None
    longitude: float | None = None


def has_contact(user, order):
    """Whether the user sees who the customer is: the manufacturer, and the order's own dealer."""
    return user.is_manufacturer or (user.is_dealer and order.dealer_id == user.dealer_id)


def waiting_of(order, user):
    """The order's Conversation where its customer waits and that is the user's business."""
    talk = getattr(order, "conversation", None)
    if talk is None or not talk.waits or not has_contact(user, order):
        return None
    return talk if talk.concerns(user) else None


def details_for(user, order, settings=None):
    """The customer as the user may see them: before acceptance a dealer sees the place only."""
    if not has_contact(user, order):
        return CustomerView(is_open=False)
    number = phone_for(user, order, settings)
    # People write their number wherever they can, and many addresses of mail are nothing else.
    words = str if number is not None else without_phones
    return CustomerView(
        is_open=True,
        name=words(order.customer_name),
        email=words(order.email),
        address=words(order.address),
        phone=number or masked_phone(order),
        is_dialable=bool(number),
        latitude=order.latitude,
        longitude=order.longitude,
    )
