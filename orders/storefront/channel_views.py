"""How a customer wants to hear of an order, behind a link of its own in every message."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.choices import choose_channels, chosen_channels
from orders.links import CHANNELS, order_by_token
from orders.messages import subject_key
from orders.phones import masked_phone
from orders.storefront.access import opened_by, privately
from orders.storefront.voice_forms import ChannelsForm

ONE_CLICK = "List-Unsubscribe"


# A mail program's one click brings no cookie; the link itself is the right to do it.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opened_by(lambda token, now: order_by_token(token, purpose=CHANNELS))
@privately
def customer_channels(request, order, token):
    """Shows the choice; only a sent form changes it."""
    key = subject_key(order)
    if request.method == "POST":
        return _change(request, key, timezone.now())
    form = ChannelsForm(initial=chosen_channels(key))
    context = {
        "order": order,
        "form": form,
        "has_any": any(form.initial[name] for name in form.fields),
        "phone": masked_phone(order),
        "is_saved": "saved" in request.GET,
    }
    return render(request, "orders/storefront/channels.html", context)


def _change(request, key, now):
    form = ChannelsForm(request.POST)
    form.is_valid()
    is_one_click = request.POST.get(ONE_CLICK) == "One-Click"
    if is_one_click or "unsubscribe" in request.POST:
        # One click in a mail is about mails; the page's own button about everything.
        by_sms = is_one_click and chosen_channels(key)["by_sms"]
        choose_channels(key=key, by_email=False, by_sms=by_sms, now=now)
    else:
        # What is not offered now stays as it was chosen.
        choose_channels(key=key, now=now, **chosen_channels(key) | form.cleaned_data)
    if is_one_click:
        return HttpResponse(status=204)
    return redirect(f"{request.path}?saved=1")
