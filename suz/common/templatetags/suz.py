"""Filters and tags that every template may load."""

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suz.common import text

register = template.Library()

UNDO = "undo:"

HIDDEN_FROM_READERS = SafeString('aria-hidden="true"')

register.filter("money", text.money)
register.filter("measure", text.measure)
register.filter("phone", text.phone)
register.filter("hidden_phone", text.hidden_phone)


@register.simple_tag
def icon(name, label="", css=""):
    """An icon of static/icons.txt; without a label it is decoration that readers of pages skip."""
    described = format_html('role="img" aria-label="{}"', label) if label else HIDDEN_FROM_READERS
    return format_html(
        '<svg class="icon {}" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        css,
        described,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def money_range(low, high):
    """One sum, or from … to …."""
    return text.money_range(low, high)


@register.filter
def ago(moment):
    """How long ago, with the exact time on hover."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "DATETIME_FORMAT"),
        _ago((timezone.now() - moment).total_seconds(), local),
    )


def _ago(seconds, moment):
    """In minutes, hours, days; what is older than a month, or ahead, by its date."""
    minutes, hours, days = (int(seconds // size) for size in (60, 3600, 86_400))
    if 0 <= seconds < 60:
        return _("just now")
    if 0 < minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {
            "count": minutes
        }
    if 0 < hours < 24:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    if 0 < days < 31:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    return date_format(moment, "DATE_FORMAT")


@register.simple_tag(takes_context=True)
def query_with(context, **changes):
    """The page's query string with some parameters changed; None or '' removes one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.filter
def undo_address(message):
    """Where a message's button posts that undoes what it tells of; "" where there is none.

    The view says so by ``extra_tags=undo(address)``.
    """
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
