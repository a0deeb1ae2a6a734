"""Parts of the screens about dealers."""

from django import template

from suz.common.text import number

register = template.Library()


@register.filter
def signed(points):
    """Points with their sign: +100, −50."""
    return f"+{number(points)}" if points > 0 else number(points)


@register.inclusion_tag("dealers/sort_header.html", takes_context=True)
def sort_header(context, name, label, numeric=False):
    """The head of a column that sorts: once up, twice down; numbers begin with the largest."""
    current = context["sort"]
    first, second = (f"-{name}", name) if numeric else (name, f"-{name}")
    return {
        "request": context["request"],
        "label": label,
        "target": second if current == first else first,
        "direction": {name: "ascending", f"-{name}": "descending"}.get(current, ""),
        "numeric": numeric,
    }
