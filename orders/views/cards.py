"""The order card and what hangs on it: the print form, the phone."""

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import TemplateView, View

from dealers.models import SystemSettings
from orders.card import card_of
from orders.forms import (
    AssignForm,
    CancelForm,
    CommentForm,
    CompleteForm,
    DeclineForm,
    GiveUpForm,
    PromoForm,
    ReopenForm,
    active_reasons,
)
from orders.models import Order, OrderLine
from orders.selectors import lapsed_offer
from orders.services.errors import OrderNotFound
from orders.services.phones import show_phone
from orders.views.neighbours import neighbours_of
from suz.common.access import ManufacturerMixin, WorkspaceMixin


class OrderGoneFromDealer(Http404):
    """The dealer once saw the order and no longer does."""


def visible_order(user, pk, settings):
    """The order as far as the user may open it; raises Http404."""
    order = (
        Order.objects.visible_to(user, only_own=settings.dealers_see_only_own)
        .select_related(
            "place__parent",
            "region",
            "dealer",
            "manager",
            "cancel_reason",
            "chosen_dealer",
            "promo_code",
            "conversation__asked",
        )
        .prefetch_related(Prefetch("lines", OrderLine.objects.order_by("position")))
        .filter(pk=pk)
        .first()
    )
    if order is None:
        raise (OrderGoneFromDealer if lapsed_offer(user, pk) else Http404)
    return order


class OrderPage(WorkspaceMixin, TemplateView):
    """A page about one order."""

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except OrderGoneFromDealer:
            return render(request, "orders/gone.html", {"number": kwargs["pk"]}, status=404)

    def get_context_data(self, pk, **kwargs):
        settings = SystemSettings.load()
        order = visible_order(self.request.user, pk, settings)
        card = card_of(order, self.request.user, settings, self.request.GET)
        return super().get_context_data(order=order, card=card, settings=settings, **kwargs)


class OrderCardView(OrderPage):
    """Everything about an order, with the actions open to the user."""

    template_name = "orders/card.html"

    def get_context_data(self, pk, **kwargs):
        context = super().get_context_data(pk, **kwargs)
        order, card = context["order"], context["card"]
        context.update(
            forms_of(
                order,
                card.actions,
                kwargs.get("bound"),
                answers="answer" in self.request.GET,
            ),
            asked=kwargs.get("asked", self.request.GET.get("ask", "")),
            way=neighbours_of(order, card, self.request, context["settings"]),
        )
        return context


class OrderPrintView(OrderPage):
    """The order on A4."""

    template_name = "orders/print.html"


class PhoneView(ManufacturerMixin, View):
    """Show the manufacturer a customer's number; the history keeps who looked."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            number = show_phone(order_id=pk, by=request.user, now=timezone.now())
        except OrderNotFound as error:
            raise Http404 from error
        if request.htmx:
            return render(request, "orders/phone.html", {"number": number})
        return OrderCardView.as_view()(_as_get(request), pk=pk, shown_phone=number)


def _as_get(request):
    request.method = "GET"
    return request


def forms_of(order, actions, bound=None, *, answers=False):
    """The forms of a card's dialogs by name; ``bound`` is one that came back with errors.

    ``answers``: what is written is for the customer, unless said otherwise.
    """
    reasons = active_reasons() if actions.decline or actions.give_up or actions.cancel else []
    forms = {}
    if actions.decline:
        forms["decline"] = DeclineForm(reasons=reasons)
    if actions.give_up:
        forms["give_up"] = GiveUpForm(reasons=reasons)
    if actions.cancel:
        forms["cancel"] = CancelForm(reasons=reasons)
    if actions.complete:
        forms["complete"] = CompleteForm(auto_id="complete_%s", initial={"earned": order.total})
    if actions.reopen:
        forms["reopen"] = ReopenForm(auto_id="reopen_%s")
    if actions.assign:
        forms["assign"] = AssignForm(order=order)
    if actions.promo:
        forms["promo"] = PromoForm(auto_id="promo_%s")
    if actions.comment:
        forms["comment"] = CommentForm(auto_id="comment_%s", initial={"is_visible": answers})
    forms.update(bound or {})
    return {"forms": forms}
