"""What staff does to a customer's card: contacts, notes, a look at the phone."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.details import in_words
from orders.models import Customer, CustomerDeed, CustomerNote, Order
from orders.services.errors import OrderError
from suz.common.text import phone as written

CONTACTS = ("name", "phone", "email")
TRIES = 5


class CustomerNotFound(OrderError):
    """There is no such customer for this person."""

    def __init__(self):
        super().__init__(_("There is no such customer."))


class CustomerMoved(OrderError):
    """Somebody else has changed the card since the form was made."""

    def __init__(self):
        super().__init__(_("Somebody has changed the card meanwhile. Nothing is overwritten."))


class PhoneTaken(OrderError):
    """The number is another customer's: ``other`` is its number."""

    def __init__(self, other):
        super().__init__(
            _("This phone belongs to customer № %(number)s. One person? Merge the cards.")
            % {"number": other}
        )
        self.other = other


def keep_customer(*, name, phone, email, now):
    """The customer of a phone, known already or new; its row is locked until the transaction ends.

    A stranger who knows a phone must not rename its owner, so nothing of a known one changes. Who
    was merged into another customer is that one.
    """
    customer = Customer(name=name, phone=phone, email=email, created_at=now)
    # The number is "updated", so that merging and erasing wait for this order or it for them.
    Customer.objects.bulk_create(
        [customer], update_conflicts=True, unique_fields=["phone"], update_fields=["phone"]
    )
    kept = Customer.objects.values_list("merged_into", flat=True).get(pk=customer.pk)
    if kept is not None:
        customer = Customer.objects.get(pk=kept)
    return customer


def refuse_erased(order):
    """Raises OrderError where nobody is left whom the order could be delivered to."""
    if not order.phone:
        raise OrderError(
            _("The customer’s personal data were erased at their request: the order stays closed.")
        )


def lock_people(ids):
    """Lock customers, with everybody merged into them and all their orders: (customers, orders).

    Orders first, as everywhere; where an order was placed meanwhile, once more from the beginning.
    ``customers`` is by number. Raises CustomerNotFound, OrderError (never at rest).
    """
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _lock(ids)
        except _Grown:
            continue
    raise OrderError(_("Orders of this customer are changing just now. Try again in a minute."))


class _Grown(Exception):
    """Something was added between the locks."""


def _lock(ids):
    people = _people(ids)
    orders = list(
        Order.objects.filter(customer__in=people).select_for_update(of=("self",)).order_by("pk")
    )
    customers = {
        one.pk: one
        for one in Customer.objects.filter(pk__in=people).select_for_update().order_by("pk")
    }
    if missing := set(ids) - set(customers):
        raise CustomerNotFound from KeyError(missing)
    now_there = set(Order.objects.filter(customer__in=people).values_list("pk", flat=True))
    if _people(ids) != people or now_there != {order.pk for order in orders}:
        raise _Grown
    return customers, orders


def _people(ids):
    found = Customer.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    return set(found.values_list("pk", flat=True))


def lock_customer(customer_id, by):
    """The locked customer, for the manufacturer; raises CustomerNotFound for who is not current."""
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None or not customer.is_current or not by.is_manufacturer:
        raise CustomerNotFound
    return customer


@transaction.atomic
def change_contacts(*, customer_id, values, seen, by, now):
    """Set name, phone or e-mail; returns the names of those that changed.

    Orders keep what was said with them. ``seen`` is the version that the form was made from. Raises
    CustomerNotFound, CustomerMoved, PhoneTaken.
    """
    customer = lock_customer(customer_id, by)
    if customer.version != seen:
        raise CustomerMoved
    before = {name: getattr(customer, name) for name in CONTACTS if name in values}
    changed = [name for name, old in before.items() if old != values[name]]
    if not changed:
        return []
    for name in changed:
        setattr(customer, name, values[name])
    try:
        with transaction.atomic():
            customer.save(update_fields=changed)
    except IntegrityError as error:
        raise PhoneTaken(_owner(values["phone"])) from error
    changes = [
        {
            # The history calls the customer's name as an order does.
            "field": "customer_name" if name == "name" else name,
            "before": in_words(name, before[name]),
            "after": in_words(name, values[name]),
        }
        for name in changed
    ]
    keep_deed(customer, CustomerDeed.Kind.CONTACTS, {"changes": changes}, by=by, now=now)
    record(by=by, changed=customer, kind=AuditKind.CUSTOMER, data={"fields": changed}, now=now)
    return changed


def _owner(phone):
    owner = Customer.objects.filter(phone=phone).first()
    return owner and (owner.merged_into_id or owner.pk)


@transaction.atomic
def show_phones(*, customer_id, by, now):
    """The customer's numbers as people read them, the main one first; kept who looked.

    Raises CustomerNotFound.
    """
    customer = lock_customer(customer_id, by)
    keep_deed(customer, CustomerDeed.Kind.PHONE, {}, by=by, now=now)
    record(by=by, changed=customer, kind=AuditKind.PHONE, now=now)
    others = customer.merged.filter(phone__isnull=False).order_by("pk")
    return [written(one.phone) for one in [customer, *others] if one.phone]


@transaction.atomic
def add_note(*, customer_id, text, by, now):
    """Write a note down. Raises CustomerNotFound, OrderError."""
    customer = lock_customer(customer_id, by)
    return CustomerNote.objects.create(
        customer=customer, author=by, text=_written(text), created_at=now
    )


@transaction.atomic
def edit_note(*, customer_id, note_id, text, by, now):
    """Change an own note; what stood there is kept. Raises CustomerNotFound, OrderError."""
    note = _own_note(customer_id, note_id, by)
    text = _written(text)
    if text == note.text:
        return note
    since = note.edited_at or note.created_at
    note.earlier = [*note.earlier, {"text": note.text, "at": since.isoformat()}]
    note.text, note.edited_at = text, now
    note.save(update_fields=["text", "edited_at", "earlier"])
    return note


@transaction.atomic
def delete_note(*, customer_id, note_id, by, now):
    """Take an own note away; that there was one stays in the history. Raises CustomerNotFound."""
    note = _own_note(customer_id, note_id, by)
    note.text, note.earlier, note.deleted_at = "", [], now
    note.save(update_fields=["text", "earlier", "deleted_at"])
    keep_deed(note.customer, CustomerDeed.Kind.NOTE, {}, by=by, now=now)


def own_notes(customer, by):
    """Notes that the person may change: written by them and not deleted."""
    return CustomerNote.objects.filter(customer=customer, author=by, deleted_at__isnull=True)


def _own_note(customer_id, note_id, by):
    customer = lock_customer(customer_id, by)
    note = own_notes(customer, by).select_for_update().filter(pk=note_id).first()
    if note is None:
        raise CustomerNotFound
    return note


def _written(text):
    text = text.strip()
    if not text:
        raise OrderError(_("Write something first."))
    return text


def keep_deed(customer, kind, data, *, by, now):
    """An entry of the card's own history."""
    return CustomerDeed.objects.create(
        customer=customer, kind=kind, data=data, actor=by, created_at=now
    )
