"""Messages about orders: what each event tells, and whom."""

from dataclasses import replace
from datetime import time
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from dealers.models import Role, SystemSettings, User
from notifications.choices import choose_channels
from notifications.choosing import QuietHours
from notifications.models import Audience, Channel
from notifications.outbox import Draft, enqueue, withdraw
from orders.line_changes import contents_change
from orders.links import channels_link, customer_link
from orders.models import Consent
from suz.common.masking import without_phones
from suz.common.providers import has_sms

SHOWN_LINES = 5
SHOWN_CHANGES = 12
# Letters of a message that its mail shows; the rest is on the page.
SHOWN_WORDS = 600


def subject_key(order):
    """What messages about the order are found by."""
    return f"order:{order.pk}"


def placed(order, lines, now, *, by_email=True, by_sms=False):
    """Tell the customer that the order has been placed, and keep how the customer wants to hear."""
    if (by_email, by_sms) != (True, False):
        # What is not said is as the settings have it at first: there is nothing to keep.
        choose_channels(key=subject_key(order), by_email=by_email, by_sms=by_sms, now=now)
    wishes = {Channel.EMAIL: by_email, Channel.SMS: by_sms}
    drafts = to_customer("order_placed", order, **_goods(lines))
    enqueue([replace(draft, wishes=wishes) for draft in drafts], now=now)


def offered(offers, now):
    """Tell dealers of offers: (order, lines, dealer id, sum in rubles) for each.

    Two queries for any number of offers, besides one for the dealers' managers.
    """
    offers = list(offers)
    managers = {}
    for user in User.objects.filter(
        dealer__in={dealer_id for _order, _order_lines, dealer_id, _total in offers}, is_active=True
    ):
        managers.setdefault(user.dealer_id, []).append(user)
    # What all the dealers of an order read is put together once.
    lines_of = {order.pk: lines for order, lines, _dealer_id, _total in offers}
    shared = {
        order_id: {**_goods(lines), "link": reverse("order_card", args=[order_id])}
        for order_id, lines in lines_of.items()
    }
    enqueue(
        [
            to_user("order_offered", Audience.DEALER, order, user, total=total, **shared[order.pk])
            for order, _order_lines, dealer_id, total in offers
            for user in managers.get(dealer_id, [])
        ],
        now=now,
    )


def accepted(order, now):
    """Tell the customer and the manufacturer; offers not yet mailed to others are withdrawn."""
    withdraw_offers(order, now)
    enqueue(_accepted_to_customer(order) + to_manufacturer("order_accepted", order), now=now)


def assigned(order, now):
    """Tell the dealer to whom the manufacturer has given the order, and the customer."""
    withdraw_offers(order, now)
    enqueue(to_dealer("order_assigned", order) + _accepted_to_customer(order), now=now)


def details_changed(order, changed, *, by, now):
    """Tell of changed details; ``changed`` names those that the customer is told of.

    The dealer is told of what the manufacturer changed, a manager of having been made responsible.
    """
    facts = {"changed": changed}
    if "due_on" in changed:
        facts["due_on"] = order.due_on.isoformat()
    drafts = to_customer("order_details", order, **facts) if changed else []
    if by.is_manufacturer and changed:
        drafts += to_dealer("order_details", order, **facts)
    elif "manager" in changed and order.manager and order.manager != by:
        drafts.append(to_user("order_details", Audience.DEALER, order, order.manager, **facts))
    enqueue(drafts, now=now)


def overdue(order, now):
    """Tell the order's dealer and the manufacturer that the term has passed."""
    facts = {"due_on": order.due_on.isoformat()}
    enqueue(
        to_dealer("order_overdue", order, **facts)
        + to_manufacturer("order_overdue", order, **facts),
        now=now,
    )


def call_back(order, now):
    """Tell the order's dealer that the customer has asked the robot to be called back."""
    enqueue(to_dealer("call_back", order), now=now)


def called_back(order, now):
    """The customer has been spoken to, or no longer waits for that: nobody need call back."""
    withdraw(subject_key=subject_key(order), event="call_back", now=now)


def withdraw_offers(order, now):
    """Do not send what was not yet sent about the order being offered."""
    withdraw(subject_key=subject_key(order), event="order_offered", now=now)


def given_up(order, dealer, reason, now):
    """Tell the customer and the manufacturer that the dealer has given the order up."""
    # What the dealer was told leads to an order that it no longer sees.
    for event in ("order_assigned", "call_back"):
        withdraw(subject_key=subject_key(order), event=event, now=now)
    facts = {"dealer": dealer.name, "reason": reason.text, "party": reason.party}
    enqueue(
        to_customer("order_given_up", order, **facts)
        + to_manufacturer("order_given_up", order, **facts),
        now=now,
    )


def changed(order, entry, *, left, by, now):
    """Tell of new contents: the customer, and who of dealer and manufacturer did not change them.

    ``entry`` is the history's; ``left`` the dealer that the order has left over it, or None.
    """
    choice = entry.data["choice"]
    facts = {"choice": choice, **_changes(entry, shows_prices=True)}
    drafts = to_customer("order_changed", order, **facts)
    if not by.is_manufacturer:
        former = {"dealer": left.name} if left else {}
        drafts += to_manufacturer("order_changed", order, **facts | former)
    elif left is None:
        drafts += to_dealer("order_changed", order, **facts)
    else:
        # The sum and the prices are another dealer's by now.
        hidden = {"choice": "left", "total": "", "dealer": left.name}
        hidden |= _changes(entry, shows_prices=False)
        drafts += [
            to_user("order_changed", Audience.DEALER, order, user, **hidden)
            for user in User.objects.filter(dealer=left, is_active=True)
        ]
    enqueue(drafts, now=now)


def cancelled(order, reason, now):
    """Tell everybody concerned that the order is cancelled."""
    withdraw_offers(order, now)
    called_back(order, now)
    facts = {"reason": reason.text, "party": reason.party}
    enqueue(
        to_customer("order_cancelled", order, **facts)
        + to_dealer("order_cancelled", order, **facts)
        + to_manufacturer("order_cancelled", order, **facts),
        now=now,
    )


def completed(order, now):
    """Tell everybody concerned that the order is completed."""
    enqueue(
        to_customer("order_completed", order)
        + to_dealer("order_completed", order)
        + to_manufacturer("order_completed", order),
        now=now,
    )


def unclaimed(order, reason, now):
    """Tell the manufacturer that an order needs attention; ``reason`` is an AttentionReason."""
    enqueue(to_manufacturer("order_unclaimed", order, attention=str(reason)), now=now)


def _accepted_to_customer(order):
    """The customer's message about acceptance.

    Where the robot does not call, an SMS with the link stands in for the call that the customer
    agreed to, unless the customer has chosen to hear otherwise.
    """
    drafts = to_customer("order_accepted", order)
    agreed = Consent.objects.filter(order=order, kind=Consent.Kind.CALLS)
    if SystemSettings.load().robot_calls or not has_sms() or not agreed.exists():
        return drafts
    return [replace(draft, unasked=frozenset({Channel.EMAIL, Channel.SMS})) for draft in drafts]


def _quiet_hours(order):
    """When no SMS goes to the order's customer, by the time of the place."""
    hours = SystemSettings.load()
    return QuietHours(
        time(hours.sms_to_hour % 24), time(hours.sms_from_hour), order.place.time_zone
    )


def from_customer(order, entry, *, files, asks, now):
    """Tell those who have to answer the customer: the dealer, or the manufacturer where none is.

    Of a wish (``asks``, an Ask or "") both are told.
    """
    facts = _said(entry, files) | {"asks": str(asks), "link": _talk(order)}
    drafts = to_dealer("message_from_customer", order, **facts)
    if asks or not drafts:
        drafts += to_manufacturer("message_from_customer", order, **facts)
    enqueue(drafts, now=now)


def from_staff(order, entry, *, by, files, now):
    """Tell the customer that dealer or manufacturer has written; and the dealer of the latter."""
    event = "message_from_manufacturer" if by.is_manufacturer else "message_from_dealer"
    facts = _said(entry, files)
    drafts = to_customer(event, order, at="#talk", **facts)
    if by.is_manufacturer:
        drafts += to_dealer(event, order, link=_talk(order), **facts)
    enqueue(drafts, now=now)


def internal_comment(order, entry, *, files, now):
    """Tell the dealer of an internal comment of the manufacturer."""
    facts = _said(entry, files) | {"link": _talk(order)}
    enqueue(to_dealer("message_from_manufacturer", order, **facts), now=now)


def unanswered(order, now):
    """Tell the manufacturer that a customer has waited too long for an answer."""
    enqueue(to_manufacturer("message_unanswered", order, link=_talk(order)), now=now)


def link_renewed(order, now):
    """Send the customer the new personal link."""
    enqueue(to_customer("link_renewed", order), now=now)


def find_code(order, code, *, now):
    """Send the one-time code by which somebody finds the order again."""
    draft = Draft(
        event="find_code",
        audience=Audience.CUSTOMER,
        subject_key=subject_key(order),
        context={"order": order.pk, "code": code},
        email=order.email,
        phone=str(order.phone),
        on_site=False,
    )
    enqueue([draft], now=now)


def _talk(order):
    return reverse("order_card", args=[order.pk]) + "#history"


def _said(entry, files):
    """What a message says of a comment; no mail carries a number that the page may hide."""
    words = without_phones(entry.text)
    is_cut = len(words) > SHOWN_WORDS
    return {"words": words[:SHOWN_WORDS] + "…" if is_cut else words, "files": files}


def to_customer(event, order, *, at="", **facts):
    link = customer_link(order) + at
    return [
        Draft(
            event=event,
            audience=Audience.CUSTOMER,
            subject_key=subject_key(order),
            context=_context(order, customer=order.customer_name, **facts) | {"link": link},
            url=link,
            email=order.email,
            phone=str(order.phone),
            unsubscribe=channels_link(order),
            quiet=partial(_quiet_hours, order),
            on_site=False,
        )
    ]


def to_dealer(event, order, **facts):
    if order.dealer_id is None:
        return []
    users = User.objects.filter(dealer_id=order.dealer_id, is_active=True)
    return [to_user(event, Audience.DEALER, order, user, **facts) for user in users]


def to_manufacturer(event, order, **facts):
    users = User.objects.filter(
        role__in=(Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER), is_active=True
    )
    return [
        to_user(event, Audience.MANUFACTURER, order, user, customer=order.customer_name, **facts)
        for user in users
    ]


def to_user(event, audience, order, user, *, link=None, **facts):
    link = link or reverse("order_card", args=[order.pk])
    return Draft(
        event=event,
        audience=audience,
        subject_key=subject_key(order),
        context=_context(order, **facts) | {"link": link},
        url=link,
        user=user,
    )


def _context(order, *, total=None, lines=(), **facts):
    context = {
        "order": order.pk,
        "place": order.place.name,
        "region": order.region.name,
        "dealer": order.dealer.name if order.dealer_id else "",
        "manager": order.manager.name if order.manager_id else "",
        "lines": list(lines),
        "reason": "",
        "party": "",
    }
    if order.discount:
        context["promo_code"] = order.promo_code.code
    if total is not None:
        context["total"] = str(total)
    elif order.dealer_id:
        context["total"] = str(order.total)
        if order.discount:
            context["discount"] = str(order.discount)
    else:
        low, high = order.promised_range
        context |= {"sum_low": str(low), "sum_high": str(high)}
    return context | facts


def _changes(entry, *, shows_prices):
    """The first changes of the contents as people read them, and how many there are."""
    with translation.override(settings.LANGUAGE_CODE):
        change = contents_change(entry.data, shows_prices=shows_prices)
        sentences = change.sentences
    return {
        "changes": sentences[:SHOWN_CHANGES],
        "change_count": len(sentences),
        "sum_before": change.sum_before,
    }


def _goods(lines):
    """The first lines as people read them, and how many there are."""
    lines = list(lines)
    return {
        "lines": [
            {"name": line.name, "quantity": line.quantity, "unit": str(line.get_unit_display())}
            for line in lines[:SHOWN_LINES]
        ],
        "line_count": len(lines),
    }
