"""Complaints in the workspace: the list, the page of one, what is done on it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from dealers.models import SystemSettings
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList
from orders.card import hides_phones
from orders.complaints.export import TITLES, export_rows
from orders.complaints.filing import file_complaint
from orders.complaints.filters import OPEN_ONES, ComplaintFilter
from orders.complaints.forms import AddForm
from orders.complaints.page import page_of
from orders.complaints.selectors import state_counts, tabs, with_people
from orders.complaints.states import OPEN
from orders.complaints.timeline import entries_for
from orders.files import file_answer
from orders.models import Complaint, ComplaintFile
from orders.services.errors import OrderError, OrderNotFound
from suz.common.access import ManufacturerMixin, WorkspaceMixin

SORTS = {
    "number": ("-id",),
    "term": ("due_on", "id"),
    "order": ("-order_id", "-id"),
}


def visible_complaint(user, pk):
    """The complaint as far as the user may open it; raises Http404."""
    complaint = with_people(Complaint.objects.visible_to(user)).filter(pk=pk).first()
    if complaint is None:
        raise Http404
    return complaint


def show(request, complaint, *, bound=None, status=200, **context):
    """The page of a complaint; ``bound`` is a form that came back."""
    page = page_of(complaint, request.user, [bound] if bound else None)
    context |= {"page": page, "complaint": complaint, "asked": bound.name if bound else ""}
    return render(request, "orders/complaints/page.html", context, status=status)


class ComplaintList(WorkspaceMixin, FilteredList):
    """Complaints, the newest first; a dealer reads those about it."""

    template_name = "orders/complaints/list.html"
    filter_class = ComplaintFilter
    sorts = SORTS

    def get_queryset(self):
        return with_people(Complaint.objects.visible_to(self.request.user))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        state = self.request.GET.get("state", "")
        query = self.request.GET.copy()
        query.pop("state", None)
        unchosen = ComplaintFilter(
            query, queryset=Complaint.objects.visible_to(self.request.user), request=self.request
        ).qs
        counts, is_more = state_counts(unchosen)
        return context | {
            "tabs": tabs(counts, is_more, state),
            "is_more": is_more,
            "in_all": counts.total() - is_more,
            "open_count": sum(counts[code] for code in OPEN),
            "state": state,
            "open_ones": OPEN_ONES,
        }


class ComplaintExport(TableExportMixin, WorkspaceMixin, View):
    """What the filters show as a file; who took it is kept."""

    resumes_at = "complaint_list"
    table = "complaints"
    titles = TITLES

    def get_queryset(self):
        complaints = with_people(Complaint.objects.visible_to(self.request.user))
        found = ComplaintFilter(self.request.GET, queryset=complaints, request=self.request).qs
        return found.order_by("-id")

    def rows(self, found):
        return export_rows(found, self.request.user)


class ComplaintAdd(ManufacturerMixin, FormView):
    """Write a complaint down for a customer, by the number of the order."""

    template_name = "orders/complaints/add.html"
    form_class = AddForm

    def get_initial(self):
        return {"order": self.request.GET.get("order", "")[:30]}

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            complaint = file_complaint(
                order_id=data["order"],
                category_id=data["category"],
                text=data["text"],
                files=data["files"],
                form_key=data["key"],
                by=self.request.user,
                now=timezone.now(),
            )
        except OrderNotFound as error:
            form.add_error("order", error.message)
        except OrderError as error:
            form.add_error("text", error.message)
        else:
            messages.success(
                self.request,
                _("Complaint № %(number)s is written down.") % {"number": complaint.pk},
            )
            return redirect("complaint", pk=complaint.pk)
        return self.form_invalid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ComplaintCard(WorkspaceMixin, View):
    """A complaint with everything said and done about it, and what the user may do."""

    def get(self, request, pk):
        return show(request, visible_complaint(request.user, pk))


class ComplaintFileView(WorkspaceMixin, View):
    """A file of a complaint; the right to read it is looked at each time."""

    is_preview = False

    @cached_property
    def complaint(self):
        return visible_complaint(self.request.user, self.kwargs["pk"])

    def get(self, request, pk, file):
        entries = entries_for(self.complaint, request.user)
        found = ComplaintFile.objects.filter(pk=file, entry__in=entries).first()
        if found is None or (self.is_preview and not found.is_picture):
            raise Http404
        hides = hides_phones(request.user, self.complaint.order, SystemSettings.load())
        return file_answer(found, is_preview=self.is_preview, hides_phones=hides)
