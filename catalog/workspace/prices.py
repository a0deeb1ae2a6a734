"""Who sells below or above the recommended price, for the manufacturer."""

from django.utils.translation import gettext as _

from catalog.price_spread import differing_prices, spread_of
from catalog.workspace.filters import DealerPriceFilter
from dealers.access import ManufacturerMixin
from dealers.views.paging import FilteredList
from suz.common.text import number


class DealerPrices(ManufacturerMixin, FilteredList):
    """Dealers' prices that differ from the recommended ones, and their spread."""

    template_name = "catalog/assortment/prices.html"
    filter_class = DealerPriceFilter
    sorts = {
        "percent": ("percent", "id"),
        "difference": ("difference", "id"),
        "price": ("price", "id"),
        "product": ("product_name", "id"),
        "dealer": ("dealer_name", "product_name", "id"),
        "region": ("region_name", "dealer_name", "id"),
    }

    def get_queryset(self):
        return differing_prices()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        found = self.filter_class(
            self.request.GET, queryset=self.get_queryset(), request=self.request
        )
        groups = [(label(group), group) for group in spread_of(found.qs)]
        return context | {
            "groups": groups,
            "spread": {
                "labels": [text for text, _group in groups],
                "below": [group.count if group.is_below else 0 for _text, group in groups],
                "above": [0 if group.is_below else group.count for _text, group in groups],
                "names": [_("cheaper than recommended"), _("dearer than recommended")],
                "horizontal": _("difference from the recommended price, %"),
                "vertical": _("prices, pcs"),
            },
        }


def label(group):
    """A group of prices in words: до −20 %, −20…−10 %, от +20 %."""
    if group.low is None:
        return _("%(percent)s %% and less") % {"percent": signed(group.high)}
    if group.high is None:
        return _("%(percent)s %% and more") % {"percent": signed(group.low)}
    return f"{signed(group.low)}…{signed(group.high)}\u00a0%"


def signed(percent):
    return f"+{number(percent)}" if percent > 0 else number(percent)
