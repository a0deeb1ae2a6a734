"""What is told of complaints, and whom. Phones are masked in everything but the answer itself."""

from dataclasses import replace

from django.urls import reverse

from dealers.models import User
from notifications.models import Audience
from notifications.outbox import enqueue
from orders.links import customer_link
from orders.messages import to_customer, to_manufacturer, to_user
from suz.common.masking import without_phones

LONGEST = 1_500


def filed(complaint, *, by, now):
    """Tell the manufacturer, the dealer and the customer of a new complaint."""
    drafts = _to_manufacturer("complaint", complaint, complaint.text)
    enqueue(
        [draft for draft in drafts if draft.user != by]
        + _to_dealer("complaint", complaint, complaint.text)
        + _to_customer("complaint", complaint),
        now=now,
    )


def asked(complaint, text, *, now):
    """Tell the dealer that its statement is wanted."""
    enqueue(_to_dealer("complaint_asked", complaint, text), now=now)


def stated(complaint, text, *, now):
    """Tell the owner, or everybody of the manufacturer, what the dealer has said."""
    _tell_owner(complaint, "statement", text, now)


def wrote_again(complaint, text, *, now):
    """Tell the owner, or everybody of the manufacturer, what the customer has added."""
    _tell_owner(complaint, "wrote", text, now)


def given(complaint, *, now):
    """Tell the new owner."""
    _tell_owner(complaint, "given", complaint.text, now)


def answered(complaint, text, *, now):
    """Send the customer the answer."""
    enqueue(_to_customer("complaint_answered", complaint, said=text[:LONGEST]), now=now)


def closed(complaint, *, now):
    """Tell the dealer what the complaint was found to be."""
    enqueue(_to_dealer("complaint_closed", complaint, "", choice=complaint.outcome), now=now)


def overdue(complaint, *, now):
    """Tell the manufacturer that a customer waits longer than promised."""
    enqueue(_to_manufacturer("complaint_overdue", complaint, complaint.text), now=now)


def _tell_owner(complaint, choice, text, now):
    drafts = _to_manufacturer("complaint_news", complaint, text, choice=choice)
    owner = [draft for draft in drafts if draft.user.pk == complaint.owner_id]
    enqueue(owner or drafts, now=now)


def _facts(complaint):
    return {
        "complaint": complaint.pk,
        "category": complaint.category.text,
        "due_on": complaint.due_on.isoformat(),
    }


def _link(complaint):
    return reverse("complaint", args=[complaint.pk])


def _to_manufacturer(event, complaint, text, **facts):
    facts |= _facts(complaint) | {"said": without_phones(text)[:LONGEST]}
    if complaint.dealer_id:
        facts["dealer"] = complaint.dealer.name
    return to_manufacturer(event, complaint.order, link=_link(complaint), **facts)


def _to_dealer(event, complaint, text, **facts):
    if complaint.dealer_id is None:
        return []
    # The order may be another dealer's by now: its sum and its manager are none of this one's.
    facts |= _facts(complaint) | {
        "said": without_phones(text)[:LONGEST],
        "dealer": complaint.dealer.name,
        "manager": "",
        "total": "",
        "link": _link(complaint),
    }
    return [
        to_user(event, Audience.DEALER, complaint.order, user, **facts)
        for user in User.objects.filter(dealer_id=complaint.dealer_id, is_active=True)
    ]


def _to_customer(event, complaint, **facts):
    link = f"{customer_link(complaint.order)}#complaint"
    drafts = to_customer(event, complaint.order, **_facts(complaint), **facts)
    return [replace(draft, url=link) for draft in drafts]
