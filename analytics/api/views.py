"""The dealer's tokens: its head manager makes them, administrators may revoke them."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_variables
from django.views.generic import FormView

from analytics.api.tokens import TokenRefused, create_token, revoke_token
from analytics.models import ApiToken, ExchangeLog
from analytics.models.tokens import Scope
from dealers.access import WorkspaceMixin
from dealers.models import Dealer

SHOWN, EXCHANGES = 50, 20


class TokenForm(forms.Form):
    """What a token is called and may do."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=60,
        help_text=gettext_lazy("For example: 1C in the office."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )


class TokensMixin(WorkspaceMixin):
    """About the tokens of the dealer that the address names."""

    def allows(self, user):
        return user.is_administrator or self._is_head(user)

    def _is_head(self, user):
        return user.is_dealer and user.is_head and user.dealer_id == self.kwargs["pk"]

    @cached_property
    def dealer(self):
        return get_object_or_404(Dealer, pk=self.kwargs["pk"])


class DealerTokens(TokensMixin, FormView):
    """The list, and making one; the secret stands on the page that answers, once."""

    template_name = "analytics/api/tokens.html"
    form_class = TokenForm

    def get_context_data(self, **kwargs):
        tokens = ApiToken.objects.filter(dealer=self.dealer).select_related("user", "revoked_by")
        return super().get_context_data(
            dealer=self.dealer,
            tokens=list(tokens[:SHOWN]),
            may_add=self._is_head(self.request.user),
            exchanges=list(ExchangeLog.objects.filter(dealer=self.dealer)[:EXCHANGES]),
            exchange_address=self.request.build_absolute_uri(reverse("exchange")),
            feed=self.request.build_absolute_uri(reverse("dealer_feed", args=[self.dealer.slug])),
            address=self.request.build_absolute_uri("/api/v1/"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if not self._is_head(request.user):
            raise Http404
        return super().post(request, *args, **kwargs)

    @sensitive_variables("secret")
    def form_valid(self, form):
        try:
            token, secret = create_token(
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                by=self.request.user,
                now=timezone.now(),
            )
        except TokenRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        response = self.render_to_response(
            self.get_context_data(form=TokenForm(), made=token, secret=secret)
        )
        response["Cache-Control"] = "no-store"
        return response

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TokenRevoke(TokensMixin, View):
    """POST: the token opens nothing any more."""

    http_method_names = ("post",)

    def post(self, request, pk, token):
        try:
            revoke_token(
                token_id=token, dealer_id=self.dealer.pk, by=request.user, now=timezone.now()
            )
        except ApiToken.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("The token is revoked: programs that use it get no answer."))
        return redirect("api_tokens", pk=self.dealer.pk)
