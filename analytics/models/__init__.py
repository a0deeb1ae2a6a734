"""Visits, what advertising cost, one row of facts per order, and what other systems are told."""

from analytics.models.channels import Channel, ChannelRule
from analytics.models.costs import Cost, CostAlias, CostUpload
from analytics.models.exchange import ExchangeLog, ExchangeMark
from analytics.models.facts import LineFact, OrderFact, Progress
from analytics.models.integrations import (
    Dispatch,
    DispatchState,
    Endpoint,
    EndpointKind,
    SyncRun,
    SyncState,
)
from analytics.models.mailing import ReportMail, ReportSchedule
from analytics.models.settings import AnalyticsSettings
from analytics.models.tokens import ApiToken
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
    "ApiToken",
    "Channel",
    "ChannelRule",
    "Cost",
    "CostAlias",
    "CostUpload",
    "Device",
    "Dispatch",
    "DispatchState",
    "Endpoint",
    "EndpointKind",
    "ExchangeLog",
    "ExchangeMark",
    "Hit",
    "HitKind",
    "Landing",
    "LineFact",
    "OrderFact",
    "OrderVisit",
    "Origin",
    "Progress",
    "ReportMail",
    "ReportSchedule",
    "SearchQuery",
    "SyncRun",
    "SyncState",
    "Visit",
]
