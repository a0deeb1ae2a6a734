"""Reports by mail: choosing them, looking at one, and ending them by the link of a mail."""

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic import TemplateView

from analytics.mailing import services
from analytics.mailing.content import report_of, schedule_of
from analytics.models.mailing import WEEKDAYS, ReportMail, ReportSchedule, Rhythm
from analytics.reports.stored import TooMuch, stored
from dealers.access import WorkspaceMixin
from dealers.models import Place

SHOWN = 10


class ScheduleForm(forms.Form):
    """One rhythm of a person."""

    is_on = forms.BooleanField(label=gettext_lazy("Send it"), required=False)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekday"), choices=WEEKDAYS, coerce=int, initial=0
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        initial=9,
    )
    region = forms.ModelChoiceField(
        Place.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        empty_label=gettext_lazy("the whole country"),
    )

    def __init__(self, *args, user, rhythm, schedule=None, **kwargs):
        initial = {}
        if schedule is not None:
            initial = {
                "is_on": schedule.due_at is not None,
                "weekday": schedule.weekday,
                "hour": schedule.hour,
                "region": schedule.region_id,
            }
        super().__init__(*args, initial=initial, prefix=rhythm, auto_id=f"{rhythm}_%s", **kwargs)
        self.rhythm, self.schedule = rhythm, schedule
        self.fields["region"].queryset = Place.objects.regions()
        if rhythm == Rhythm.MONTHLY:
            del self.fields["weekday"]
        if user.is_dealer:
            del self.fields["region"]

    @property
    def title(self):
        return Rhythm(self.rhythm).label


class ReportMailMixin(WorkspaceMixin):
    """For those who may have reports by mail."""

    def allows(self, user):
        return services.may_have(user)


class ReportMails(ReportMailMixin, TemplateView):
    """What comes when, and the last ones."""

    template_name = "analytics/mailing/settings.html"

    def forms(self, data=None, rhythm=None):
        kept = {one.rhythm: one for one in ReportSchedule.objects.filter(user=self.request.user)}
        return [
            ScheduleForm(
                data if code == rhythm else None,
                user=self.request.user,
                rhythm=code,
                schedule=kept.get(code),
            )
            for code in Rhythm.values
        ]

    def get_context_data(self, **kwargs):
        mails = ReportMail.objects.filter(schedule__user=self.request.user)
        kwargs.setdefault("forms", self.forms())
        return super().get_context_data(
            mails=mails.select_related("schedule").order_by("-pk")[:SHOWN], **kwargs
        )

    def post(self, request, *args, **kwargs):
        rhythm = request.POST.get("rhythm", "")
        if rhythm not in Rhythm.values:
            raise BadRequest
        found = self.forms(request.POST, rhythm)
        form = next(one for one in found if one.rhythm == rhythm)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(forms=found), status=422)
        region = form.cleaned_data.get("region")
        schedule = services.save_schedule(
            user=request.user,
            rhythm=rhythm,
            is_on=form.cleaned_data["is_on"],
            weekday=form.cleaned_data.get("weekday", 0),
            hour=form.cleaned_data["hour"],
            region_id=region.pk if region else None,
            now=timezone.now(),
        )
        if schedule.due_at:
            messages.success(request, _("The report will come to %s.") % request.user.email)
        else:
            messages.success(request, _("The report is switched off."))
        return redirect("report_mails")


class ReportMailLook(ReportMailMixin, View):
    """The mail as it would be sent now, with its pictures inside the page."""

    http_method_names = ("get", "head", "options")

    def get(self, request, rhythm):
        if rhythm not in Rhythm.values:
            raise Http404
        schedule = ReportSchedule.objects.filter(user=request.user, rhythm=rhythm).first()
        schedule = schedule or ReportSchedule(pk=0, user=request.user, rhythm=rhythm)
        now = timezone.now()
        since, until = services.period_before(schedule, request.user, now)
        mail = ReportMail(schedule=schedule, since=since, until=until, due_at=now)
        # The page and each of its pictures ask for the same report.
        key = "mail", request.user.pk, rhythm, schedule.region_id, since, until
        try:
            report = stored(key, lambda: report_of(mail), now=now).result
        except TooMuch as refusal:
            messages.error(request, str(refusal))
            return redirect("report_mails")
        if (name := request.GET.get("picture")) is not None:
            if name not in report.pictures:
                raise Http404
            return HttpResponse(report.pictures[name], content_type="image/png")
        return render(
            request,
            "analytics/mailing/look.html",
            {"report": report, "rhythm": rhythm, "schedule": schedule},
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_mail_off(request, token):
    """The link of a mail: asks first, so that a program that follows links ends nothing."""
    pk = schedule_of(token)
    if pk is None:
        raise Http404
    schedule = get_object_or_404(ReportSchedule.objects.select_related("user"), pk=pk)
    is_done = request.method == "POST"
    if is_done:
        services.switch_off(schedule_id=schedule.pk)
    return render(request, "analytics/mailing/off.html", {"schedule": schedule, "is_done": is_done})
