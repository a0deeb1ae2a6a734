"""The list of orders, and the part of it that keeps itself fresh."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from dealers.models import SystemSettings
from orders.filters import (
    PAGE_SIZES,
    ListForm,
    chosen_size,
    chosen_sort,
    chosen_tab,
    sort_keys,
)
from orders.rows import rows_of
from orders.selectors import Tab, narrowed, orders_of_tab, with_facts
from orders.statuses import FINAL, IN_WORK, STATUSES
from suz.common.access import WorkspaceMixin
from suz.common.keyset import Page, paginate
from suz.common.links import fingerprint

# The dealer's offers stand on one page: an order that waits for an answer must not hide on another.
MOST_OFFERS = 200
TAB_STATUSES = {
    Tab.MINE: IN_WORK,
    Tab.DONE: FINAL,
    Tab.ALL: tuple(STATUSES),
}


class OrderListView(WorkspaceMixin, TemplateView):
    """Orders by tab, with search, filters, sorting and pages."""

    template_name = "orders/list.html"

    def get_context_data(self, **kwargs):
        user, data = self.request.user, self.request.GET
        settings = SystemSettings.load()
        form = ListForm(data, user=user)
        tab, size, sort = chosen_tab(data, user), chosen_size(data), chosen_sort(data)
        orders = narrowed(
            orders_of_tab(user, tab, settings), form.filters, user=user, settings=settings
        )
        orders = with_facts(orders, user)
        is_live = tab == Tab.AVAILABLE
        if is_live and user.is_dealer:
            page = _whole(orders.order_by(*sort_keys(sort))[:MOST_OFFERS])
        else:
            page = paginate(
                orders,
                keys=sort_keys(sort),
                size=size,
                after=data.get("after", ""),
                before=data.get("before", ""),
            )
        rows = rows_of(page.rows, user)
        return super().get_context_data(
            form=form,
            tab=tab,
            size=size,
            sort=sort,
            page=page,
            rows=rows,
            orders=page.rows,
            digest=_digest(rows),
            is_live=is_live,
            fragment_url=reverse("order_available"),
            kept_query=[
                (key, value)
                for key, values in data.lists()
                if key not in ("size", "after", "before")
                for value in values
            ],
            page_sizes=PAGE_SIZES,
            statuses=[STATUSES[code] for code in TAB_STATUSES.get(tab, ())],
            **kwargs,
        )


class AvailableView(OrderListView):
    """The rows of the tab of available orders, asked for every few seconds.

    Answers 204 while they are what the page already shows (``known``).
    """

    template_name = "orders/rows.html"

    def get(self, request, *args, **kwargs):
        request.GET = request.GET.copy()
        request.GET["tab"] = Tab.AVAILABLE.value
        known = request.GET.pop("known", [""])[-1]
        context = self.get_context_data(**kwargs)
        if context["digest"] == known:
            return HttpResponse(status=204)
        return self.render_to_response(context)


def _whole(orders):
    rows = list(orders)
    return Page(rows=rows, first=1 if rows else 0, last=len(rows), total=len(rows))


def _digest(rows):
    """What tells whether the rows, as shown, are still the same."""
    return fingerprint(*(row.signature for row in rows))[:20]
