"""The tab «Интеграции» of the settings: LeadsDB with its log, and whose systems are connected."""

from django.contrib import messages
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView, TemplateView

from analytics.leadsdb.syncing import SyncRefused, progress_of, start_sync, stop_sync
from analytics.models import Dispatch, Endpoint, EndpointKind, SyncRun
from analytics.outgoing.delivery import TEST
from analytics.outgoing.forms import LeadsDBForm, SyncForm
from analytics.outgoing.logs import log_of
from analytics.outgoing.services import (
    DispatchRefused,
    EndpointRefused,
    ask_test,
    retry,
    retry_all,
    save_leadsdb,
)
from dealers.access import AdministratorMixin
from dealers.second_factor import ReauthenticationMixin


def leadsdb():
    """LeadsDB's settings, None before they were saved for the first time."""
    return Endpoint.objects.filter(kind=EndpointKind.LEADSDB).first()


def last_progress():
    """How far the last synchronisation has come, None where there was none."""
    run = SyncRun.objects.select_related("by").first()
    return run and progress_of(run)


def asked_test(request):
    """The trial of a connection that the address names."""
    number = request.GET.get("test", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Dispatch.objects.filter(pk=number, event=TEST).first()


class Integrations(ReauthenticationMixin, AdministratorMixin, FormView):
    """LeadsDB: settings, trial, synchronisation; and which dealers' systems are told of orders."""

    template_name = "analytics/outgoing/settings.html"
    form_class = LeadsDBForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"endpoint": leadsdb()}

    def get_context_data(self, sync_form=None, **kwargs):
        webhooks = Endpoint.objects.filter(kind=EndpointKind.WEBHOOK).select_related("dealer")
        endpoint = leadsdb()
        return super().get_context_data(
            endpoint=endpoint,
            is_resting=_is_resting(endpoint, self.now),
            test=asked_test(self.request),
            sync_form=sync_form or SyncForm(initial={"since": timezone.localdate(self.now)}),
            progress=last_progress(),
            webhooks=list(webhooks.order_by(F("enabled_since").asc(nulls_last=True), "dealer")),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            changed = save_leadsdb(**form.cleaned_data, by=self.request.user, now=self.now)
        except EndpointRefused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        if changed:
            messages.success(self.request, _("The settings are saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("integrations")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class LeadsDBTest(ReauthenticationMixin, AdministratorMixin, View):
    """Has the worker try the connection; the page shows what comes of it."""

    http_method_names = ("post", "options")

    def post(self, request):
        endpoint = leadsdb()
        if endpoint is None or not endpoint.url:
            messages.error(request, _("Save the address first."))
            return redirect("integrations")
        test = ask_test(endpoint_id=endpoint.pk, by=request.user, now=timezone.now())
        return redirect(f"{reverse('integrations')}?test={test.pk}")


class TestState(AdministratorMixin, View):
    """What has become of a trial of a connection."""

    def get(self, request, pk):
        test = get_object_or_404(Dispatch, pk=pk, event=TEST)
        return render(request, "analytics/outgoing/test.html", {"test": test})


class SyncStart(Integrations):
    """Begins a synchronisation; with errors the tab is shown again."""

    http_method_names = ("post", "options")

    def post(self, request):
        form = SyncForm(request.POST)
        if form.is_valid():
            try:
                start_sync(since=form.cleaned_data["since"], by=request.user, now=self.now)
            except SyncRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(f"{reverse('integrations')}#sync")
        settings = LeadsDBForm(endpoint=leadsdb())
        context = self.get_context_data(form=settings, sync_form=form)
        return self.render_to_response(context, status=422)


class SyncStop(AdministratorMixin, View):
    """Stops the synchronisation."""

    http_method_names = ("post", "options")

    def post(self, request):
        try:
            stop_sync(by=request.user, now=timezone.now())
        except SyncRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The synchronisation is stopped."))
        return redirect(f"{reverse('integrations')}#sync")


class SyncProgressPart(AdministratorMixin, View):
    """The bar of the last synchronisation, for the page that shows it."""

    def get(self, request):
        progress = last_progress()
        if progress is None:
            raise Http404
        return render(request, "analytics/outgoing/progress.html", {"progress": progress})


class LeadsDBLog(AdministratorMixin, TemplateView):
    """What LeadsDB was told and how it answered."""

    template_name = "analytics/outgoing/leadsdb_log.html"

    def get_context_data(self, **kwargs):
        endpoints = Endpoint.objects.filter(kind=EndpointKind.LEADSDB)
        return super().get_context_data(log=log_of(endpoints, self.request.GET), **kwargs)


class LeadsDBRetryAll(AdministratorMixin, View):
    """Sends everything that has failed once more."""

    http_method_names = ("post", "options")

    def post(self, request):
        endpoint = leadsdb()
        count = endpoint and retry_all(endpoint_id=endpoint.pk, by=request.user, now=timezone.now())
        say_retried(request, count or 0)
        return redirect("leadsdb_log")


class DispatchRetry(AdministratorMixin, View):
    """Sends one failed message of any system once more."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        dispatch = get_object_or_404(Dispatch.objects.select_related("endpoint"), pk=pk)
        try:
            retry(dispatch_id=pk, by=request.user, now=timezone.now())
        except DispatchRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The message will be sent again."))
        if dispatch.endpoint.dealer_id:
            return redirect("dealer_webhooks", pk=dispatch.endpoint.dealer_id)
        return redirect("leadsdb_log")


def say_retried(request, count):
    """Tell how much is sent once more."""
    if count:
        text = ngettext(
            "%(count)s message will be sent again.", "%(count)s messages will be sent again.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nothing has failed."))


def _is_resting(endpoint, now):
    """Whether a system is left alone after failures."""
    return bool(endpoint and endpoint.resume_at and endpoint.resume_at > now)
