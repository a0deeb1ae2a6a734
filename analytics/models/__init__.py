"""Visits with where they came from, what advertising cost, and one row of facts per order."""

from analytics.models.channels import Channel, ChannelRule
from analytics.models.costs import Cost
from analytics.models.facts import OrderFact, Progress
from analytics.models.settings import AnalyticsSettings
from analytics.models.visits import (
    Device,
    Hit,
    HitKind,
    Landing,
    OrderVisit,
    Origin,
    SearchQuery,
    Visit,
)

__all__ = [
    "AnalyticsSettings",
    "Channel",
    "ChannelRule",
    "Cost",
    "Device",
    "Hit",
    "HitKind",
    "Landing",
    "OrderFact",
    "OrderVisit",
    "Origin",
    "Progress",
    "SearchQuery",
    "Visit",
]
