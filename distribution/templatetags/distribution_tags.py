"""What distribution adds to pages: the order's panel, running timers, the attention count."""

from django import template

from distribution.explain.chain import duration

register = template.Library()

register.filter("minutes", duration)
