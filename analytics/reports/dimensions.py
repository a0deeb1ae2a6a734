"""By what a report is split: how each split is read of orders and visits, and what it is called."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Channel, Device
from dealers.models import Dealer, Place
from distribution.strategies import STRATEGY_NAMES
from orders.models import Party, Reason

UNKNOWN = gettext_lazy("by phone or without consent")


@dataclass(frozen=True)
class Dimension:
    """``facts`` and ``visits`` give the expression to group by, for a touch; ``visits`` None: none.

    ``of_cost`` gives the key of a cost from its source, campaign and channel. ``labels`` names
    keys, at most one query. ``filter_name`` is the filter of the form that a row stands for.
    """

    code: str
    name: str
    facts: Callable
    visits: Callable | None = None
    of_cost: Callable | None = None
    labels: Callable = lambda keys: {key: key for key in keys}
    empty: str = gettext_lazy("not given")
    is_time: bool = False
    filter_name: str = ""


def _names(model, field="name"):
    def labels(keys):
        return dict(
            model.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", field)
        )

    return labels


def _choices(choices):
    names = dict(choices)
    return lambda keys: {key: names.get(key, key) for key in keys if key}


def _of_time(truncate, words):
    zone = timezone.get_default_timezone

    def facts(touch):
        return truncate("placed_at", tzinfo=zone())

    def visits():
        return truncate("started_at", tzinfo=zone())

    return {
        "facts": facts,
        "visits": visits,
        "labels": lambda keys: {key: date_format(key, words) for key in keys},
        "is_time": True,
    }


def _week(keys):
    return {key: _("week of %(day)s") % {"day": date_format(key, "d.m.Y")} for key in keys}


_ALL = (
    Dimension("day", gettext_lazy("Day"), **_of_time(TruncDay, "d.m.Y")),
    Dimension("week", gettext_lazy("Week"), **_of_time(TruncWeek, "d.m.Y") | {"labels": _week}),
    Dimension("month", gettext_lazy("Month"), **_of_time(TruncMonth, "F Y")),
    Dimension(
        "channel",
        gettext_lazy("Channel"),
        lambda touch: F(f"{touch}_origin__channel"),
        lambda: F("origin__channel"),
        lambda source, campaign, channel: channel,
        _names(Channel),
        UNKNOWN,
        filter_name="channel",
    ),
    Dimension(
        "source",
        gettext_lazy("Source"),
        lambda touch: F(f"{touch}_origin__source"),
        lambda: F("origin__source"),
        lambda source, campaign, channel: source,
        empty=UNKNOWN,
    ),
    Dimension(
        "campaign",
        gettext_lazy("Campaign"),
        lambda touch: F(f"{touch}_origin__campaign"),
        lambda: F("origin__campaign"),
        lambda source, campaign, channel: campaign,
        empty=gettext_lazy("without a campaign"),
    ),
    Dimension(
        "query",
        gettext_lazy("Search query"),
        lambda touch: F(f"{touch}_query__text"),
        lambda: F("query__text"),
        empty=gettext_lazy("without a query"),
    ),
    Dimension(
        "landing",
        gettext_lazy("Landing page"),
        lambda touch: F(f"{touch}_visit__landing__path"),
        lambda: F("landing__path"),
        empty=UNKNOWN,
    ),
    Dimension(
        "device",
        gettext_lazy("Device"),
        lambda touch: F("device"),
        lambda: F("device"),
        labels=_choices(Device.choices),
        empty=UNKNOWN,
    ),
    Dimension(
        "region",
        gettext_lazy("Region"),
        lambda touch: F("region"),
        lambda: F("region"),
        labels=_names(Place),
        filter_name="region",
    ),
    Dimension(
        "dealer",
        gettext_lazy("Dealer"),
        lambda touch: F("dealer"),
        labels=_names(Dealer),
        empty=gettext_lazy("not accepted yet"),
        filter_name="dealer",
    ),
    Dimension(
        "strategy",
        gettext_lazy("Strategy"),
        lambda touch: F("strategy"),
        labels=_choices([(code.value, name) for code, name in STRATEGY_NAMES.items()]),
        empty=gettext_lazy("by hand or not accepted yet"),
    ),
    Dimension(
        "stage",
        gettext_lazy("Stage"),
        lambda touch: F("stage"),
        labels=lambda keys: {key: _("stage %(number)d") % {"number": key} for key in keys if key},
        empty=gettext_lazy("by hand or not accepted yet"),
    ),
    Dimension(
        "party",
        gettext_lazy("Whose reason"),
        lambda touch: F("party"),
        labels=_choices(Party.choices),
        empty=gettext_lazy("without a reason"),
    ),
    Dimension(
        "reason",
        gettext_lazy("Reason"),
        lambda touch: F("reason"),
        labels=_names(Reason, "text"),
        empty=gettext_lazy("without a reason"),
    ),
)
DIMENSIONS = {dimension.code: dimension for dimension in _ALL}
