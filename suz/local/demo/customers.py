"""Customers' cards of the demo: notes, people who are there twice, one merged, one erased."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F

from orders.models import Consent, Customer, CustomerNote, Order
from orders.services.customer_erasing import erase
from orders.services.customer_merging import merge, seen_of
from orders.services.customers import change_contacts
from orders.statuses import FINAL

NOTED = 28
DAY = timedelta(days=1)
NOTES = (
    "Звонить после 18:00, днём на работе.",
    "Строит дом в два этапа: весной берёт фасад, осенью отделку.",
    "Просит образцы до оплаты, образцы получил.",
    "Прораб, закупает на несколько объектов. Обсудить условия для постоянных покупателей.",
    "Доставка только в субботу, узкий проезд — нужна машина до 3,5 т.",
    "Недоволен сроком прошлой доставки, дилера предупредили.",
    "Сравнивает с другой маркой, важна толщина панели.",
    "Спрашивал про монтаж под ключ, дали контакты бригады дилера.",
    "Работает через дизайнера, цвет согласует она.",
)


@dataclass(frozen=True)
class Double:
    """How the second card of a person differs from the first."""

    same_name: bool
    same_mail: bool


DOUBLES = (
    Double(same_name=False, same_mail=True),
    Double(same_name=True, same_mail=False),
    Double(same_name=True, same_mail=True),
)


def create_customer_cards(rng, *, staff, now):
    """Notes on regular customers, three doubles to find, one merged card and one erased."""
    _write_notes(rng, staff, now)
    regulars = list(
        Customer.objects.filter(order_count__gte=2).exclude(email="").order_by("-order_count", "id")
    )
    for person, double in zip(regulars, DOUBLES, strict=False):
        _split_off(person, double)
    if len(regulars) > len(DOUBLES):
        _merge_again(regulars[len(DOUBLES)], by=staff[1], now=now - 3 * DAY)
        _correct_mail(regulars[-1], by=staff[1], now=now - 5 * DAY)
    _erase_one(by=staff[0], now=now - 2 * DAY)


def _write_notes(rng, staff, now):
    people = Customer.objects.filter(order_count__gte=2).order_by("-order_count", "id")[:NOTED]
    notes = []
    for customer in people:
        for text in rng.sample(NOTES, rng.choice((1, 1, 2))):
            at = min(customer.last_order_at + DAY * rng.uniform(0.1, 20), now - DAY)
            note = CustomerNote(customer=customer, author=rng.choice(staff), text=text)
            note.created_at = at
            if rng.random() < 0.2:
                note.earlier = [{"text": text.split(",")[0] + ".", "at": at.isoformat()}]
                note.edited_at = min(at + DAY, now)
            notes.append(note)
    CustomerNote.objects.bulk_create(sorted(notes, key=lambda note: note.created_at))


def _split_off(person, double):
    """The person's last order came by another phone, a slip away from the first."""
    order = Order.objects.filter(customer=person).order_by("-pk").first()
    name = person.name
    if not double.same_name:
        first, *_middle, last = name.split(" ")
        name = f"{last} {first}"
    second = Customer.objects.create(
        name=name,
        phone=_slipped(str(person.phone)),
        email=person.email if double.same_mail else "",
        created_at=order.created_at,
    )
    Order.objects.filter(pk=order.pk).update(
        customer=second, customer_name=name, phone=second.phone, email=second.email
    )
    Consent.objects.filter(order=order).update(customer=second)
    return second


def _slipped(phone):
    """The phone with two neighbouring figures changed places, or the last one another."""
    for place in range(len(phone) - 1, 5, -1):
        if phone[place] != phone[place - 1]:
            slip = phone[: place - 1] + phone[place] + phone[place - 1] + phone[place + 1 :]
            if not Customer.objects.filter(phone=slip).exists():
                return slip
    return phone[:-1] + str((int(phone[-1]) + 1) % 10)


def _merge_again(person, *, by, now):
    second = _split_off(person, DOUBLES[0])
    sides = {one.pk: seen_of(Customer.objects.get(pk=one.pk)) for one in (person, second)}
    merge(kept_id=person.pk, merged_id=second.pk, seen=sides, by=by, now=now)


def _correct_mail(person, *, by, now):
    person.refresh_from_db()
    address = person.email.replace("@", ".home@")
    change_contacts(
        customer_id=person.pk, values={"email": address}, seen=person.version, by=by, now=now
    )


def _erase_one(*, by, now):
    """Somebody with an old order who has asked for it."""
    done = Order.objects.alive().filter(status__in=FINAL, created_at__lt=now - 60 * DAY)
    found = (
        Customer.objects.filter(order_count=1, open_count=0, orders__in=done)
        .annotate(said=Count("orders__history"))
        .order_by(F("said").desc(), "id")
        .first()
    )
    if found is not None:
        reason = "Письменное обращение покупателя"
        erase(customer_id=found.pk, reason=reason, by=by, now=now)
