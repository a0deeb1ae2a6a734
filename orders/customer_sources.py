"""What this app itself keeps of customers: entries of their orders, deeds of staff, their file."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from notifications.models import Audience, Delivery
from orders.complaints.customers import Complaints
from orders.customer_history import Section, Source, register, timed
from orders.details import FIELD_NAMES
from orders.messages import subject_key
from orders.models import (
    CommentFile,
    Consent,
    ContactKind,
    CustomerDeed,
    HistoryEntry,
    HistoryKind,
    OrderLine,
)
from orders.timeline import Change, event_of
from suz.common.text import money

TALK = (HistoryKind.COMMENT, HistoryKind.CONTACTED)
STEPS = (
    HistoryKind.PLACED,
    HistoryKind.ACCEPTED,
    HistoryKind.ASSIGNED,
    HistoryKind.STATUS,
    HistoryKind.GIVEN_UP,
    HistoryKind.CANCELLED,
    HistoryKind.COMPLETED,
    HistoryKind.REOPENED,
    HistoryKind.OVERDUE,
    HistoryKind.DELETED,
    HistoryKind.RESTORED,
    HistoryKind.CONFIRMED,
)
CHANGES = (
    HistoryKind.DETAILS,
    HistoryKind.LINES,
    HistoryKind.PROMO,
    HistoryKind.PHONE_SHOWN,
    HistoryKind.SETTLED,
    HistoryKind.LINK,
)
BOTH_TELL = (CustomerDeed.Kind.MERGED, CustomerDeed.Kind.SPLIT)
DEED_ICONS = {
    CustomerDeed.Kind.CONTACTS: ("edit", "secondary"),
    CustomerDeed.Kind.PHONE: ("eye", "secondary"),
    CustomerDeed.Kind.MERGED: ("arrow-right", "orange"),
    CustomerDeed.Kind.SPLIT: ("arrow-back-up", "orange"),
    CustomerDeed.Kind.NOTE: ("trash", "secondary"),
    CustomerDeed.Kind.EXPORT: ("file-download", "secondary"),
    CustomerDeed.Kind.ERASED: ("trash", "red"),
}


class OrderEntries(Source):
    """Entries of some kinds of all orders."""

    template = "orders/customers/order_event.html"

    def __init__(self, code, title, kinds):
        self.code, self.title, self.kinds = code, title, kinds

    def rows(self, customer, orders):
        entries = HistoryEntry.objects.filter(order__in=orders, kind__in=self.kinds)
        if HistoryKind.CONTACTED in self.kinds:
            # A call stands there itself, with its recording.
            entries = entries.exclude(kind=HistoryKind.CONTACTED, data__kind__in=_CALLS)
        return timed(entries, "created_at").select_related("actor").prefetch_related("files")

    def items(self, rows, user):
        return [
            {"event": event_of(row, user, hides_phones=False), "order": {"pk": row.order_id}}
            for row in rows
        ]


_CALLS = (
    ContactKind.CALL,
    *(f"call_{end}" for end in ("busy", "no_answer", "machine", "missed")),
    *(f"robot_{end}" for end in ("confirmed", "call_back", "cancelled", "silent", "missed")),
)


class Deeds(Source):
    """What staff did to the card itself, and to those merged into it."""

    code = "card"
    title = gettext_lazy("Customer card")
    template = "orders/customers/deed.html"

    def rows(self, customer, orders):
        # Both cards keep a merging; the one that stays tells it once.
        theirs = Q(customer__merged_into=customer) & ~Q(kind__in=BOTH_TELL)
        own = CustomerDeed.objects.filter(Q(customer=customer) | theirs)
        return timed(own, "created_at").select_related("actor")

    def items(self, rows, user):
        return [_deed(row) for row in rows]


def _deed(row):
    icon, colour = DEED_ICONS[row.kind]
    return {
        "deed": row,
        "icon": icon,
        "colour": colour,
        "title": _deed_title(row),
        "other": row.data.get("other"),
        "reason": row.data.get("reason", ""),
        "changes": [
            Change(str(FIELD_NAMES[one["field"]]), one["before"], one["after"])
            for one in row.data.get("changes", ())
        ],
    }


def _deed_title(row):
    titles = {
        CustomerDeed.Kind.CONTACTS: _("Contacts changed"),
        CustomerDeed.Kind.PHONE: _("Phone shown"),
        CustomerDeed.Kind.MERGED: _("Merged with another card"),
        CustomerDeed.Kind.SPLIT: _("Merging taken back"),
        CustomerDeed.Kind.NOTE: _("Note deleted"),
        CustomerDeed.Kind.EXPORT: _("All data of the customer downloaded"),
        CustomerDeed.Kind.ERASED: _("Personal data erased"),
    }
    title = titles[row.kind]
    count = row.data.get("orders")
    if not count:
        return title
    return title + ngettext(", %(count)d order", ", %(count)d orders", count) % {"count": count}


class OwnFile(Source):
    """Contacts, consents, orders, messages and mails: the customer's file."""

    code = "orders"

    def sections(self, customer, orders):
        return [
            _contacts(customer),
            _consents(customer),
            _orders(orders),
            _contents(orders),
            _talk(orders),
            _mails(orders),
        ]

    def files(self, orders):
        found = CommentFile.objects.filter(
            entry__order__in=orders, entry__is_visible=True
        ).select_related("entry")
        for one in found.order_by("pk"):
            yield f"{one.entry.order_id}-{one.pk}-{one.name}", one.file


def _contacts(customer):
    columns = {"name": _("Name"), "phone": _("Phone"), "email": _("E-mail"), "since": _("Since")}
    rows = [
        {
            "name": one.name,
            "phone": str(one.phone or ""),
            "email": one.email,
            "since": one.created_at,
        }
        for one in [customer, *customer.merged.order_by("pk")]
    ]
    return Section("contacts", _("Contacts"), columns, rows)


def _consents(customer):
    columns = {
        "order": _("Order"),
        "kind": _("Consent"),
        "version": _("Version of the text"),
        "given_at": _("Given"),
        "address": _("Network address"),
    }
    rows = [
        {
            "order": one.order_id,
            "kind": str(one.get_kind_display()),
            "version": one.text_version,
            "given_at": one.given_at,
            "address": one.address or "",
        }
        for one in Consent.objects.filter(customer=customer).order_by("given_at", "pk")
    ]
    return Section("consents", _("Consents"), columns, rows)


def _orders(orders):
    columns = {
        "number": _("Number"),
        "created_at": _("Created"),
        "status": _("Status"),
        "name": _("Name"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "place": _("City"),
        "address": _("Address"),
        "pin": _("Pin on the map"),
        "comment": _("Comment"),
        "dealer": _("Dealer"),
        "total": _("Sum"),
    }
    rows = [
        {
            "number": one.pk,
            "created_at": one.created_at,
            "status": str(one.status_info.name),
            "name": one.customer_name,
            "phone": str(one.phone),
            "email": one.email,
            "place": str(one.place),
            "address": one.address,
            "pin": "" if one.latitude is None else f"{one.latitude:.5f}, {one.longitude:.5f}",
            "comment": one.comment,
            "dealer": one.dealer.name if one.dealer_id else "",
            "total": money(one.total),
        }
        for one in orders.select_related("place__parent", "dealer").order_by("pk")
    ]
    return Section("orders", _("Orders"), columns, rows)


def _contents(orders):
    columns = {
        "order": _("Order"),
        "product": _("Product"),
        "quantity": _("Quantity"),
        "price": _("Price"),
        "total": _("Sum"),
    }
    rows = [
        {
            "order": one.order_id,
            "product": one.name,
            "quantity": f"{one.quantity} {one.get_unit_display()}",
            "price": money(one.price),
            "total": money(one.total),
        }
        for one in OrderLine.objects.filter(order__in=orders).order_by("order", "position")
    ]
    return Section("contents", _("Contents of the orders"), columns, rows)


def _talk(orders):
    columns = {
        "order": _("Order"),
        "at": _("Time"),
        "who": _("Who"),
        "text": _("Text"),
        "files": _("Files"),
    }
    entries = HistoryEntry.objects.filter(
        order__in=orders, kind=HistoryKind.COMMENT, is_visible=True
    )
    rows = [
        {
            "order": one.order_id,
            "at": one.created_at,
            "who": _("Customer") if one.by_customer else (one.actor.name if one.actor else ""),
            "text": one.text,
            "files": ", ".join(file.name for file in one.files.all()),
        }
        for one in entries.select_related("actor").prefetch_related("files").order_by("pk")
    ]
    return Section("messages", _("Correspondence"), columns, rows)


def _mails(orders):
    columns = {
        "at": _("Time"),
        "channel": _("Channel"),
        "address": _("Address"),
        "subject": _("Subject"),
        "text": _("Text"),
    }
    keys = [subject_key(order) for order in orders.only("pk")]
    mails = Delivery.objects.filter(
        message__subject_key__in=keys, message__audience=Audience.CUSTOMER, sent_at__isnull=False
    )
    rows = [
        {
            "at": one.sent_at,
            "channel": str(one.get_channel_display()),
            "address": one.address,
            "subject": one.sent_subject,
            "text": one.sent_text,
        }
        for one in mails.order_by("sent_at", "pk")
    ]
    return Section("mails", _("Mails and SMS sent"), columns, rows)


def register_own():
    """Called once the app is ready."""
    register(OrderEntries("talk", pgettext_lazy("history", "Messages"), TALK))
    register(OrderEntries("steps", gettext_lazy("Course of the orders"), STEPS))
    register(OrderEntries("changes", gettext_lazy("Changes"), CHANGES))
    register(Deeds())
    register(Complaints())
    register(OwnFile())
