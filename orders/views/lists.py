"""The list of orders, and the part of it that keeps itself fresh."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from dealers.models import SystemSettings
from dealers.services.exports import MOST_ROWS
from dealers.views.exports import TableExportMixin
from orders.chips import chips_of
from orders.columns import choose_columns, chosen_columns, columns_for, usual_columns
from orders.counting import count_limit, status_counts
from orders.export import TITLES, export_rows
from orders.filters import (
    PAGE_SIZES,
    ListForm,
    chosen_size,
    chosen_sort,
    chosen_tab,
    sort_keys,
)
from orders.models import Order
from orders.rows import READ, rows_of
from orders.selectors import (
    Tab,
    branches,
    narrowed,
    orders_of_tab,
    with_facts,
    with_sums,
)
from orders.statuses import FINAL, IN_WORK, STATUSES
from suz.common.access import WorkspaceMixin
from suz.common.keyset import Page, count_to_limit, paginate
from suz.common.links import fingerprint

# The dealer's offers stand on one page: an order that waits for an answer must not hide on another.
MOST_OFFERS = 200
TAB_STATUSES = {
    Tab.MINE: IN_WORK,
    Tab.DONE: FINAL,
    Tab.ALL: tuple(STATUSES),
}


class Asked:
    """What the address asks the list for, as far as the user may see it."""

    def __init__(self, user, data, settings=None):
        self.user = user
        self.settings = settings or SystemSettings.load()
        self.form = ListForm(data, user=user)
        self.tab = chosen_tab(data, user)
        self.sort = chosen_sort(data)

    def narrowed(self, filters):
        """Orders of the tab that pass the filters, with what a row shows."""
        orders = narrowed(
            orders_of_tab(self.user, self.tab, self.settings),
            filters,
            user=self.user,
            settings=self.settings,
        )
        return with_sums(with_facts(orders, self.user), filters)

    @property
    def orders(self):
        return self.narrowed(self.form.filters)

    @property
    def keys(self):
        """What the list is sorted by. Numbers are given in the order of time, so that within a
        span of days the one is sorted by the other, which the span's index is in the order of.
        """
        filters = self.form.filters
        is_span = filters.created_from or filters.created_before
        if is_span and self.sort.removeprefix("-") == "number":
            return sort_keys(self.sort.replace("number", "created"))
        return sort_keys(self.sort)

    @property
    def branches(self):
        """The same orders in the parts that they are paged by."""
        return branches(self.user, self.tab, self.form.filters, self.settings)

    def statuses(self):
        """The statuses of the tab, each with its number of orders, and the total where known.

        None of them where there is but one.
        """
        codes = TAB_STATUSES.get(self.tab, ())
        if not codes:
            return [], None
        filters = self.form.filters
        counts, total = status_counts(self.user, self.tab, filters, self.settings, codes)
        return [
            {
                "info": STATUSES[code],
                "count": counts[code].count,
                "is_more": counts[code].is_more,
                "is_chosen": code in filters.statuses,
            }
            for code in codes
        ], total


class OrderListView(WorkspaceMixin, TemplateView):
    """Orders by tab, with search, filters, sorting and pages."""

    template_name = "orders/list.html"
    counts_statuses = True

    def get_context_data(self, **kwargs):
        user, data = self.request.user, self.request.GET
        asked = Asked(user, data)
        tab, size, sort = asked.tab, chosen_size(data), asked.sort
        is_live = tab == Tab.AVAILABLE
        statuses, total = asked.statuses() if self.counts_statuses else ([], None)
        if is_live and user.is_dealer:
            page = _whole(asked.orders.order_by(*sort_keys(sort))[:MOST_OFFERS])
        else:
            page = paginate(
                with_facts(Order.objects.only(*READ), user),
                keys=asked.keys,
                size=size,
                after=data.get("after", ""),
                before=data.get("before", ""),
                branches=asked.branches,
                total=total,
                limit=count_limit(asked.form.filters),
            )
        rows = rows_of(page.rows, user)
        # A dealer's offers look alike to everybody, and asking for them often costs one query less.
        has_choice = not (is_live and user.is_dealer)
        columns = chosen_columns(user) if has_choice else usual_columns(user)
        return super().get_context_data(
            form=asked.form,
            tab=tab,
            size=size,
            sort=sort,
            page=page,
            rows=rows,
            columns=columns,
            all_columns=columns_for(user) if has_choice else (),
            orders=page.rows,
            digest=_digest(rows, columns),
            is_live=is_live,
            fragment_url=reverse("order_available"),
            kept_query=[
                (key, value)
                for key, values in data.lists()
                if key not in ("size", "after", "before")
                for value in values
            ],
            list_query=_list_query(data, tab),
            chips=chips_of(asked.form, data),
            may_tick=not is_live,
            page_sizes=PAGE_SIZES,
            statuses=statuses,
            **kwargs,
        )


class ColumnsView(WorkspaceMixin, View):
    """Remember which columns the user wants, and show the list again."""

    http_method_names = ["post"]

    def post(self, request):
        known = {column.code for column in columns_for(request.user)}
        wanted = [code for code in request.POST.getlist("column") if code in known]
        choose_columns(by=request.user, columns=[] if "usual" in request.POST else wanted)
        query = request.GET.urlencode()
        return redirect(reverse("order_list") + (f"?{query}" if query else ""))


class ExportView(TableExportMixin, WorkspaceMixin, View):
    """The orders that the address asks for, or those ticked, as a file."""

    resumes_at = "order_list"
    table = "orders"
    titles = TITLES

    def get_queryset(self):
        asked = Asked(self.request.user, self.request.GET)
        orders = asked.orders.order_by(*sort_keys(asked.sort))
        if "only" in self.request.POST:
            orders = orders.filter(pk__in=_numbers(self.request.POST.getlist("only")))
        return orders

    def count(self, found):
        if "only" in self.request.POST:
            return super().count(found)
        asked = Asked(self.request.user, self.request.GET)
        total = count_to_limit(asked.branches, MOST_ROWS)
        return total.count + total.is_more

    def rows(self, found):
        return export_rows(found, self.request.user)


class AvailableView(OrderListView):
    """The rows of the tab of available orders, asked for every few seconds.

    Answers 204 while they are what the page already shows (``known``).
    """

    template_name = "orders/rows.html"
    counts_statuses = False

    def get(self, request, *args, **kwargs):
        request.GET = request.GET.copy()
        request.GET["tab"] = Tab.AVAILABLE.value
        known = request.GET.pop("known", [""])[-1]
        context = self.get_context_data(**kwargs)
        if context["digest"] == known:
            return HttpResponse(status=204)
        return self.render_to_response(context)


def _numbers(texts):
    """Numbers of ticked orders; whatever is no number is no order either."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _list_query(data, tab):
    """The query that leads back to this page of the list."""
    query = data.copy()
    query.pop("known", None)
    query["tab"] = tab.value
    return query.urlencode()


def _whole(orders):
    rows = list(orders)
    return Page(rows=rows, first=1 if rows else 0, last=len(rows), total=len(rows))


def _digest(rows, columns):
    """What tells whether the rows, as shown, are still the same."""
    return fingerprint(*columns, *(row.signature for row in rows))[:20]
