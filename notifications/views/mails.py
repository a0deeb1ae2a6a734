"""Mails and SMS that were sent, wait or failed, as the manufacturer reads them.

In the demo nothing is sent and this is where mails are read. Mails to customers hold personal
links, so the pages are for the manufacturer only.
"""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as show
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin

from notifications import delivery as delivering
from notifications.events import EVENTS
from notifications.forms import MailFilterForm
from notifications.models import Channel, DeliveryState
from notifications.rendering import Mail, render
from notifications.selectors import mails_for
from suz.common.access import AdministratorMixin, ManufacturerMixin
from suz.common.keyset import paginate

PAGE_SIZE = 50
# The event of a mail stands in another table.
COUNTED = 2_000
# What a mail may do in its frame: its link opens in a new tab, and nothing else.
FRAME_RIGHTS = ("allow-popups", "allow-popups-to-escape-sandbox")
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": FRAME_RIGHTS,
}


class MailListView(ManufacturerMixin, View):
    """Mails, the newest first, by state, event and order."""

    def get(self, request):
        form = MailFilterForm(request.GET)
        page = paginate(
            form.narrow(mails_for(request.user)),
            keys=("-id",),
            size=PAGE_SIZE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            limit=COUNTED,
        )
        context = {"form": form, "page": page, "is_filtered": any(form.data.values())}
        return show(request, "notifications/mail_list.html", context)


class MailView(ManufacturerMixin, View):
    """One mail: whom, what, how it fared."""

    def get(self, request, pk):
        delivery = _found(request, pk)
        context = {
            "delivery": delivery,
            "event": EVENTS[delivery.message.event],
            "mail": _contents(delivery),
            "is_sms": delivery.channel == Channel.SMS,
            "sender": settings.DEFAULT_FROM_EMAIL,
            "frame_rights": " ".join(FRAME_RIGHTS),
            "is_demo": settings.DEMO,
            "can_retry": delivery.state == DeliveryState.DEAD
            and delivery.message.withdrawn_at is None,
            "can_cancel": delivery.state in (DeliveryState.PENDING, DeliveryState.DEAD),
        }
        return show(request, "notifications/mail.html", context)


@method_decorator(csp(MAIL_POLICY), name="dispatch")
@method_decorator(xframe_options_sameorigin, name="dispatch")
class MailHtmlView(ManufacturerMixin, View):
    """A mail's HTML alone, for the frame of its page."""

    def get(self, request, pk):
        delivery = _found(request, pk)
        if delivery.channel != Channel.EMAIL:
            raise Http404
        return HttpResponse(_contents(delivery).html)


class MailRetryView(AdministratorMixin, View):
    """Sends a failed mail again."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        return _act(request, pk, delivering.retry, _("The message will be sent again."))


class MailCancelView(AdministratorMixin, View):
    """Does not send a mail."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        return _act(request, pk, delivering.cancel, _("The message will not be sent."))


def _act(request, pk, action, done):
    delivery = _found(request, pk)
    try:
        action(delivery_id=delivery.pk, by=request.user, now=timezone.now())
    except delivering.DeliveryRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("mail", pk=delivery.pk)


def _found(request, pk):
    delivery = mails_for(request.user).filter(pk=pk).first()
    if delivery is None:
        raise Http404
    return delivery


def _contents(delivery):
    """What was sent; of what was not, what would be sent now."""
    if delivery.sent_at is None:
        return render(delivery.message, delivery.channel)
    return Mail(delivery.sent_subject, delivery.sent_text, delivery.sent_html)
