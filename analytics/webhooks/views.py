"""A dealer's own systems: administrators set them up, the dealer's head manager reads the log."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from analytics.leadsdb.views import asked_test, say_retried
from analytics.models import Endpoint, EndpointKind
from analytics.outgoing.forms import WebhookForm
from analytics.outgoing.logs import log_of
from analytics.outgoing.services import (
    EndpointRefused,
    add_webhook,
    ask_test,
    renew_secret,
    retry_all,
    save_webhook,
)
from dealers.access import AdministratorMixin, WorkspaceMixin
from dealers.models import Dealer
from dealers.second_factor import ReauthenticationMixin


class DealerWebhooks(WorkspaceMixin, TemplateView):
    """The dealer's systems and what they were told."""

    template_name = "analytics/outgoing/webhooks.html"

    def allows(self, user):
        is_own = user.is_dealer and user.is_head and user.dealer_id == self.kwargs["pk"]
        return user.is_administrator or is_own

    def get_context_data(self, **kwargs):
        dealer = get_object_or_404(Dealer, pk=self.kwargs["pk"])
        endpoints = list(
            Endpoint.objects.filter(kind=EndpointKind.WEBHOOK, dealer=dealer).order_by("id")
        )
        test = asked_test(self.request)
        if test and test.endpoint_id not in {one.pk for one in endpoints}:
            test = None
        return super().get_context_data(
            dealer=dealer,
            endpoints=endpoints,
            log=log_of(endpoints, self.request.GET),
            test=test,
            **kwargs,
        )


class WebhookMixin(ReauthenticationMixin, AdministratorMixin):
    """About the systems of the dealer that the address names; for administrators."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    @cached_property
    def dealer(self):
        return get_object_or_404(Dealer, pk=self.kwargs["pk"])

    @cached_property
    def endpoint(self):
        if "endpoint" not in self.kwargs:
            return None
        return get_object_or_404(
            Endpoint,
            pk=self.kwargs["endpoint"],
            kind=EndpointKind.WEBHOOK,
            dealer=self.kwargs["pk"],
        )


class WebhookPage(WebhookMixin, FormView):
    """The form of a system."""

    template_name = "analytics/outgoing/webhook.html"
    form_class = WebhookForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"endpoint": self.endpoint}

    def get_context_data(self, **kwargs):
        return super().get_context_data(dealer=self.dealer, endpoint=self.endpoint, **kwargs)

    def form_valid(self, form):
        try:
            return self.save(form.cleaned_data)
        except EndpointRefused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def show_secret(self, endpoint, secret):
        """The page that shows a secret, this once."""
        self.template_name = "analytics/outgoing/secret.html"
        context = {"dealer": self.dealer, "endpoint": endpoint, "secret": secret}
        response = self.render_to_response(context)
        response["Cache-Control"] = "no-store"
        return response


class WebhookAdd(WebhookPage):
    """A new system; the answer shows its secret."""

    def save(self, values):
        endpoint, secret = add_webhook(
            dealer_id=self.dealer.pk, **values, by=self.request.user, now=self.now
        )
        return self.show_secret(endpoint, secret)


class WebhookEdit(WebhookPage):
    """Another address, other events, on or off."""

    def save(self, values):
        changed = save_webhook(
            endpoint_id=self.endpoint.pk, **values, by=self.request.user, now=self.now
        )
        if changed:
            messages.success(self.request, _("The webhook is saved."))
        else:
            messages.info(self.request, _("Nothing has changed."))
        return redirect("dealer_webhooks", pk=self.dealer.pk)


class WebhookSecret(WebhookPage):
    """A new secret in place of the former one, shown in the answer."""

    http_method_names = ("post", "options")

    def post(self, request, **kwargs):
        secret = renew_secret(endpoint_id=self.endpoint.pk, by=request.user, now=self.now)
        return self.show_secret(self.endpoint, secret)


class WebhookTest(WebhookMixin, View):
    """Has the worker try the connection."""

    http_method_names = ("post", "options")

    def post(self, request, **kwargs):
        test = ask_test(endpoint_id=self.endpoint.pk, by=request.user, now=self.now)
        return redirect(f"{reverse('dealer_webhooks', args=[self.dealer.pk])}?test={test.pk}")


class WebhookRetryAll(WebhookMixin, View):
    """Sends everything that the system has not taken once more."""

    http_method_names = ("post", "options")

    def post(self, request, **kwargs):
        count = retry_all(endpoint_id=self.endpoint.pk, by=request.user, now=self.now)
        say_retried(request, count)
        return redirect("dealer_webhooks", pk=self.dealer.pk)
