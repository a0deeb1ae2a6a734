"""Which channel a visit falls into."""

import re
from dataclasses import dataclass
from functools import cached_property

from analytics.models import Channel, ChannelRule

# The channel of what no rule fits.
REFERRAL = "referral"


@dataclass(frozen=True)
class Rule:
    """A rule as it is compared; ``pk`` of its row, None for one not saved."""

    channel: int
    source: str = ""
    medium: str = ""
    campaign: str = ""
    pk: int | None = None

    def fits(self, *, source, medium, campaign):
        """Whether all three are like the patterns; an empty pattern is like everything."""
        return (
            self._patterns[0](source) and self._patterns[1](medium) and self._patterns[2](campaign)
        )

    @cached_property
    def _patterns(self):
        return tuple(_matcher(text) for text in (self.source, self.medium, self.campaign))


@dataclass(frozen=True)
class Rules:
    """Rules in their order and the channel of what fits none of them."""

    rules: tuple[Rule, ...]
    otherwise: int

    @classmethod
    def load(cls):
        """Those in force: two queries."""
        rows = ChannelRule.objects.order_by("position", "pk")
        return cls(
            tuple(Rule(r.channel_id, r.source, r.medium, r.campaign, r.pk) for r in rows),
            Channel.objects.get(code=REFERRAL).pk,
        )

    def rule_for(self, *, source, medium, campaign=""):
        """The first rule that fits, or None."""
        return next(
            (
                rule
                for rule in self.rules
                if rule.fits(source=source, medium=medium, campaign=campaign)
            ),
            None,
        )

    def channel_for(self, *, source, medium, campaign=""):
        """The id of the channel."""
        rule = self.rule_for(source=source, medium=medium, campaign=campaign)
        return self.otherwise if rule is None else rule.channel


def _matcher(text):
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        return lambda value: True
    whole = "|".join(".*".join(map(re.escape, word.split("*"))) for word in words)
    pattern = re.compile(whole, re.IGNORECASE | re.DOTALL)
    return lambda value: pattern.fullmatch(value) is not None
