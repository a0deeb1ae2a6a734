"""Taking an order by phone, for the manufacturer's people."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from dealers.places import place_label
from orders.models import Customer
from orders.phone_forms import PhoneOrderForm, Wanted, as_id, posted_rows, product_choices
from orders.services.errors import OrderError
from orders.services.phone_orders import lines_of, promise_of, take_order
from orders.services.placing import CartChanged
from suz.common.access import ManufacturerMixin

SHOWN_ORDERS = 5


def earlier_orders(customer):
    """The customer's last orders with what was in them, the newest first: two queries."""
    orders = customer.orders.alive().select_related("place__parent", "region", "dealer")
    return list(orders.prefetch_related("lines").order_by("-id")[:SHOWN_ORDERS])


class AddOrderView(ManufacturerMixin, View):
    """The form: find the customer, count the sum, take the order. Works without scripts."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def get(self, request):
        return self.page(PhoneOrderForm(initial={"form_key": uuid.uuid4()}), self.wanted())

    def post(self, request):
        action = request.POST.get("action", "")
        if action == "find":
            return self.find()
        if action == "more":
            return self.again()
        form = PhoneOrderForm(request.POST, takes=action == "take", now=self.now)
        wanted = self.wanted(request.POST)
        are_valid = [form.is_valid(), wanted.is_valid()]
        lines = lines_of(wanted.wanted()) if are_valid[1] else []
        if are_valid[1] and not lines:
            wanted.forms[0].add_error("product", _("Choose at least one product."))
        if not all(are_valid) or not lines:
            return self.page(form, wanted, lines=lines, status=422)
        if action == "take":
            return self.take(form, wanted, lines)
        return self.page(form, wanted, lines=lines)

    def find(self):
        """Fill in what is known of the customer with this phone."""
        data = self.request.POST
        try:
            phone = PhoneOrderForm().fields["phone"].clean(data.get("phone", ""))
        except ValidationError as error:
            return self.again(note=" ".join(error.messages), status=422)
        known = Customer.objects.filter(phone=phone).first()
        if known is None:
            return self.again(note=_("A new customer: there are no orders with this phone."))
        earlier = earlier_orders(known)
        filled = {"name": known.name, "email": data.get("email") or known.email}
        if earlier and not (data.get("city") or data.get("address")):
            # Where the last order went is most likely where this one goes.
            filled |= {"city": place_label(earlier[0].place), "address": earlier[0].address}
        return self.again(filled, known=known, earlier=earlier)

    def again(self, filled=None, **context):
        """The form with what was typed, unchecked as yet, and room for more products."""
        form = PhoneOrderForm(initial=self.request.POST.dict() | (filled or {}))
        rows = posted_rows(self.request.POST)
        return self.page(form, self.wanted(initial=rows), **context)

    def take(self, form, wanted, lines):
        dealer = form.cleaned_data["dealer"]
        try:
            order = take_order(
                form_key=form.cleaned_data["form_key"],
                details=form.details(),
                lines=lines,
                receipt=form.cleaned_data["receipt"],
                dealer_id=dealer.pk if dealer else None,
                by=self.request.user,
                now=self.now,
                code=form.code,
            )
        except CartChanged as change:
            return self.page(form, wanted, lines=lines, changes=change.changes)
        except OrderError as error:
            form.add_error(None, error.message)
            return self.page(form, wanted, lines=lines, status=422)
        messages.success(self.request, _("Order № %(number)s is taken.") % {"number": order.pk})
        return redirect("order_card", pk=order.pk)

    def wanted(self, data=None, **kwargs):
        # Once it is clear who gets the order, that dealer's related products can be in it.
        dealer_id = as_id(self.request.POST.get("dealer"))
        kwargs["form_kwargs"] = {"products": product_choices(dealer_id), "dealer_id": dealer_id}
        return Wanted(data, prefix="lines", **kwargs)

    def page(self, form, wanted, *, lines=(), status=200, **context):
        promise = None
        if lines and form.is_valid():
            promise = promise_of(form.details(), lines, now=self.now, code=form.code)
        if promise is not None:
            form.offer(promise)
            context["rows"] = [
                (line, *promise.line_range(index)) for index, line in enumerate(lines)
            ]
            context["missing"] = [
                line.product.name for line in lines if line.product_id in promise.unavailable
            ]
        context |= {"form": form, "wanted": wanted, "promise": promise}
        return render(self.request, "orders/add.html", context, status=status)
