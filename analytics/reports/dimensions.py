"""By what a report is split: how each split is read of orders and visits, and what it is called."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import DateField, F, Func
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Channel, Device, Landing, SearchQuery
from catalog.models import Category, Product
from dealers.models import Dealer, Place
from distribution.strategies import STRATEGY_NAMES
from orders.models import Party, Reason

UNKNOWN = gettext_lazy("by phone or without consent")


@dataclass(frozen=True)
class Dimension:
    """``facts``, ``visits``, … give the expression to group by (facts': for a touch); None: none.

    ``of_cost`` gives the key of a cost from its source, campaign, channel and day. ``labels``
    names keys, at most one query. ``filter_name`` is the filter that a row stands for;
    ``network`` gives numbers of dealers by key. ``first_line`` is the flag of one line per order.
    """

    code: str
    name: str
    facts: Callable | None = None
    visits: Callable | None = None
    of_cost: Callable | None = None
    labels: Callable = lambda keys: {key: key for key in keys}
    empty: str = gettext_lazy("not given")
    is_time: bool = False
    filter_name: str = ""
    lines: Callable | None = None
    first_line: str = "is_first"
    offers: Callable | None = None
    points: Callable | None = None
    network: Callable | None = None


class Monday(Func):
    """The first day of the week of a day.

    TruncWeek makes a moment of the day, and looks each up in the table of the time zone.
    """

    arity = 1
    template = "DATE_TRUNC('week', %(expressions)s::timestamp)::date"
    output_field = DateField()


def _names(model, field="name"):
    def labels(keys):
        return dict(
            model.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", field)
        )

    return labels


def _choices(choices):
    names = dict(choices)
    return lambda keys: {key: names.get(key, key) for key in keys if key}


def _of_time(expression, first_day, words):
    return {
        "facts": lambda touch: expression,
        "visits": lambda: expression,
        "of_cost": lambda source, campaign, channel, day: first_day(day),
        "labels": lambda keys: {key: date_format(key, words) for key in keys},
        "is_time": True,
    }


def _week(keys):
    """From Monday to Sunday in figures: a chart has little room."""
    sunday = datetime.timedelta(days=6)
    return {key: f"{date_format(key, 'd.m')}–{date_format(key + sunday, 'd.m')}" for key in keys}


def _monday(day):
    return day - datetime.timedelta(days=day.weekday())


def _first(day):
    return day.replace(day=1)


def _dealers_of_regions(keys):
    """{region's id: active dealers that serve it or a city in it}: two queries."""
    selling = Dealer.objects.selling()
    found = defaultdict(set)
    for pk, main in selling.order_by().values_list("pk", "main_region"):
        found[main].add(pk)
    more = selling.order_by().values_list(
        "pk", Coalesce("additional_places__parent", "additional_places")
    )
    for pk, region in more.filter(additional_places__isnull=False):
        found[region].add(pk)
    return {region: len(dealers) for region, dealers in found.items()}


_ALL = (
    Dimension("day", gettext_lazy("Day"), **_of_time(F("day"), lambda day: day, "d.m.Y")),
    Dimension(
        "week",
        gettext_lazy("Week"),
        **_of_time(Monday("day"), _monday, "d.m.Y") | {"labels": _week},
    ),
    Dimension("month", gettext_lazy("Month"), **_of_time(F("month"), _first, "F Y")),
    Dimension(
        "channel",
        gettext_lazy("Channel"),
        lambda touch: F(f"{touch}_origin__channel"),
        lambda: F("origin__channel"),
        lambda source, campaign, channel, day: channel,
        _names(Channel),
        UNKNOWN,
        filter_name="channel",
    ),
    Dimension(
        "source",
        gettext_lazy("Source"),
        lambda touch: F(f"{touch}_origin__source"),
        lambda: F("origin__source"),
        lambda source, campaign, channel, day: source,
        empty=UNKNOWN,
    ),
    Dimension(
        "campaign",
        gettext_lazy("Campaign"),
        lambda touch: F(f"{touch}_origin__campaign"),
        lambda: F("origin__campaign"),
        lambda source, campaign, channel, day: campaign,
        empty=gettext_lazy("without a campaign"),
    ),
    Dimension(
        "query",
        gettext_lazy("Search query"),
        lambda touch: F(f"{touch}_query"),
        lambda: F("query"),
        labels=_names(SearchQuery, "text"),
        empty=gettext_lazy("without a query"),
    ),
    Dimension(
        "landing",
        gettext_lazy("Landing page"),
        lambda touch: F(f"{touch}_landing"),
        lambda: F("landing"),
        labels=_names(Landing, "path"),
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
        offers=lambda: F("order__region"),
        network=_dealers_of_regions,
    ),
    Dimension(
        "dealer",
        gettext_lazy("Dealer"),
        lambda touch: F("dealer"),
        labels=_names(Dealer),
        empty=gettext_lazy("not accepted yet"),
        filter_name="dealer",
        offers=lambda: F("dealer"),
        points=lambda: F("dealer"),
    ),
    Dimension(
        "category",
        gettext_lazy("Category"),
        lines=lambda: F("category"),
        first_line="is_first_of_category",
        labels=_names(Category),
        filter_name="category",
    ),
    Dimension(
        "product",
        gettext_lazy("Product"),
        lines=lambda: F("product"),
        first_line="is_first_of_product",
        labels=_names(Product),
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
