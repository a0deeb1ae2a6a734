"""The page on which an order's details are corrected."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.detail_forms import DetailsForm
from orders.details import FIELD_NAMES, fields_for
from orders.services.details import change_details
from orders.services.errors import OrderError, OrderNotFound
from orders.services.versions import OrderMoved, seen_of
from orders.timeline import changes_since
from orders.views.cards import visible_order
from orders.views.neighbours import card_address, list_query, with_list
from suz.common.access import WorkspaceMixin

REFUSED = 422
MOVED = 409


class DetailsView(WorkspaceMixin, View):
    """Name, contacts, address with a pin, term, manager: as far as the user may set them."""

    def get(self, request, pk):
        order = self.found(pk)
        if not fields_for(request.user, order):
            return self.refuse(_("The order is closed: its details stay as they are."))
        return self.page(order, DetailsForm(order=order, user=request.user, seen=seen_of(order)))

    def post(self, request, pk):
        order = self.found(pk)
        if not fields_for(request.user, order):
            return self.refuse(_("The order is closed: its details stay as they are."))
        form = DetailsForm(request.POST, order=order, user=request.user)
        if not form.is_valid():
            return self.page(order, form, status=REFUSED)
        try:
            changed = change_details(
                order_id=pk,
                values=form.values,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                now=timezone.now(),
            )
        except OrderMoved as refusal:
            return self.moved(form, refusal)
        except OrderNotFound as error:
            raise Http404 from error
        except OrderError as error:
            form.add_error(None, error.message)
            return self.page(order, form, status=REFUSED)
        if changed:
            names = ", ".join(str(FIELD_NAMES[name]) for name in changed)
            messages.success(request, _("Saved: %(names)s.") % {"names": names})
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect(card_address(request, pk))

    def moved(self, form, refusal):
        """Somebody was quicker: what they changed, and the form with what was typed here."""
        order = self.found(self.kwargs["pk"])
        user = self.request.user
        if not fields_for(user, order):
            return self.refuse(refusal.message)
        masks = hides_phones(user, order, SystemSettings.load())
        changes = changes_since(order, user, refusal.since, hides_phones=masks)
        form = form.merged(order, user, seen_of(order))
        form.is_valid()
        return self.page(order, form, status=MOVED, moved=refusal.message, changes=changes)

    def found(self, pk):
        """The order, where the user works on it; an offer gives no right to its details."""
        order = visible_order(self.request.user, pk, SystemSettings.load())
        if self.request.user.is_dealer and order.dealer_id != self.request.user.dealer_id:
            raise Http404
        return order

    def refuse(self, message):
        messages.error(self.request, message)
        return redirect("order_card", pk=self.kwargs["pk"])

    def page(self, order, form, *, status=200, **context):
        query = list_query(self.request, order.pk)
        context |= {
            "order": order,
            "form": form,
            "back": card_address(self.request, order.pk),
            "here": with_list(reverse("order_edit", args=[order.pk]), query),
        }
        return render(self.request, "orders/edit.html", context, status=status)
