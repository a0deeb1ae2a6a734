"""The time line of an order's card: what is written, who may read it, what is attached."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.files import file_answer, file_for
from orders.forms import CommentForm
from orders.services.comments import add_comment, show_comment
from orders.services.errors import OrderNotFound
from orders.timeline import event_of
from orders.timeline_pages import asked_timeline
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
            changed, request.user, hides_phones=hides_phones(request.user, order, settings)
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
