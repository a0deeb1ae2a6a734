"""The desk of quality in short, on pages of others."""

from django import template
from django.utils import timezone

from analytics.quality.figures import summary

register = template.Library()


@register.inclusion_tag("analytics/quality/summary.html")
def quality_summary():
    """What customers wait for, in one line: one query."""
    return {"figures": summary(now=timezone.now())}
