"""Editing what an order consists of, with the dealers' answer beside it."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from catalog.models import Service
from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.line_facts import base_of, lines_with_products
from orders.line_forms import (
    ServicesForm,
    key_of,
    posted_lines,
    rows_of,
    with_added,
    with_news,
)
from orders.line_page import page_of
from orders.models import Order
from orders.phone_forms import as_id
from orders.rechecking import Choice
from orders.scope import has_contact
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.services.lines import Edit, change_lines, may_edit_lines
from orders.services.versions import OrderMoved, seen_of
from orders.timeline import changes_since
from orders.views.cards import OrderGoneFromDealer, visible_order
from suz.common.access import WorkspaceMixin

SERVICES = ((Service.DELIVERY, "wants_delivery"), (Service.INSTALLATION, "wants_installation"))


class LinesView(WorkspaceMixin, View):
    """The form; while one types, htmx asks for the answer alone. Works without scripts."""

    http_method_names = ("get", "head", "post", "options")

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except OrderGoneFromDealer:
            return render(request, "orders/gone.html", {"number": kwargs["pk"]}, status=404)

    @cached_property
    def order(self):
        order = visible_order(self.request.user, self.kwargs["pk"], SystemSettings.load())
        if not has_contact(self.request.user, order):
            raise Http404
        return order

    @cached_property
    def lines(self):
        return lines_with_products(self.order)

    def get(self, request, pk):
        if not may_edit_lines(request.user, self.order):
            return self.closed()
        return self.page(rows_of(self.order, self.lines), ServicesForm(initial=_wants(self.order)))

    def post(self, request, pk):
        if not may_edit_lines(request.user, self.order):
            return self.closed()
        services = ServicesForm(request.POST)
        rows = posted_lines(request.POST, self.order, self.lines)
        if rows is None:
            note = _("The form is out of date. Check the contents and try again.")
            return self.page(rows_of(self.order, self.lines), services, error=note, status=422)
        if request.POST.get("action") == "add":
            return self.page(with_added(rows), services)
        if "choice" in request.POST and rows.is_valid():
            return self.save(rows, services)
        return self.page(rows, services, asked=request.POST.get("ask", ""))

    def save(self, rows, services):
        try:
            entry = change_lines(
                order_id=self.order.pk,
                edit=self.edit(rows, services),
                seen=self.request.POST.get("seen", ""),
                key=key_of(self.request.POST),
                by=self.request.user,
                now=timezone.now(),
            )
        except OrderNotFound as error:
            raise Http404 from error
        except OrderMoved as refusal:
            return self.moved(rows, services, refusal)
        except IllegalStep:
            return self.closed()
        except OrderError as refusal:
            return self.page(rows, services, error=refusal.message, status=409)
        if entry is None:
            messages.info(self.request, _("Nothing has changed."))
            return redirect("order_card", pk=self.order.pk)
        messages.success(self.request, _said(entry))
        return redirect(self.next_address())

    def edit(self, rows, services):
        """The Edit that the form and the pressed button say."""
        code, _dash, dealer_id = self.request.POST["choice"].partition("-")
        return Edit(
            wanted=rows.wanted,
            services=_services(services),
            answer=self.request.POST.get("answer", ""),
            # What is no choice at all is none of those on offer either.
            choice=Choice(code) if code in {*Choice} else "",
            dealer_id=as_id(dealer_id),
        )

    def moved(self, rows, services, refusal):
        """Nothing is saved: what the others changed, and what was typed on top of it."""
        del self.order, self.lines
        if not may_edit_lines(self.request.user, self.order):
            return self.closed()
        if base := base_of(self.order, refusal.since):
            rows = with_news(rows, base.lines, self.order, self.lines)
            if set(_services(services)) == set(base.services):
                services = ServicesForm(initial=_wants(self.order))
        return self.page(
            rows,
            services,
            status=409,
            seen=seen_of(self.order),
            error=refusal.message,
            changes=changes_since(
                self.order,
                self.request.user,
                refusal.since,
                hides_phones=hides_phones(self.request.user, self.order, SystemSettings.load()),
            ),
        )

    def closed(self):
        messages.error(self.request, _("The order is closed: its contents stay as they are."))
        return redirect("order_card", pk=self.order.pk)

    def next_address(self):
        settings = SystemSettings.load()
        seen = Order.objects.visible_to(self.request.user, only_own=settings.dealers_see_only_own)
        if not seen.filter(pk=self.order.pk).exists():
            return reverse("order_list")
        return reverse("order_card", args=[self.order.pk])

    def page(self, rows, services, *, seen="", status=None, error="", asked="", **context):
        user, now = self.request.user, timezone.now()
        shown, panel = page_of(self.order, self.lines, rows, _services(services), user, now=now)
        if status is None:
            status = 422 if rows.is_bound and not rows.is_valid() else 200
        context |= {
            "order": self.order,
            "rows": rows,
            "shown": shown,
            "services": services,
            "panel": panel,
            "seen": seen or self.request.POST.get("seen") or seen_of(self.order),
            "key": key_of(self.request.POST) if self.request.POST else uuid.uuid4(),
            "error": error,
            **_question(asked, panel),
        }
        if self.request.htmx and self.request.POST.get("action") != "add":
            # The answer of a form that has mistakes is an answer too: htmx shows no other status.
            return render(self.request, "orders/lines_answer.html", context | {"is_swap": True})
        return render(self.request, "orders/lines.html", context, status=status)


def _wants(order):
    return {name: service in order.services for service, name in SERVICES}


def _services(form):
    """The services that the form asks for."""
    if not form.is_bound:
        return tuple(service for service, name in SERVICES if form.initial.get(name))
    form.is_valid()
    return tuple(service for service, name in SERVICES if form.cleaned_data.get(name))


def _question(asked, panel):
    """What is asked once more before it is done: ``return``, or ``assign-<dealer>``."""
    if asked == Choice.RETURN and panel.can_return:
        return {"asks_return": True}
    if panel.can_assign:
        for dealer_id, name, total in panel.sellers:
            if asked == f"{Choice.ASSIGN}-{dealer_id}":
                return {"asks_assign": {"id": dealer_id, "name": name, "total": total}}
    return {}


def _said(entry):
    """The sentence of the toast."""
    number = {"number": entry.order_id}
    return {
        Choice.STAY: _("The contents of order № %(number)s are changed."),
        Choice.RETURN: _("Order № %(number)s is changed and goes to other dealers."),
        Choice.ASSIGN: _("Order № %(number)s is changed and given to another dealer."),
        Choice.ANEW: _("Order № %(number)s is changed, distribution looks for a dealer."),
    }[Choice(entry.data["choice"])] % number
