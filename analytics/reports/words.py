"""How figures are written, on pages and in files."""

from django.utils.translation import gettext as _

from analytics.reports.figures import FIGURES, Unit
from suz.common.lengths import DAY, HOUR, MINUTE
from suz.common.text import number

NOTHING = "—"


def shown(code, value):
    """A figure's value as people read it."""
    if value is None:
        return NOTHING
    match FIGURES[code].unit:
        case Unit.COUNT:
            return number(value)
        case Unit.MONEY:
            return f"{number(value)}\u00a0₽"
        case Unit.PERCENT:
            return f"{number(value, 1)}\u00a0%"
        case Unit.STARS:
            return number(value, 2)
    return duration(value)


def duration(seconds):
    """A length of time in its two largest parts: 45 s, 12 min, 2 h 5 min, 3 d 4 h."""
    seconds = round(seconds)
    if seconds < MINUTE:
        return _("%(count)d s") % {"count": seconds}
    if seconds < HOUR:
        return _("%(count)d min") % {"count": round(seconds / MINUTE)}
    if seconds < DAY:
        hours, minutes = divmod(round(seconds / MINUTE), 60)
        text = _("%(count)d h") % {"count": hours}
        return f"{text} {_('%(count)d min') % {'count': minutes}}" if minutes else text
    days, hours = divmod(round(seconds / HOUR), 24)
    text = _("%(count)d d") % {"count": days}
    return f"{text} {_('%(count)d h') % {'count': hours}}" if hours else text


def change(code, value, before):
    """(the change in words, whether it is good: True, False or None), or None without one."""
    if value is None or before is None:
        return None
    figure = FIGURES[code]
    if figure.unit is Unit.PERCENT:
        difference = value - before
        text = _("%(points)s pp") % {"points": _signed(difference, 1)}
    elif not before:
        return None
    else:
        difference = 100 * (value - before) / before
        text = f"{_signed(difference, 0)}\u00a0%"
    if not round(difference, 1):
        return text, None
    return text, None if figure.rises is None else (difference > 0) == figure.rises


def _signed(value, places):
    return f"+{number(value, places)}" if round(value, places) > 0 else number(value, places)


def cell(code, value):
    """A figure for a file: a number with its unit's usual parts; hours for lengths of time."""
    if value is None:
        return None
    match FIGURES[code].unit:
        case Unit.COUNT:
            return int(value)
        case Unit.SECONDS:
            return round(value / HOUR, 2)
    return round(float(value), 2)
