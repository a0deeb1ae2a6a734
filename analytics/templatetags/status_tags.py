"""What every page of the workspace shows of the system's state."""

from django import template
from django.utils import timezone

from analytics.status.selectors import figures

register = template.Library()


@register.simple_tag
def staff_figures(user):
    """Figures for the manufacturer's staff, in one query; nothing for anybody else."""
    if not user.is_authenticated or not user.is_manufacturer:
        return None
    return figures(now=timezone.now())


@register.filter
def span(seconds):
    """A number of seconds as minutes and seconds, hours past an hour: 1:05, 2:00:07."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"
