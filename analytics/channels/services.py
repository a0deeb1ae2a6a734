"""Changing the rules of channels."""

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.channels.rules import Rules
from analytics.models import Channel, ChannelRule, Origin
from dealers.models import AuditKind
from dealers.services.audit import record

MOST_RULES = 200
PARTS = ("source", "medium", "campaign")


class RulesMoved(Exception):
    """Somebody else has changed the rules meanwhile; the message is for people."""

    def __init__(self):
        super().__init__(
            _("Somebody has changed the rules meanwhile: look at them once more, then save.")
        )


def digest():
    """What the rules are at this moment, to tell whether they were changed meanwhile."""
    return "|".join(f"{r.channel_id}:{r.source}:{r.medium}:{r.campaign}" for r in _rows())


@transaction.atomic
def save_rules(*, rules, seen, by, now):
    """Put ``rules`` (dicts with channel, source, medium, campaign, in order) in place of all.

    Origins get their channels by the new rules in the same transaction, so that reports of all
    times follow; returns how many of them changed. ``seen`` is the digest that the person saw.
    Raises RulesMoved.
    """
    # The rows of channels stand for their rules: two who save wait for one another.
    list(Channel.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    if seen != digest():
        raise RulesMoved
    before = [_plain(row) for row in _rows()]
    ChannelRule.objects.all().delete()
    ChannelRule.objects.bulk_create(
        ChannelRule(position=number, channel_id=rule["channel"], **{p: rule[p] for p in PARTS})
        for number, rule in enumerate(rules[:MOST_RULES], 1)
    )
    after = [_plain(row) for row in _rows()]
    changed = _reassign()
    if before != after:
        channel = Channel.objects.order_by("position", "pk").first()
        data = {"before": before, "after": after, "origins": changed}
        record(by=by, changed=channel, kind=AuditKind.CHANNELS, data=data, now=now)
    return changed


def _rows():
    return list(ChannelRule.objects.select_related("channel").order_by("position", "pk"))


def _plain(row):
    return [row.channel.name, row.source, row.medium, row.campaign]


def _reassign():
    rules, moved = Rules.load(), []
    for origin in Origin.objects.all():
        channel = rules.channel_for(
            source=origin.source, medium=origin.medium, campaign=origin.campaign
        )
        if channel != origin.channel_id:
            origin.channel_id = channel
            moved.append(origin)
    Origin.objects.bulk_update(moved, ["channel"], batch_size=1_000)
    return len(moved)
