"""What is done on the page of a complaint: each view reads a form and calls one service."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.complaints import judging, working
from orders.complaints.forms import (
    AnswerForm,
    AskForm,
    ChangeForm,
    CloseForm,
    GiveForm,
    NoteForm,
    ReopenForm,
    StatementForm,
)
from orders.complaints.locking import ComplaintMoved
from orders.complaints.timeline import changes_since
from orders.complaints.views import show, visible_complaint
from orders.services.errors import OrderError, OrderNotFound
from suz.common.access import DealerMixin, ManufacturerMixin, WorkspaceMixin

REFUSED = 422
MOVED = 409


class ActionView(WorkspaceMixin, View):
    """POST only. A form with errors, and one that came second, stand on the page as typed."""

    http_method_names = ("post", "options")
    form_class = None

    def post(self, request, pk):
        self.complaint = visible_complaint(request.user, pk)
        form = self.get_form()
        if form is not None and not form.is_valid():
            return show(request, self.complaint, bound=form, status=REFUSED)
        try:
            done = self.act(form.cleaned_data if form is not None else {})
        except OrderNotFound as error:
            raise Http404 from error
        except ComplaintMoved as refusal:
            return self.moved(form, refusal)
        except OrderError as error:
            if form is None:
                messages.error(request, error.message)
                return redirect("complaint", pk=pk)
            form.add_error(None, error.message)
            return show(request, self.complaint, bound=form, status=REFUSED)
        messages.success(request, done)
        return redirect("complaint", pk=pk)

    def get_form(self):
        return self.form_class(self.request.POST, self.request.FILES) if self.form_class else None

    def act(self, data):
        """Call the service; returns the sentence of the toast."""
        raise NotImplementedError

    def moved(self, form, refusal):
        """The page as it is now, with what was typed and what has happened meanwhile."""
        user, complaint = self.request.user, visible_complaint(self.request.user, self.complaint.pk)
        hides = hides_phones(user, complaint.order, SystemSettings.load())
        changes = changes_since(complaint, user, refusal.since, hides_phones=hides)
        context = {"moved": refusal.message, "changes": changes}
        return show(self.request, complaint, bound=form, status=MOVED, **context)

    @property
    def actor(self):
        return {"complaint_id": self.complaint.pk, "by": self.request.user, "now": timezone.now()}

    @property
    def seen(self):
        return {"seen": self.request.POST.get("seen", "")}


class TakeView(ManufacturerMixin, ActionView):
    def act(self, data):
        working.give(owner_id=self.request.user.pk, **self.seen, **self.actor)
        return _("The complaint is yours.")


class GiveView(ManufacturerMixin, ActionView):
    form_class = GiveForm

    def act(self, data):
        working.give(owner_id=data["owner"].pk, **self.seen, **self.actor)
        return _("Responsible now: %(name)s.") % {"name": data["owner"].name}


class ChangeView(ManufacturerMixin, ActionView):
    def get_form(self):
        return ChangeForm(self.request.POST, complaint=self.complaint)

    def act(self, data):
        working.change(
            category_id=data["category"], due_on=data["due_on"], **self.seen, **self.actor
        )
        return _("Category and term are saved.")


class NoteView(ManufacturerMixin, ActionView):
    form_class = NoteForm

    def act(self, data):
        working.note(**data, **self.actor)
        return _("The note is added, only staff see it.")


class AskView(ManufacturerMixin, ActionView):
    form_class = AskForm

    def act(self, data):
        working.ask_dealer(**data, **self.seen, **self.actor)
        return _("The dealer is asked.")


class StatementView(DealerMixin, ActionView):
    form_class = StatementForm

    def act(self, data):
        working.give_statement(**data, **self.actor)
        return _("The manufacturer has your statement.")


class AnswerView(ManufacturerMixin, ActionView):
    form_class = AnswerForm

    def act(self, data):
        judging.answer(**data, **self.seen, **self.actor)
        return _("The customer is answered.")


class CloseView(ManufacturerMixin, ActionView):
    form_class = CloseForm

    def act(self, data):
        judging.close(**data, **self.seen, **self.actor)
        return _("The complaint is closed.")


class ReopenView(ManufacturerMixin, ActionView):
    form_class = ReopenForm

    def act(self, data):
        judging.reopen(reason=data["text"], **self.seen, **self.actor)
        return _("The complaint is open again.")
