"""How rows of price lists look."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.importing.models import RowKind, UploadState
from catalog.importing.wording import column_text, failure_text, reason_text
from suz.common.text import NARROW_SPACE, money

register = template.Library()

STATE_TAGS = {
    UploadState.APPLIED: "tag-good",
    UploadState.READY: "tag-wait",
    UploadState.COLUMNS: "tag-wait",
    UploadState.WAITING: "tag-wait",
    UploadState.READING: "tag-wait",
    UploadState.FAILED: "tag-bad",
}
KIND_TITLES = {kind.value: kind.label for kind in RowKind}

register.filter("failure_text", failure_text)


@register.filter
def state_tag(upload):
    """The colour of an upload's state."""
    return STATE_TAGS.get(upload.state, "")


@register.filter
def kind_title(kind):
    """An outcome in words."""
    return KIND_TITLES[kind]


@register.filter
def own_price(price):
    """A dealer's price; without one it works at the recommended one."""
    return _("recommended") if price is None else money(price)


@register.filter
def stock_word(in_stock):
    """In stock or not, in words; nothing where nothing was said."""
    if in_stock is None:
        return ""
    return _("in stock") if in_stock else _("not in stock")


@register.simple_tag
def price_move(row):
    """By how much a row changes what the customer pays, in per cent."""
    old = row.recommended_price if row.old_price is None else row.old_price
    new = row.recommended_price if row.new_price is None else row.new_price
    if old == new:
        return ""
    percent = round((new - old) / old * 100)
    sign = "+" if new > old else "\u2212"
    return format_html(
        '<small class="quiet">{}{}{}%</small>', sign, abs(percent) or "<1", NARROW_SPACE
    )


@register.simple_tag
def faults_of(upload, row):
    """The faults of a row in words."""
    return [
        {
            "column": column_text(upload, field),
            "reason": reason_text(reason, detail),
            "value": value,
        }
        for field, reason, value, detail in row.faults
    ]
