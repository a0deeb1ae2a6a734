"""Figures on the pages of reports."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from analytics.reports import words
from analytics.reports.pages import BY_CODE

register = template.Library()
# The class of a change by whether it is good.
MANNERS = {True: " is-good", False: " is-bad", None: ""}
# Where the row of one split leads: to the same report of that row, split further.
DEEPER = {"channel": "source", "source": "campaign", "campaign": "query"}
# Filters that an address carries from page to page.
CARRIED = (
    "period", "since", "until", "compare", "region", "dealer", "category", "channel", "touch",
)  # fmt: skip
# To which report a figure of the overview leads, and split by what.
LEADS = {
    "visits": ("traffic", "channel"),
    "orders": ("traffic", "channel"),
    "conversion": ("traffic", "channel"),
    "accepted": ("distribution", "strategy"),
    "completed": ("traffic", "channel"),
    "revenue": ("traffic", "channel"),
    "mean_order": ("traffic", "source"),
    "cost": ("traffic", "campaign"),
    "return": ("traffic", "campaign"),
    "to_accept": ("times", "region"),
    "cancelled_share": ("refusals", "reason"),
    "unclaimed": ("regions", "region"),
}


@register.simple_tag
def figure_value(figure, values):
    """The figure as people read it."""
    return words.shown(figure.code, values.get(figure.code))


@register.simple_tag
def figure_change(figure, values, before):
    """{"text", "is_good"} of the change against ``before``, or None."""
    if not before:
        return None
    found = words.change(figure.code, values.get(figure.code), before.get(figure.code))
    return {"text": found[0], "is_good": found[1]} if found else None


@register.simple_tag
def figure_cells(figures, names, row, orders):
    """The cells of a row, numbers of orders with a link to them; ``names`` of the figures.

    Written here, for a page has thousands of them, which took a template a third of a second.
    """
    cells = (_cell(*one, row, orders) for one in zip(figures, names, strict=True))
    return format_html_join("", "{}", ((one,) for one in cells))


def _cell(figure, name, row, orders):
    value = row.values.get(figure.code)
    parts, texts = ['<td class="text-end" data-label="{}"><span class="tabular">'], [name]
    if orders and figure.code in ("orders", "cancelled"):
        parts.append('<a href="{}">{}</a></span>')
        texts.append(orders)
    else:
        parts.append("{}</span>")
    texts.append(words.shown(figure.code, value))
    changed = figure_change(figure, row.values, row.before)
    if changed:
        parts.append(' <span class="report-change{}">{}</span>')
        texts += [MANNERS[changed["is_good"]], changed["text"]]
    if figure.code == "return" and value is not None and value < 0:
        parts.append(' <span class="tag tag-bad">{}</span>')
        texts.append(_("loses money"))
    return format_html("".join([*parts, "</td>"]), *texts)


@register.simple_tag
def share_of(row, total, code):
    """The row's part of the total in per cent, as a number and in words."""
    whole, part = total.get(code), row.values.get(code)
    percent = round(100 * float(part or 0) / float(whole), 1) if whole else 0
    return {"percent": percent, "text": f"{words.number(percent, 1)}\u00a0%"}


@register.simple_tag(takes_context=True)
def report_address(context, code, by=""):
    """The address of a report with the filters of this page that it has."""
    allowed = {*CARRIED[:4], *BY_CODE[code].filters}
    query = {name: value for name, value in _carried(context).items() if name in allowed}
    if by:
        query["by"] = by
    path = reverse("reports") if code == "overview" else reverse("report", args=[code])
    return f"{path}?{urlencode(query)}" if query else path


@register.simple_tag(takes_context=True)
def figure_leads(context, figure):
    """Where a figure of the overview leads, or ""."""
    found = LEADS.get(figure.code)
    return report_address(context, *found) if found else ""


@register.simple_tag(takes_context=True)
def row_orders(context, question, row, only=""):
    """The address of the orders behind a row."""
    query = _carried(context)
    if question.is_time:
        return ""
    query |= {"by": question.split, "key": "" if row.key is None else row.key}
    if only or question.report.cancelled:
        query["only"] = only or "cancelled"
    return f"{reverse('report_orders')}?{urlencode(query)}"


@register.simple_tag(takes_context=True)
def row_deeper(context, question, row):
    """The address of the same report of this row alone, or ""."""
    split = question.dimension
    if (
        not split.filter_name
        or row.key in (None, "")
        or split.filter_name not in question.report.filters
    ):
        return ""
    query = _carried(context)
    query[split.filter_name] = row.key
    later = DEEPER.get(split.code) or next(
        (code for code in question.report.dimensions if code != split.code), ""
    )
    if later:
        query["by"] = later
    return f"?{urlencode(query)}"


@register.simple_tag
def number_text(value):
    """A count with spaces between thousands."""
    return words.number(value)


@register.simple_tag
def list_item(values, index):
    """The value at a place of a list."""
    return values[index]


@register.inclusion_tag("analytics/reports/trend.html")
def trend_line(trends, row):
    """The row's months as a small line, with the numbers for those who do not see it."""
    points, counts = trends.get(row.key, ("", []))
    return {"points": points, "counts": counts}


def _carried(context):
    return {
        name: value for name, value in context["request"].GET.items() if name in CARRIED and value
    }
