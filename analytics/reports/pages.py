"""Which reports there are: what each answers, of which figures, split by what."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

BASIC = ("region", "dealer", "category", "channel")


@dataclass(frozen=True)
class Report:
    """A page. ``dimensions`` may be chosen, the first is shown at first; ``chart`` is drawn.

    ``filters`` are those of the form that apply to it. ``share_of`` is the figure of which each
    row's part of the total is told. ``extras`` are shown above the table: see extras.py.
    ``skips_empty`` leaves out the row of what belongs to nothing.
    """

    code: str
    name: str
    question: str
    figures: tuple[str, ...]
    dimensions: tuple[str, ...]
    filters: tuple[str, ...] = BASIC
    chart: tuple[str, ...] = ()
    share_of: str = ""
    cancelled: bool = False
    extras: tuple[str, ...] = ()
    skips_empty: bool = False


REPORTS = (
    Report(
        "overview",
        _("Overview"),
        _("How does the shop do?"),
        (
            "visits", "orders", "conversion", "accepted", "completed", "revenue", "mean_order",
            "cost", "return", "to_accept", "cancelled_share", "unclaimed", "stars", "complaints",
        ),
        ("time",),
        (*BASIC, "touch"),
        ("orders", "completed"),
    ),
    Report(
        "traffic",
        _("Channels and advertising"),
        _("Which advertising sells, and which loses money?"),
        (
            "visits", "orders", "conversion", "completed", "revenue", "cost", "cost_per_order",
            "cost_per_sale", "return",
        ),
        ("channel", "source", "campaign", "query", "landing", "device"),
        (*BASIC, "touch"),
        ("revenue", "cost"),
    ),
    Report(
        "funnel",
        _("Funnel"),
        _("At which step are customers lost?"),
        (
            "visits", "saw_product", "added_to_cart", "began_checkout", "counted_orders",
            "counted_accepted", "counted_contacted", "counted_completed",
        ),
        ("channel", "source", "campaign", "device", "region", "time"),
        ("region", "channel", "touch"),
        extras=("funnel",),
    ),
    Report(
        "products",
        _("Products"),
        _("What is ordered, and what is lost?"),
        ("line_orders", "quantity", "goods", "goods_sold", "goods_lost", "goods_lost_share"),
        ("category", "product"),
        (*BASIC, "touch"),
        ("goods", "goods_sold"),
        share_of="goods",
    ),
    Report(
        "times",
        _("Time"),
        _("How long does everything take?"),
        (
            "orders", "to_order", "to_accept", "to_accept_90", "to_contact", "to_contact_90",
            "to_complete", "to_complete_90",
        ),
        ("time", "region", "dealer", "channel", "strategy"),
        (*BASIC, "touch"),
        ("to_accept", "to_contact"),
        extras=("spread",),
    ),
    Report(
        "refusals",
        _("Refusals"),
        _("Why are orders lost, and by whose fault?"),
        ("cancelled", "ordered_sum"),
        ("reason", "party", "time", "dealer", "region"),
        BASIC,
        ("cancelled",),
        share_of="cancelled",
        cancelled=True,
    ),
    Report(
        "regions",
        _("Regions"),
        _("Where are orders lost for want of dealers?"),
        (
            "orders", "unclaimed", "unclaimed_share", "dealers", "completed", "revenue",
            "cancelled_share", "to_accept",
        ),
        ("region",),
        ("category", "channel"),
        share_of="orders",
        extras=("map",),
    ),
    Report(
        "distribution",
        _("Distribution"),
        _("Which strategy gives orders to dealers, and how soon?"),
        ("orders", "accepted", "to_accept", "to_accept_90", "completed", "cancelled_share"),
        ("strategy", "stage", "time"),
        ("region", "category"),
        ("orders",),
        share_of="orders",
        extras=("spread", "limits"),
    ),
    Report(
        "dealers",
        _("Dealers"),
        _("Who serves well, and who sits on orders?"),
        (
            "offered", "took", "took_share", "declined", "missed", "to_take", "no_contact",
            "to_contact", "completed", "revenue", "cancelled_by_dealer", "stars", "complaints",
            "points",
        ),
        ("dealer",),
        ("region", "dealer"),
        ("took", "completed"),
        extras=("trend",),
        skips_empty=True,
    ),
)  # fmt: skip
BY_CODE = {report.code: report for report in REPORTS}


def time_split(scope):
    """By what a period is split: days to a month, weeks to four months, months beyond."""
    if scope.days <= 31:
        return "day"
    return "week" if scope.days <= 122 else "month"
