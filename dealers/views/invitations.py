"""Inviting people, and the page that an invitation leads to."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from dealers.access import AdministratorMixin, WorkspaceMixin
from dealers.models import Invitation, Role
from dealers.people_forms import FirstPasswordForm, InviteForm, RegisterForm, StaffInviteForm
from dealers.second_factor import ReauthenticationMixin
from dealers.selectors import dealers_visible_to, open_invitations
from dealers.services.errors import Refused
from dealers.services.invitations import (
    accept,
    invitation_for,
    invite,
    may_manage,
    resend,
    revoke,
)
from dealers.services.registering import register_dealer


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class InvitationPage(View):
    """Where the link of an invitation leads: a password is set and the person is in."""

    http_method_names = ("get", "head", "post", "options")

    def dispatch(self, request, token):
        response = super().dispatch(request, token)
        # The address is a key: no other site is told of it. Told to no site at all, browsers would
        # send the form with "Origin: null", which the check of forms refuses.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def get(self, request, token):
        invitation = invitation_for(token, now=timezone.now())
        form = FirstPasswordForm(invitation=invitation) if invitation else None
        return self._page(invitation, form)

    def post(self, request, token):
        now = timezone.now()
        invitation = invitation_for(token, now=now)
        if invitation is None:
            return self._page(None, None)
        form = FirstPasswordForm(request.POST, invitation=invitation)
        if not form.is_valid():
            return self._page(invitation, form)
        user = accept(token=token, password=form.cleaned_data["password"], now=now)
        if user is None:
            return self._page(None, None)
        login(request, user)
        record_authentication(request, user, method="password", email=user.email)
        return redirect("own_dealer" if user.is_dealer else "workspace")

    def _page(self, invitation, form):
        context = {"invitation": invitation, "form": form}
        return render(self.request, "dealers/invitation.html", context)


class DealerManagers(WorkspaceMixin, FormView):
    """A dealer's managers and those invited; heads and administrators invite here."""

    template_name = "dealers/managers.html"
    form_class = InviteForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.dealer = get_object_or_404(dealers_visible_to(request.user), pk=kwargs["pk"])
            self.may_manage = may_manage(
                request.user, role=Role.DEALER_MANAGER, dealer_id=self.dealer.pk
            )
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.may_manage:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            dealer=self.dealer,
            may_manage=self.may_manage,
            managers=list(self.dealer.managers.order_by("-is_active", "-is_head", "name")),
            invitations=open_invitations(now=timezone.now(), dealer=self.dealer),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            invitation = invite(
                **form.cleaned_data,
                role=Role.DEALER_MANAGER,
                dealer=self.dealer,
                by=self.request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("email", refusal.message)
            return self.form_invalid(form)
        messages.success(
            self.request, _("The invitation is sent to %(email)s.") % {"email": invitation.email}
        )
        return redirect("dealer_managers", pk=self.dealer.pk)


class StaffInvite(ReauthenticationMixin, AdministratorMixin, FormView):
    """Inviting people of the manufacturer."""

    template_name = "dealers/staff_invite.html"
    form_class = StaffInviteForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            invitations=open_invitations(now=timezone.now()), may_manage=True, **kwargs
        )

    def form_valid(self, form):
        try:
            invitation = invite(**form.cleaned_data, by=self.request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("email", refusal.message)
            return self.form_invalid(form)
        messages.success(
            self.request, _("The invitation is sent to %(email)s.") % {"email": invitation.email}
        )
        return redirect("staff_invite")


class DealerRegister(AdministratorMixin, FormView):
    """A new dealer, whose head manager is invited."""

    template_name = "dealers/register.html"
    form_class = RegisterForm

    def form_valid(self, form):
        try:
            dealer = register_dealer(**form.cleaned_data, by=self.request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("The dealer is registered, the invitation is sent to %(email)s.")
            % {"email": form.cleaned_data["head_email"]},
        )
        return redirect("dealer_card", pk=dealer.pk)


class InvitationChange(WorkspaceMixin, View):
    """Sends an invitation again or revokes it."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        found = get_object_or_404(Invitation, pk=pk)
        if not may_manage(request.user, role=found.role, dealer_id=found.dealer_id):
            raise Http404
        try:
            messages.success(request, self.act(found))
        except Refused as refusal:
            messages.error(request, refusal.message)
        if found.dealer_id:
            return redirect("dealer_managers", pk=found.dealer_id)
        return redirect("staff_invite")


class InvitationResend(InvitationChange):
    """Sends it again, with a new link."""

    def act(self, found):
        resend(invitation_id=found.pk, by=self.request.user, now=timezone.now())
        return _("The invitation is sent again; the earlier link no longer works.")


class InvitationRevoke(InvitationChange):
    """Makes it void."""

    def act(self, found):
        revoke(invitation_id=found.pk, by=self.request.user, now=timezone.now())
        return _("The invitation is revoked: its link no longer works.")
