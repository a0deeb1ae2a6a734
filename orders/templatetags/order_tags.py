"""How orders look in the workspace."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.selectors import Tab
from suz.common.text import measure, money, number

register = template.Library()

TAB_NAMES = {
    Tab.MINE: pgettext_lazy("orders", "Mine"),
    Tab.AVAILABLE: pgettext_lazy("orders", "Available"),
    Tab.DONE: pgettext_lazy("orders", "Completed"),
    Tab.ALL: pgettext_lazy("orders", "All"),
}
SORT_NAMES = {
    "number": gettext_lazy("Number"),
    "created": gettext_lazy("Created"),
    "sum": gettext_lazy("Sum"),
    "term": gettext_lazy("Term"),
}
# What one wants to see first: the newest, the dearest, the most urgent.
DESCENDING_FIRST = {"number", "created", "sum"}
NEAR_KM = 1


@register.simple_tag
def status_badge(info):
    """A status in its colour, the same everywhere."""
    return format_html(
        '<span class="status-badge status-{}"><span class="status-dot"></span>{}</span>',
        info.colour,
        info.name,
    )


@register.inclusion_tag("orders/tabs.html")
def order_tabs(current):
    """The tabs of the list."""
    address = reverse("order_list")
    return {
        "tabs": [
            {"name": name, "url": f"{address}?tab={tab}", "is_current": tab == current}
            for tab, name in TAB_NAMES.items()
        ]
    }


@register.simple_tag
def sort_state(name, sort):
    """The aria-sort of a column's title."""
    if sort.removeprefix("-") != name:
        return "none"
    return "descending" if sort.startswith("-") else "ascending"


@register.simple_tag(takes_context=True)
def toggled_status(context, code):
    """The page's query with a status added to those chosen, or taken from them."""
    query = context["request"].GET.copy()
    for key in ("after", "before", "known"):
        query.pop(key, None)
    chosen = query.getlist("status")
    changed = [one for one in chosen if one != code] if code in chosen else [*chosen, code]
    query.setlist("status", changed)
    query["tab"] = str(context["tab"])
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_link(context, name, sort):
    """A column's title that sorts by it; a second click turns the order round."""
    current = sort.removeprefix("-") == name
    if current:
        following = name if sort.startswith("-") else f"-{name}"
    else:
        following = f"-{name}" if name in DESCENDING_FIRST else name
    query = context["request"].GET.copy()
    for key in ("after", "before", "known"):
        query.pop(key, None)
    query["sort"] = following
    query["tab"] = str(context["tab"])
    return format_html(
        '<a class="sort-link sort-{}" href="{}?{}">{}</a>',
        sort_state(name, sort),
        reverse("order_list"),
        query.urlencode(),
        SORT_NAMES[name],
    )


@register.simple_tag
def place_of(order):
    """The city and its region; cities that are regions of their own stand once."""
    if order.place.name == order.region.name:
        return order.place.name
    return f"{order.place.name}, {order.region.name}"


@register.simple_tag
def yandex_map(order, customer):
    """The address of the customer's place on Yandex Maps: the pin, else what is written."""
    if customer.latitude is not None and customer.longitude is not None:
        point = f"{customer.longitude:.5f},{customer.latitude:.5f}"
        return f"https://yandex.ru/maps/?{urlencode({'pt': point, 'z': 16, 'l': 'map'})}"
    text = ", ".join(filter(None, (place_of(order), customer.address)))
    return f"https://yandex.ru/maps/?{urlencode({'text': text})}"


@register.simple_tag
def term(order):
    """The term of an open order: the day, and how long until it or since."""
    days = (order.due_on - timezone.localdate()).days
    if days == 0:
        left = _("today")
    elif days > 0:
        left = ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    else:
        left = ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    return format_html('<span title="{}">{}</span>', date_format(order.due_on, "DATE_FORMAT"), left)


@register.filter
def kilometres(distance):
    """A distance: under a kilometre by words, else whole kilometres."""
    if distance < NEAR_KM:
        return _("less than 1 km away")
    return _("%(distance)s km away") % {"distance": number(round(distance))}


@register.simple_tag
def line_parameters(line):
    """Length, width, thickness in millimetres and colour, as far as they are known."""
    named = (
        (_("length: %(value)s mm"), line.length_mm),
        (_("width: %(value)s mm"), line.width_mm),
        (_("thickness: %(value)s mm"), line.thickness_mm),
    )
    parts = [text % {"value": measure(value)} for text, value in named if value is not None]
    if line.colour:
        parts.append(_("colour: %(value)s") % {"value": line.colour})
    return ", ".join(parts)


@register.simple_tag
def signed(points):
    """Points with their sign: +100, −50."""
    return f"+{number(points)}" if points > 0 else number(points)


@register.simple_tag
def signed_money(amount):
    """A difference of sums with its sign: +1 356 ₽, −500 ₽."""
    return f"+{money(amount)}" if amount > 0 else money(amount)
