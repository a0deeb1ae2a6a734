"""What a customer does on the page of an order: writes, asks, cancels, confirms, chooses.

Each is a form posted to an address under the personal link; whoever has the link has the right.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dealers.limits import FILES_OF_ORDER, MESSAGES_OF_ORDER, hit_all
from notifications.choices import choose_channels, chosen_channels
from orders.messages import subject_key
from orders.models import Ask
from orders.services.contact import cancel_unclaimed, confirm_on_page
from orders.services.conversations import seen_by_customer, write_as_customer
from orders.services.errors import OrderError
from orders.statuses import Status
from orders.storefront.access import TOO_MANY, WITH_FORMS, behind_link, private
from orders.storefront.order_views import page_orders, show_order
from orders.storefront.voice_forms import AskForm, ChannelsForm, MessageForm

REFUSED = 422


@never_cache
@require_POST
@behind_link(page_orders)
def customer_write(request, order, token):
    """A message to those who have the order."""
    form = MessageForm(request.POST, request.FILES, auto_id="message_%s")
    if not form.is_valid():
        return show_order(request, order, token, form=form, status=REFUSED)
    data, now = form.cleaned_data, timezone.now()
    uses = [(MESSAGES_OF_ORDER, order.pk)]
    if data["files"]:
        uses.append((FILES_OF_ORDER, order.pk))
    if not hit_all(uses, now=now):
        form.add_error("text", _("That is very much at once. Please write again in an hour."))
        return show_order(request, order, token, form=form, status=TOO_MANY)
    try:
        write_as_customer(
            order_id=order.pk, text=data["text"], files=data["files"], key=data["key"], now=now
        )
    except OrderError as error:
        form.add_error("text", error.message)
        return show_order(request, order, token, form=form, status=REFUSED)
    return back(token, "message")


@never_cache
@require_POST
@behind_link()
def customer_seen(request, order, token):
    """The messages up to ``upto`` have been before the customer's eyes."""
    upto = request.POST.get("upto", "")
    if upto.isascii() and upto.isdigit() and len(upto) < 19:
        seen_by_customer(order_id=order.pk, upto=int(upto))
    return private(HttpResponse(status=204))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(page_orders)
def customer_ask(request, order, token, asks):
    """Ask for a change, or to cancel; what nobody has taken yet is cancelled at once."""
    if not order.is_open:
        return back(token)
    at_once = asks == Ask.CANCEL and order.status == Status.NEW
    form, problem = AskForm(request.POST or None, asks=asks), ""
    if request.method == "POST" and (at_once or form.is_valid()):
        try:
            return back(token, _act(order, asks, at_once, form))
        except OrderError as error:
            # Somebody may have taken the order in between: then the customer can ask.
            form, problem = (AskForm(asks=asks) if at_once else form), error.message
            at_once = False
    context = {
        "order": order,
        "token": token,
        "form": form,
        "asks": asks,
        "at_once": at_once,
        "problem": problem,
        "lines": order.lines.all(),
    }
    status = REFUSED if request.method == "POST" else 200
    return private(
        render(request, "orders/storefront/ask.html", context, status=status), WITH_FORMS
    )


def _act(order, asks, at_once, form):
    """Do what the form asks for; returns what the page is to say. Raises OrderError."""
    now = timezone.now()
    if at_once:
        cancel_unclaimed(order_id=order.pk, now=now)
        return "cancelled"
    if not MESSAGES_OF_ORDER.hit(order.pk, now=now):
        raise OrderError(_("That is very much at once. Please write again in an hour."))
    data = form.cleaned_data
    text = data["text"] or _("Please cancel the order.")
    write_as_customer(order_id=order.pk, text=text, key=data["key"], asks=asks, now=now)
    return str(asks)


@never_cache
@require_POST
@behind_link(page_orders)
def customer_confirm(request, order, token):
    """The order is right as the page shows it."""
    version = request.POST.get("version", "")
    shown = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        confirm_on_page(order_id=order.pk, version=shown, now=timezone.now())
    except OrderError as error:
        return show_order(request, order, token, problem=error.message, status=409)
    return back(token, "confirmed")


@never_cache
@require_POST
@behind_link()
def customer_choose(request, order, token):
    """How the customer wants to hear of the order."""
    form = ChannelsForm(request.POST)
    form.is_valid()
    key = subject_key(order)
    # What is not offered now stays as it was chosen.
    choose_channels(key=key, now=timezone.now(), **chosen_channels(key) | form.cleaned_data)
    return back(token, "channels")


def back(token, done=""):
    """To the page, which says what was done; at the correspondence where that has grown."""
    address = reverse("customer_order", args=[token]) + (f"?done={done}" if done else "")
    at = {"message": "#talk", Ask.CHANGE: "#talk", Ask.CANCEL: "#talk", "channels": "#channels"}
    return private(redirect(address + at.get(done, "")), WITH_FORMS)
