"""Taking a person who had no account out of messages, once they have asked for it."""

from notifications.events import DIGEST
from notifications.models import Audience, Delivery, DeliveryState, Message, SimulatedSms
from suz.common.erasing import ERASED

UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)


def erase_about(*, subject_keys, phones, words):
    """Erase the person from every message about these subjects; what is waiting is not sent.

    ``phones`` are the person's numbers (E.164), ``words`` a ``suz.common.erasing.Words``. What was
    sent to people of the workspace stays as a message, without the person. Belongs into the
    transaction that erases the rest.
    """
    messages = list(Message.objects.filter(subject_key__in=subject_keys))
    links = {message.url for message in messages if message.url and message.user_id}
    for message in messages:
        _clean(message, words)
    Message.objects.bulk_update(messages, ["context", "line", "url", "unsubscribe"])
    deliveries = list(Delivery.objects.filter(message__in=messages).select_related("message"))
    for one in deliveries:
        one.sent_subject = words.clean(one.sent_subject)
        # A mail may write a name or a number in ways of its own.
        one.sent_text, one.sent_html = one.sent_text and ERASED, ""
        one.error = words.clean(one.error)
        if one.message.user_id is None:
            one.address = one.error = ""
            if one.state in UNDER_WAY:
                one.state = DeliveryState.CANCELLED
                # Who sends it just now records nothing any more.
                one.lease_token = one.lease_until = None
    Delivery.objects.bulk_update(
        deliveries,
        [
            "sent_subject",
            "sent_text",
            "sent_html",
            "error",
            "address",
            "state",
            "lease_token",
            "lease_until",
        ],
    )
    SimulatedSms.objects.filter(delivery__in=deliveries).delete()
    SimulatedSms.objects.filter(phone__in=phones).delete()
    _clean_digests(links, words)


def _clean(message, words):
    message.context = words.clean_facts(message.context)
    if "customer" in message.context:
        message.context["customer"] = ERASED
    message.line = words.clean(message.line)
    if message.audience == Audience.CUSTOMER and message.user_id is None:
        # The personal links are revoked.
        message.url = message.unsubscribe = ""
        if "link" in message.context:
            message.context["link"] = ""


def _clean_digests(links, words):
    """Lines about the same things in mails that put several together."""
    for digest in Message.objects.filter(subject_key="digest", event=DIGEST):
        news = digest.context.get("news", [])
        if not any(one.get("link") in links for one in news):
            continue
        digest.context = digest.context | {"news": words.clean_facts(news)}
        digest.save(update_fields=["context"])
        for one in digest.deliveries.exclude(sent_text=""):
            one.sent_text, one.sent_html = words.clean(one.sent_text), words.clean(one.sent_html)
            one.save(update_fields=["sent_text", "sent_html"])
