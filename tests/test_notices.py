"""The tab of notifications says what the code does."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.services.related import hide_related, show_related
from dealers.models import Role
from dealers.services.invitations import invite
from notifications.events import EVENTS, ON_SITE, channels_of
from notifications.models import Audience, Message
from orders import messages
from orders.models import AttentionReason
from tests.factories import (
    NOW,
    AdministratorFactory,
    OfferFactory,
    OrderFactory,
    RelatedProductFactory,
    UserFactory,
    reason,
)


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


def tell_everything(administrator):
    """Let every event happen once."""
    manager = UserFactory()
    order = OrderFactory(status="accepted", dealer=manager.dealer, manager=manager, accepted_at=NOW)
    OfferFactory(order=order, dealer=manager.dealer)
    lines = list(order.lines.all())
    messages.placed(order, lines, NOW)
    messages.offered([(order, lines, manager.dealer_id, order.total)], NOW)
    messages.accepted(order, NOW)
    messages.assigned(order, NOW)
    messages.overdue(order, NOW)
    messages.given_up(order, manager.dealer, reason("give_up"), NOW)
    messages.cancelled(order, reason("cancel"), NOW)
    messages.completed(order, NOW)
    messages.unclaimed(order, AttentionReason.values[0], NOW)
    facts = {"choice": "stay", "lines": [], "services": [[], []], "sums": [[None] * 2] * 2}
    entry = order.history.create(kind="lines", data=facts, created_at=NOW)
    for by in (administrator, manager):
        messages.changed(order, entry, left=None, by=by, now=NOW)
    messages.details_changed(order, ["address"], by=administrator, now=NOW)
    product = RelatedProductFactory(owner=manager.dealer)
    key = {"dealer_id": product.owner_id, "product_id": product.pk, "by": administrator}
    hide_related(**key, reason="Нет", now=NOW)
    show_related(**key, now=NOW)
    for role, dealer in ((Role.DEALER_MANAGER, manager.dealer), (Role.MANUFACTURER_MANAGER, None)):
        invite(
            email=f"{role}@example.com",
            name="Новый",
            role=role,
            dealer=dealer,
            by=administrator,
            now=timezone.now(),
        )


def test_the_channels_named_are_those_used(administrator):
    tell_everything(administrator)
    used = {}
    for message in Message.objects.prefetch_related("deliveries"):
        channels = [ON_SITE] if message.on_site else []
        channels += [delivery.get_channel_display() for delivery in message.deliveries.all()]
        used.setdefault((message.event, message.audience), tuple(map(str, channels)))
    named = {
        (code, audience.value): tuple(map(str, channels_of(code, audience)))
        for code, event in EVENTS.items()
        for audience in event.audiences
    }
    assert used == named


def test_the_tab_shows_every_event(client, administrator, django_assert_max_num_queries):
    client.force_login(administrator)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("notices")).content.decode()
    for event in EVENTS.values():
        assert str(event.name)[1:] in page
    for audience in Audience:
        assert str(audience.label)[1:] in page
    assert reverse("mail_list") in page
