"""Visits with where they came from, what advertising cost, and one row of facts per order."""

from analytics.models.channels import Channel, ChannelRule
from analytics.models.costs import Cost
from analytics.models.facts import OrderFact, Progress
from analytics.models.visits import Device, Hit, HitKind, Landing, Origin, SearchQuery, Visit

__all__ = [
    "Channel",
    "ChannelRule",
    "Cost",
    "Device",
    "Hit",
    "HitKind",
    "Landing",
    "OrderFact",
    "Origin",
    "Progress",
    "SearchQuery",
    "Visit",
]
