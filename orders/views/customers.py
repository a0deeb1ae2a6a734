"""The list of customers and a customer's card, for the manufacturer alone."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.generic import TemplateView, View

from dealers.models import SystemSettings
from dealers.views.exports import TableExportMixin
from orders import customer_card as card
from orders.counting import DEAR_LIMIT
from orders.customer_duplicates import duplicates_of
from orders.customer_export import TITLES, export_rows
from orders.customer_filters import CustomerListForm
from orders.customer_forms import NoteForm
from orders.customer_history import ALL, history_of
from orders.customer_list import (
    branches,
    chosen_sort,
    customers_for_list,
    narrowed,
    sort_keys,
)
from orders.models import Customer, Order
from orders.services.customer_merging import may_split
from orders.services.customers import CustomerNotFound, show_phones
from suz.common.access import ManufacturerMixin
from suz.common.keyset import paginate

PAGE_SIZE = 50


class CustomerListView(ManufacturerMixin, TemplateView):
    """Customers with search, filters, sorting and pages."""

    template_name = "orders/customers/list.html"

    def get_context_data(self, **kwargs):
        data = self.request.GET
        settings, now = SystemSettings.load(), timezone.now()
        form = CustomerListForm(data, settings=settings, now=now)
        filters, sort = form.filters, chosen_sort(data)
        page = paginate(
            customers_for_list(),
            keys=sort_keys(sort),
            size=PAGE_SIZE,
            after=data.get("after", ""),
            before=data.get("before", ""),
            branches=branches(filters),
            limit=DEAR_LIMIT if form.is_narrowed else None,
        )
        return super().get_context_data(
            form=form,
            page=page,
            sort=sort,
            is_narrowed=form.is_narrowed,
            keep_years=settings.customers_keep_years,
            **kwargs,
        )


class CustomerExportView(TableExportMixin, ManufacturerMixin, View):
    """The customers that the address asks for as a file; who took it is kept."""

    resumes_at = "customer_list"
    table = "customers"
    titles = TITLES

    def get_queryset(self):
        data = self.request.GET
        form = CustomerListForm(data, settings=SystemSettings.load(), now=timezone.now())
        return narrowed(form.filters).order_by(*sort_keys(chosen_sort(data)))

    def rows(self, found):
        return export_rows(found)


def found_customer(pk):
    """A customer of that number; raises Http404."""
    customer = Customer.objects.select_related("region").filter(pk=pk).first()
    if customer is None:
        raise Http404
    return customer


class CustomerCardView(ManufacturerMixin, TemplateView):
    """Everything about one customer. Who was merged leads to the card that they are now."""

    template_name = "orders/customers/card.html"

    def get(self, request, pk, *args, **kwargs):
        customer = found_customer(pk)
        if customer.merged_into_id:
            return redirect("customer_card", pk=customer.merged_into_id)
        return super().get(request, *args, customer=customer, **kwargs)

    def get_context_data(self, customer, **kwargs):
        data, now = self.request.GET, timezone.now()
        page = paginate(
            card.orders_of(customer),
            keys=("-id",),
            size=card.ORDERS_ON_PAGE,
            after=data.get("after", ""),
            before=data.get("before", ""),
        )
        consents, has_more_consents = card.consents_of(customer)
        totals = card.totals_of(customer)
        newest = Order.objects.alive().filter(customer=customer).order_by("-pk").first()
        return super().get_context_data(
            customer=customer,
            contacts=card.contacts_of(customer),
            consents=consents,
            has_more_consents=has_more_consents,
            consent_summary=card.consent_summary(consents),
            totals=totals,
            preferences=card.preferences_of(customer, newest),
            notes=card.notes_of(customer),
            note_form=kwargs.pop("note_form", None) or NoteForm(auto_id="note_%s"),
            merges=[(one, may_split(one, now)) for one in card.merges_of(customer)],
            duplicates=duplicates_of(customer),
            page=page,
            history=asked_history(customer, self.request),
            **kwargs,
        )


def asked_history(customer, request):
    """The part of the history that the address asks for."""
    return history_of(
        customer,
        request.user,
        orders=Order.objects.filter(customer=customer),
        show=request.GET.get("show", ALL),
        cursor=request.GET.get("earlier", ""),
    )


class CustomerHistoryView(ManufacturerMixin, View):
    """A part of the history: of one kind, or what came before a page of it."""

    http_method_names = ("get", "head", "options")

    def get(self, request, pk):
        customer = found_customer(pk)
        history = asked_history(customer, request)
        part = "entries" if request.GET.get("earlier") else "history"
        context = {"customer": customer, "history": history}
        return render(request, f"orders/customers/{part}.html", context)


class CustomerPhoneView(ManufacturerMixin, View):
    """Show the customer's numbers; kept who looked."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        try:
            numbers = show_phones(customer_id=pk, by=request.user, now=timezone.now())
        except CustomerNotFound as error:
            raise Http404 from error
        if request.htmx:
            return render(request, "orders/customers/phones.html", {"numbers": numbers})
        request.method = "GET"
        return CustomerCardView.as_view()(request, pk=pk, numbers=numbers)
