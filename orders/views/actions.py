"""What people do with an order: each view reads a form and calls one service."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.models import SystemSettings
from orders.forms import (
    AssignForm,
    CancelForm,
    CompleteForm,
    DeclineForm,
    GiveUpForm,
    MoveForm,
    ReopenForm,
)
from orders.models import Order
from orders.services import accepting, progress
from orders.services.errors import OrderError, OrderGone, OrderNotFound
from orders.statuses import STATUSES, Status
from orders.views.cards import OrderCardView, OrderGoneFromDealer, visible_order
from orders.views.neighbours import card_address, list_query
from suz.common.access import AdministratorMixin, DealerMixin, ManufacturerMixin, WorkspaceMixin
from suz.common.templatetags.suz import UNDO


class ActionView(WorkspaceMixin, View):
    """POST only: check the form, call ``act``, answer with a toast.

    ``name`` is the dialog's; with errors the card comes back with it open and what was typed kept.
    An order that the user does not see answers 404, whatever the form says.
    """

    http_method_names = ["post"]
    form_class = None
    name = ""

    def post(self, request, pk):
        try:
            form = self.get_form(pk)
            if form is not None and not form.is_valid():
                return self.refused(form)
            try:
                done = self.act(pk, form.cleaned_data if form is not None else {})
            except OrderGone as error:
                return self.gone(pk, error.message)
        except OrderGoneFromDealer:
            return self.gone(pk)
        except OrderNotFound as error:
            raise Http404 from error
        except OrderError as error:
            messages.error(request, error.message)
        else:
            undo = self.undo_address(pk)
            messages.success(request, done, extra_tags=f"{UNDO}{undo}" if undo else "")
        return redirect(self.next_address(pk))

    def gone(self, pk, reason=""):
        """A clear page for the dealer that came too late."""
        context = {"number": pk, "reason": reason}
        return render(self.request, "orders/gone.html", context, status=409)

    def get_form(self, pk):
        """The form as posted, for an order that the user sees."""
        if self.form_class is None:
            return None
        visible_order(self.request.user, pk, SystemSettings.load())
        return self.form_class(self.request.POST, auto_id=f"{self.name}_%s")

    def act(self, pk, data):
        """Call the service; returns the sentence of the toast."""
        raise NotImplementedError

    def refused(self, form):
        """The card again, with the dialog open."""
        self.request.method = "GET"
        response = OrderCardView.as_view()(
            self.request, pk=self.kwargs["pk"], bound={self.name: form}, asked=self.name
        )
        response.status_code = 422
        return response

    def undo_address(self, pk):
        """Where a form posts that takes the action back, "" where it cannot be."""
        return ""

    def next_address(self, pk):
        """The card while the user still sees the order, else the list."""
        settings = SystemSettings.load()
        seen = Order.objects.visible_to(
            self.request.user, only_own=settings.dealers_see_only_own
        ).filter(pk=pk)
        return card_address(self.request, pk) if seen.exists() else self.list_address(pk)

    def list_address(self, pk):
        """The list that the card was opened from."""
        query = list_query(self.request, pk)
        return reverse("order_list") + (f"?{query}" if query else "")

    @property
    def actor(self):
        return {"by": self.request.user, "now": timezone.now()}


class ReasonActionView(ActionView):
    """An action that takes a reason from a list."""

    def get_form(self, pk):
        visible_order(self.request.user, pk, SystemSettings.load())
        return self.form_class(self.request.POST)


class AcceptView(DealerMixin, ActionView):
    """Take an offered order; the one who comes second reads a clear page."""

    def act(self, pk, data):
        # While dealers see none but their own orders, there is nothing to take unseen either.
        settings = SystemSettings.load()
        if settings.dealers_see_only_own:
            visible_order(self.request.user, pk, settings)
        cycle = self.request.POST.get("cycle", "")
        shown = int(cycle) if cycle.isascii() and cycle.isdigit() and len(cycle) < 6 else None
        accepting.accept_offer(order_id=pk, cycle=shown, **self.actor)
        return _("Order № %(number)s is yours. Contact the customer.") % {"number": pk}


class DeclineView(DealerMixin, ReasonActionView):
    name = "decline"
    form_class = DeclineForm

    def act(self, pk, data):
        accepting.decline_offer(order_id=pk, reason_id=data["reason"], **self.actor)
        return _("You have declined order № %(number)s.") % {"number": pk}


class GiveUpView(DealerMixin, ReasonActionView):
    name = "give_up"
    form_class = GiveUpForm

    def act(self, pk, data):
        accepting.give_up(order_id=pk, reason_id=data["reason"], **self.actor)
        return _("You have given up order № %(number)s; it goes to other dealers.") % {"number": pk}


class ContactedView(ActionView):
    def act(self, pk, data):
        progress.mark_contacted(order_id=pk, **self.actor)
        return _("Contact is marked, the order is processed.")


class MoveView(ActionView):
    form_class = MoveForm

    def act(self, pk, data):
        target = Status(data["target"])
        progress.move(order_id=pk, target=target, **self.actor)
        return _("The status is now “%(status)s”.") % {"status": STATUSES[target].name}

    def refused(self, form):
        messages.error(self.request, _("There is no such status."))
        return redirect(self.next_address(self.kwargs["pk"]))


class CompleteView(ActionView):
    name = "complete"
    form_class = CompleteForm

    def act(self, pk, data):
        progress.complete(order_id=pk, earned=data["earned"], **self.actor)
        return _("Order № %(number)s is completed.") % {"number": pk}


class CancelView(ReasonActionView):
    name = "cancel"
    form_class = CancelForm

    def act(self, pk, data):
        progress.cancel(order_id=pk, reason_id=data["reason"], **self.actor)
        return _("Order № %(number)s is cancelled.") % {"number": pk}


class AssignView(ManufacturerMixin, ActionView):
    name = "assign"
    form_class = AssignForm

    def get_form(self, pk):
        order = visible_order(self.request.user, pk, SystemSettings.load())
        return AssignForm(self.request.POST, order=order)

    def act(self, pk, data):
        order = accepting.assign(order_id=pk, dealer_id=data["dealer"], **self.actor)
        return _("The order is given to “%(dealer)s”.") % {"dealer": order.dealer.name}


class ReopenView(AdministratorMixin, ActionView):
    name = "reopen"
    form_class = ReopenForm

    def act(self, pk, data):
        progress.reopen(order_id=pk, reason=data["reason"], **self.actor)
        return _("Order № %(number)s is open again.") % {"number": pk}


class DeleteView(AdministratorMixin, ActionView):
    def act(self, pk, data):
        progress.delete_order(order_id=pk, **self.actor)
        return _("Order № %(number)s is deleted.") % {"number": pk}

    def undo_address(self, pk):
        return reverse("order_restore", args=[pk])
