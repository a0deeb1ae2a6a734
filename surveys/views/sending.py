"""The one-click button of the order's card."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from dealers.access import WorkspaceMixin
from dealers.services.errors import Refused
from orders.services.errors import OrderNotFound
from surveys.services.sending import send_survey


class SurveySend(WorkspaceMixin, View):
    """Sends an order's survey, for the first time or again."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        try:
            send_survey(order_id=pk, by=request.user, now=timezone.now())
        except OrderNotFound as error:
            raise Http404 from error
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The survey is sent to the customer."))
        return redirect(f"{reverse('order_card', args=[pk])}#results")
