"""What the simulator's page shows, and to whom.

Whoever holds a customer's phone there could prove any contact; so beside the demo the page is for
administrators only. In the demo everybody may try: a dealer's manager the own phone and those of
the customers of the own orders, the manufacturer's people all. Customers' numbers stay masked.
"""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings

from dealers.models import User
from orders.models import Order
from orders.phones import masked_phone
from orders.statuses import IN_WORK
from suz.common.masking import without_phones
from suz.common.text import phone as readable
from telephony.models import Call, SimPhone
from telephony.providers import is_simulated
from telephony.states import Leg, Status

CHOICES = 40
SHOWN_SMS = 5
KEYS = (*"123456789", "*", "0", "#")
RINGING = ("answer", "reject", "busy", "no_answer")
TALKING = ("hang_up", *(f"key_{key}" for key in KEYS))


@dataclass(frozen=True)
class Handset:
    """A phone on the page: whose it is, and the newest call on it if there was any."""

    leg: str
    name: str
    shown_number: str
    call: SimPhone | None
    sms: list

    @property
    def rings(self):
        return self.call is not None and self.call.status == Status.RINGING

    @property
    def talks(self):
        return self.call is not None and self.call.status == Status.IN_PROGRESS

    @property
    def state(self):
        """ringing, talking, over or idle."""
        if self.call is None or self.call.status in (Status.QUEUED, Status.INITIATED):
            return "idle"
        return "ringing" if self.rings else "talking" if self.talks else "over"

    @property
    def token(self):
        call = f"{self.call.pk}.{self.call.version}" if self.call else "0"
        return f"{call}.{self.sms[0].pk if self.sms else 0}"


@dataclass(frozen=True)
class Page:
    """The two phones side by side, and what may be chosen instead."""

    order: Order | None
    manager: User | None
    orders: list
    managers: list
    handsets: list
    calling: list

    @property
    def token(self):
        return "-".join([*(one.token for one in self.handsets), *map(str, self.calling)])


def may_simulate(user):
    """Whether the page is there for the user."""
    return is_simulated() and (settings.DEMO or user.is_administrator)


def page_for(user, order_id=None, manager_id=None):
    """The page with an order's customer and one of its dealer's managers."""
    orders = orders_of(user)
    calling = [
        pk
        for pk in Call.objects.filter(ended_at__isnull=True, order__in=orders)
        .order_by("-id")
        .values_list("order_id", flat=True)[:CHOICES]
    ]
    choices = list(orders.filter(status__in=IN_WORK).order_by("-accepted_at")[:CHOICES])
    wanted = order_id or next(iter(calling), None) or (choices[0].pk if choices else None)
    order = next((one for one in choices if one.pk == wanted), None)
    if order is None and wanted:
        order = orders.filter(pk=wanted).first()
        choices = [order, *choices] if order else choices
    for one in choices:
        # Customers write their number into every field.
        one.customer_shown = without_phones(one.customer_name)
    if order is None:
        return Page(None, None, choices, [], [], calling)
    managers = managers_of(user, order)
    manager = _chosen(user, order, managers, manager_id)
    return Page(order, manager, choices, managers, handsets(order, manager), calling)


def orders_of(user):
    """Orders whose phones the user may hold; those that the robot has cancelled stay in hand."""
    orders = Order.objects.alive().filter(dealer__isnull=False).select_related("dealer")
    if user.is_dealer:
        return orders.filter(dealer_id=user.dealer_id)
    return orders if user.is_manufacturer else orders.none()


def managers_of(user, order):
    """Managers whose phones the user may hold: a dealer's manager the own one only."""
    if user.is_dealer:
        return [user]
    return list(User.objects.filter(dealer_id=order.dealer_id, is_active=True).order_by("name"))


def handsets(order, manager):
    """The customer's phone and the manager's."""
    customer = Handset(
        Leg.CUSTOMER,
        without_phones(order.customer_name),
        masked_phone(order),
        _newest(order.phone),
        sms_to(order.phone),
    )
    if manager is None:
        return [customer]
    own = manager.phone
    return [
        Handset(
            Leg.MANAGER,
            manager.name,
            readable(own) if own else "",
            _newest(own) if own else None,
            sms_to(own) if own else [],
        ),
        customer,
    ]


def may_do(call, action):
    """Whether a phone can do that in its present state."""
    if call.status == Status.RINGING:
        return action in RINGING or (action == "machine" and call.finds_machines)
    return call.status == Status.IN_PROGRESS and action in TALKING


def act(*, call, action):
    """The person holding the phone does something; a worker carries it out. Returns whether."""
    if not may_do(call, action):
        return False
    return bool(
        SimPhone.objects.filter(pk=call.pk, status=call.status, ended_at=None).update(action=action)
    )


def sms_to(number):
    """The newest simulated messages to a phone, where there are such messages."""
    try:
        model = apps.get_model("notifications", "SimulatedSms")
    except LookupError:
        return []
    return list(model.objects.filter(phone=str(number)).order_by("-pk")[:SHOWN_SMS])


def _newest(number):
    return SimPhone.objects.filter(number=str(number)).order_by("-id").first()


def _chosen(user, order, managers, manager_id):
    going = (
        Call.objects.filter(order=order, manager__isnull=False)
        .order_by("-id")
        .values_list("manager_id", flat=True)
    )
    by_id = {one.pk: one for one in managers}
    for pk in (manager_id, next(iter(going[:1]), None), order.manager_id):
        if pk in by_id:
            return by_id[pk]
    return managers[0] if managers else None
