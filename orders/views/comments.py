"""The time line of an order's card: what is written, who may read it, what is attached."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.files import file_answer, file_for
from orders.forms import CommentForm
from orders.scope import has_contact
from orders.services.comments import add_comment, show_comment
from orders.services.conversations import need_no_answer, seen_by_staff, settle_wish
from orders.services.errors import OrderNotFound
from orders.services.lookups import renew_link
from orders.timeline import event_of
from orders.timeline_pages import asked_timeline, customer_saw
from orders.views.actions import ActionView
from orders.views.cards import visible_order
from suz.common.access import WorkspaceMixin


class CommentView(ActionView):
    name = "comment"
    form_class = CommentForm

    def get_form(self, pk):
        visible_order(self.request.user, pk, SystemSettings.load())
        return CommentForm(self.request.POST, self.request.FILES, auto_id="comment_%s")

    def act(self, pk, data):
        entry = add_comment(
            order_id=pk,
            text=data["text"],
            files=data["files"],
            is_visible=data["is_visible"],
            **self.actor,
        )
        if entry.is_visible:
            return _("The comment is added, the customer sees it.")
        return _("The comment is added, only staff see it.")

    def next_address(self, pk):
        return super().next_address(pk) + "#history"


class CommentShowView(ActionView):
    """Show a comment to the customer, or hide it. In place, or the card again without scripts."""

    def post(self, request, pk, entry):
        self.entry_id = entry
        if not request.htmx:
            return super().post(request, pk)
        settings = SystemSettings.load()
        try:
            changed = self.switch(pk)
            order = visible_order(request.user, pk, settings)
        except OrderNotFound as error:
            raise Http404 from error
        event = event_of(
            changed,
            request.user,
            hides_phones=hides_phones(request.user, order, settings),
            customer_saw=customer_saw(order),
        )
        return render(request, "orders/event.html", {"order": order, "event": event})

    def act(self, pk, data):
        if self.switch(pk).is_visible:
            return _("The customer now sees the comment.")
        return _("The customer no longer sees the comment.")

    def switch(self, pk):
        return show_comment(
            order_id=pk,
            entry_id=self.entry_id,
            is_visible=self.request.POST.get("visible") == "1",
            **self.actor,
        )

    def next_address(self, pk):
        return super().next_address(pk) + "#history"


class SeenView(WorkspaceMixin, View):
    """What the customer wrote has been before the user's eyes, up to the entry ``upto``."""

    http_method_names = ["post"]

    def post(self, request, pk):
        order = visible_order(request.user, pk, SystemSettings.load())
        if not has_contact(request.user, order):
            raise Http404
        upto = request.POST.get("upto", "")
        if upto.isascii() and upto.isdigit() and len(upto) < 19:
            seen_by_staff(order=order, upto=int(upto), by=request.user)
        return HttpResponse(status=204)


class NoAnswerView(ActionView):
    """What the customer wrote last needs no answer."""

    def act(self, pk, data):
        need_no_answer(order_id=pk, **self.actor)
        return _("The customer no longer waits for an answer.")


class WishView(ActionView):
    """What the customer asked for is done, or cannot be."""

    def act(self, pk, data):
        settle_wish(order_id=pk, is_granted=self.request.POST.get("granted") == "1", **self.actor)
        return _("The customer’s wish is settled: the customer sees it on the order’s page.")


class LinkView(ActionView):
    """A new personal link for the customer; the old one stops working."""

    def act(self, pk, data):
        renew_link(order_id=pk, **self.actor)
        return _(
            "The link is renewed and sent to the customer; the old one does not work any more."
        )


class HistoryView(WorkspaceMixin, View):
    """A part of the time line: of one kind, or what came before a page of it."""

    def get(self, request, pk):
        settings = SystemSettings.load()
        order = visible_order(request.user, pk, settings)
        timeline = asked_timeline(
            order,
            request.user,
            request.GET,
            hides_phones=hides_phones(request.user, order, settings),
        )
        template = "orders/events.html" if request.GET.get("before") else "orders/timeline.html"
        return render(request, template, {"order": order, "timeline": timeline})


class FileView(WorkspaceMixin, View):
    """A file of a comment; the right to the order is looked at each time."""

    is_preview = False

    def get(self, request, pk, file):
        settings = SystemSettings.load()
        order = visible_order(request.user, pk, settings)
        found = file_for(request.user, order, file)
        if found is None:
            raise Http404
        return file_answer(
            found,
            is_preview=self.is_preview,
            hides_phones=hides_phones(request.user, order, settings),
        )
