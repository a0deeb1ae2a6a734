"""Deleted orders, for administrators."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from orders.models import Order
from orders.services.deleted import restore_order
from orders.services.errors import OrderError, OrderNotFound
from suz.common.access import AdministratorMixin
from suz.common.keyset import paginate

PAGE_SIZE = 50


class DeletedOrdersView(AdministratorMixin, TemplateView):
    """What was deleted, the latest first, each with a button that brings it back."""

    template_name = "orders/deleted.html"

    def get_context_data(self, **kwargs):
        data = self.request.GET
        orders = Order.objects.filter(deleted_at__isnull=False)
        page = paginate(
            orders.select_related("place", "region", "dealer", "deleted_by"),
            keys=("-deleted_at", "-id"),
            size=PAGE_SIZE,
            after=data.get("after", ""),
            before=data.get("before", ""),
        )
        return super().get_context_data(page=page, **kwargs)


class RestoreView(AdministratorMixin, View):
    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            order = restore_order(order_id=pk, by=request.user, now=timezone.now())
        except OrderNotFound as error:
            raise Http404 from error
        except OrderError as error:
            messages.error(request, error.message)
            return redirect("order_deleted")
        messages.success(request, _("Order № %(number)s is restored.") % {"number": order.pk})
        return redirect("order_card", pk=order.pk)
