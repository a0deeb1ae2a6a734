"""Where providers report what became of SMS; only what they have signed is believed."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from twilio.request_validator import RequestValidator

from notifications.reports import Report, record_report
from notifications.transports.sms import smsru, twilio


@method_decorator(csrf_exempt, name="dispatch")
class TwilioStatus(View):
    """Twilio's status callback about one delivery."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if not _is_twilios(request):
            return HttpResponseForbidden()
        report = _report(request.POST.get("MessageStatus", ""), request.POST.get("ErrorCode", ""))
        number = request.POST.get("MessageSid", "")
        if report and number:
            record_report(report, provider_id=number, delivery_id=pk, now=timezone.now())
        return HttpResponse(status=204)


@method_decorator(csrf_exempt, name="dispatch")
class SmsRuStatus(View):
    """SMS.ru's reports, many at once."""

    http_method_names = ["post"]

    def post(self, request):
        reports = smsru.reports_of(request.POST)
        if reports is None:
            return HttpResponseForbidden()
        for number, report in reports:
            record_report(report, provider_id=number, now=timezone.now())
        # The answer that SMS.ru waits for.
        return HttpResponse("100", content_type="text/plain")


def _is_twilios(request):
    """Signed with our token for exactly this public address; without a token nothing is."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if not settings.TWILIO_AUTH_TOKEN or not signature:
        return False
    url = settings.PUBLIC_URL.rstrip("/") + request.get_full_path()
    return RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, request.POST, signature)


def _report(status, code):
    if status in twilio.DELIVERED:
        return Report(is_delivered=True)
    if status in twilio.FAILED:
        return Report(is_delivered=False, error=f"Twilio: {status} {code}".strip())
    return None
