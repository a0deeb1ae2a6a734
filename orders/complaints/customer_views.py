"""Complaining, behind the customer's personal link."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.complaints.box import box_of
from orders.complaints.filing import file_complaint, write_again
from orders.complaints.forms import AgainForm, ComplaintForm
from orders.complaints.selectors import file_of_customer
from orders.files import file_answer
from orders.links import customer_link
from orders.services.errors import OrderError, OrderNotFound
from orders.storefront.access import behind_link, privately

REFUSED = 422


# A page without a referrer names no origin either, so the usual check would refuse its form; the
# link itself, which no other site knows, is the right to write.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link()
@privately
def complain(request, order, token):
    """The form by itself, and what becomes of it. Only a sent form makes a complaint."""
    if request.method != "POST":
        return _page(request, order, box_of(order, form=ComplaintForm()))
    form = ComplaintForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            file_complaint(
                order_id=order.pk,
                category_id=data["category"],
                text=data["text"],
                files=data["files"],
                form_key=data["key"],
                now=timezone.now(),
            )
        except OrderError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("We have your complaint and will answer it."))
            return _back(order)
    return _page(request, order, box_of(order, form=form), status=REFUSED)


@csrf_exempt
@never_cache
@require_POST
@behind_link()
@privately
def complain_again(request, order, token, complaint):
    """Something more about a complaint; one that was answered is looked into once more."""
    form = AgainForm(request.POST, request.FILES, auto_id=f"again_{complaint}_%s")
    if form.is_valid():
        try:
            write_again(
                order_id=order.pk,
                complaint_id=complaint,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except OrderNotFound as error:
            raise Http404 from error
        except OrderError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("We have what you wrote and will answer it."))
            return _back(order)
    elif not order.complaints.filter(pk=complaint).exists():
        raise Http404
    return _page(request, order, box_of(order, again=(complaint, form)), status=REFUSED)


@never_cache
@require_safe
@behind_link()
@privately
def complaint_file(request, order, token, file):
    """A file of a complaint that the customer may read; an internal one is not there."""
    found = file_of_customer(order, file)
    if found is None:
        raise Http404
    return file_answer(found)


def _page(request, order, box, status=200):
    context = {"order": order, "box": box}
    return render(request, "orders/complaints/complain.html", context, status=status)


def _back(order):
    return redirect(f"{customer_link(order)}#complaint")
