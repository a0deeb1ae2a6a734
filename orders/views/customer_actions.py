"""What staff does with a customer's card."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from dealers.second_factor import ReauthenticationMixin
from orders import customer_card as card
from orders.customer_duplicates import duplicates_of
from orders.customer_file import file_response, record_handing_out
from orders.customer_forms import ContactsForm, ErasureForm, NoteForm
from orders.customer_list import looked_for
from orders.models import CustomerMerge, Order
from orders.services.customer_erasing import OpenOrders, erase, open_orders
from orders.services.customer_merging import merge, seen_of, split
from orders.services.customers import (
    CustomerMoved,
    CustomerNotFound,
    PhoneTaken,
    add_note,
    change_contacts,
    delete_note,
    edit_note,
    own_notes,
)
from orders.services.errors import OrderError
from orders.views.customers import CustomerCardView, found_customer
from suz.common.access import AdministratorMixin, ManufacturerMixin

REFUSED = 422
MOVED = 409
MOST_FOUND = 20


def current_customer(pk):
    """A customer who is neither merged nor erased; raises Http404."""
    customer = found_customer(pk)
    if not customer.is_current:
        raise Http404
    return customer


class ContactsView(ManufacturerMixin, View):
    """Name, phone and e-mail of the card; orders keep what was said with them."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request, pk):
        customer = current_customer(pk)
        return self.page(customer, ContactsForm(customer=customer))

    def post(self, request, pk):
        customer = current_customer(pk)
        form = ContactsForm(request.POST, customer=customer)
        if not form.is_valid():
            return self.page(customer, form, status=REFUSED)
        try:
            changed = change_contacts(
                customer_id=pk,
                values=form.values,
                seen=form.cleaned_data["seen"],
                by=request.user,
                now=timezone.now(),
            )
        except CustomerMoved as refusal:
            return self.moved(form, refusal)
        except PhoneTaken as refusal:
            form.add_error("phone", refusal.message)
            return self.page(customer, form, status=REFUSED, other=refusal.other)
        except CustomerNotFound as error:
            raise Http404 from error
        if changed:
            messages.success(request, _("The contacts are saved."))
        else:
            messages.info(request, _("Nothing has changed."))
        return redirect("customer_card", pk=pk)

    def moved(self, form, refusal):
        """Somebody was quicker: what the card holds now, and the form with what was typed here."""
        customer = current_customer(self.kwargs["pk"])
        data = form.data.copy()
        data["seen"] = customer.version
        again = ContactsForm(data, customer=customer)
        again.is_valid()
        return self.page(customer, again, status=MOVED, moved=refusal.message)

    def page(self, customer, form, *, status=200, **context):
        context |= {"customer": customer, "form": form}
        return render(self.request, "orders/customers/edit.html", context, status=status)


class NoteView(ManufacturerMixin, View):
    """POST only: a new note, or an own one changed (``note``)."""

    http_method_names = ("post", "options")

    def post(self, request, pk, note=None):
        customer = current_customer(pk)
        if note is not None and not own_notes(customer, request.user).filter(pk=note).exists():
            raise Http404
        form = NoteForm(request.POST, auto_id="note_%s")
        if not form.is_valid():
            if note is None:
                request.method = "GET"
                return CustomerCardView.as_view()(request, pk=pk, note_form=form)
            messages.error(request, " ".join(form.errors["text"]))
            return redirect(card_part(pk, "notes"))
        text, actor = form.cleaned_data["text"], {"by": request.user, "now": timezone.now()}
        try:
            if note is None:
                add_note(customer_id=pk, text=text, **actor)
            else:
                edit_note(customer_id=pk, note_id=note, text=text, **actor)
        except CustomerNotFound as error:
            raise Http404 from error
        except OrderError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The note is saved."))
        return redirect(card_part(pk, "notes"))


class NoteDeleteView(ManufacturerMixin, View):
    """POST only: an own note goes."""

    http_method_names = ("post", "options")

    def post(self, request, pk, note):
        try:
            delete_note(customer_id=pk, note_id=note, by=request.user, now=timezone.now())
        except CustomerNotFound as error:
            raise Http404 from error
        messages.success(request, _("The note is deleted."))
        return redirect(card_part(pk, "notes"))


def card_part(pk, part):
    """The address of a part of the card."""
    return f"{reverse('customer_card', args=[pk])}#{part}"


class SimilarView(ManufacturerMixin, View):
    """Who may be the same person: suggestions, and a search for somebody else."""

    http_method_names = ("get", "head", "options")

    def get(self, request, pk):
        customer = current_customer(pk)
        text = request.GET.get("q", "").strip()[:150]
        found = looked_for(text).exclude(pk=pk).select_related("region").order_by("-pk")
        context = {
            "customer": customer,
            "duplicates": duplicates_of(customer),
            "text": text,
            "found": list(found[:MOST_FOUND]),
        }
        return render(request, "orders/customers/similar.html", context)


class MergeView(ManufacturerMixin, View):
    """Both sides side by side, and the question which card stays."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request, pk, other):
        return self.page(pk, other)

    def post(self, request, pk, other):
        sides = self.sides(pk, other)
        kept_id = other if request.POST.get("kept") == str(other) else pk
        merged_id = pk if kept_id == other else other
        try:
            done = merge(
                kept_id=kept_id,
                merged_id=merged_id,
                seen={one.pk: request.POST.get(f"seen-{one.pk}", "") for one in sides},
                by=request.user,
                now=timezone.now(),
            )
        except CustomerNotFound as error:
            raise Http404 from error
        except CustomerMoved as refusal:
            return self.page(pk, other, status=MOVED, refusal=refusal.message)
        except OrderError as refusal:
            return self.page(pk, other, status=REFUSED, refusal=refusal.message)
        count = len(done.orders)
        messages.success(
            request,
            ngettext(
                "One person now: %(count)d order went to this card.",
                "One person now: %(count)d orders went to this card.",
                count,
            )
            % {"count": count},
        )
        return redirect("customer_card", pk=kept_id)

    @staticmethod
    def sides(pk, other):
        if pk == other:
            raise Http404
        return [current_customer(pk), current_customer(other)]

    def page(self, pk, other, *, status=200, refusal=""):
        sides = [
            {
                "customer": one,
                "contacts": card.contacts_of(one),
                "totals": card.totals_of(one),
                "consents": card.consent_summary(card.consents_of(one)[0]),
                "orders": list(card.orders_of(one).order_by("-pk")[:3]),
                "notes": len(card.notes_of(one)),
                "seen": seen_of(one),
            }
            for one in self.sides(pk, other)
        ]
        context = {"customer": sides[0]["customer"], "sides": sides, "refusal": refusal}
        return render(self.request, "orders/customers/merge.html", context, status=status)


class SplitView(ManufacturerMixin, View):
    """POST only: take a merging back."""

    http_method_names = ("post", "options")

    def post(self, request, pk, merge):
        current_customer(pk)
        if not CustomerMerge.objects.filter(pk=merge, kept=pk).exists():
            raise Http404
        try:
            done = split(merge_id=merge, by=request.user, now=timezone.now())
        except CustomerNotFound as error:
            raise Http404 from error
        except OrderError as error:
            messages.error(request, error.message)
            return redirect("customer_card", pk=pk)
        messages.success(request, _("Two cards again."))
        return redirect("customer_card", pk=done.merged_id)


class PersonFileView(ReauthenticationMixin, ManufacturerMixin, View):
    """POST only: everything kept of the customer as a zip; who took it is kept."""

    http_method_names = ("post", "options")

    def resume_address(self, request):
        return reverse("customer_card", args=[self.kwargs["pk"]])

    def post(self, request, pk):
        now = timezone.now()
        try:
            customer = record_handing_out(customer_id=pk, by=request.user, now=now)
        except CustomerNotFound as error:
            raise Http404 from error
        return file_response(customer, now=now)


class EraseView(ReauthenticationMixin, AdministratorMixin, View):
    """Erase the customer's personal data, asked for by typing the number."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request, pk):
        customer = current_customer(pk)
        return self.page(customer, ErasureForm(customer=customer))

    def post(self, request, pk):
        customer = found_customer(pk)
        if customer.merged_into_id:
            raise Http404
        form = ErasureForm(request.POST, customer=customer)
        if not form.is_valid():
            return self.page(customer, form, status=REFUSED)
        try:
            erase(
                customer_id=pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except CustomerNotFound as error:
            raise Http404 from error
        except OpenOrders:
            # The page names the orders.
            return self.page(customer, form, status=REFUSED)
        except OrderError as error:
            form.add_error(None, error.message)
            return self.page(customer, form, status=REFUSED)
        messages.success(
            request, _("The personal data are erased. Orders and sums stay in the reports.")
        )
        return redirect("customer_card", pk=pk)

    def page(self, customer, form, *, status=200):
        orders = list(Order.objects.filter(customer=customer))
        context = {
            "customer": customer,
            "form": form,
            "open_orders": open_orders(orders),
            "order_count": len(orders),
            "duplicates": duplicates_of(customer),
        }
        return render(self.request, "orders/customers/erase.html", context, status=status)
