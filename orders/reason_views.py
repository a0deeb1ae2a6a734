"""The lists of reasons, a tab of the settings, for administrators."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from dealers.second_factor import ReauthenticationMixin
from orders.models import Party, Reason, ReasonKind
from orders.services.errors import OrderError
from orders.services.reasons import (
    PARTIES,
    add_reason,
    move_reason,
    rename_reason,
    switch_reason,
)
from suz.common.access import AdministratorMixin

EXPLANATIONS = {
    ReasonKind.DECLINE: gettext_lazy("A dealer chooses one when it declines an offered order."),
    ReasonKind.GIVE_UP: gettext_lazy(
        "A dealer chooses one when it gives up an order that it has accepted. Points are taken for "
        "reasons of the dealer only."
    ),
    ReasonKind.CANCEL: gettext_lazy(
        "Chosen when an order is cancelled. Points are taken for reasons of the dealer only."
    ),
    ReasonKind.COMPLAINT: gettext_lazy(
        "A customer chooses one when it complains; the list of complaints can be narrowed by it."
    ),
}


class ReasonForm(forms.Form):
    """A new reason of one list; where only one party is possible it is not asked for."""

    party = forms.ChoiceField(label=gettext_lazy("Whose reason"))
    text = forms.CharField(label=gettext_lazy("Reason"), max_length=150)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        parties = PARTIES[self.kind]
        if len(parties) == 1:
            del self.fields["party"]
        else:
            self.fields["party"].choices = [(party.value, party.label) for party in parties]

    @property
    def chosen_party(self):
        return Party(self.cleaned_data.get("party", PARTIES[self.kind][0]))


class RenameForm(forms.Form):
    """New words for a reason."""

    text = forms.CharField(label=gettext_lazy("Reason"), max_length=150)


class ReasonList(ReauthenticationMixin, AdministratorMixin, TemplateView):
    """All lists with their reasons in order."""

    template_name = "orders/reasons/list.html"

    def get_context_data(self, **kwargs):
        reasons = list(Reason.objects.all())
        lists = [
            {
                "kind": kind,
                "explanation": EXPLANATIONS[kind],
                "has_parties": len(PARTIES[kind]) > 1,
                "reasons": [reason for reason in reasons if reason.kind == kind],
            }
            for kind in ReasonKind
        ]
        return super().get_context_data(lists=lists, **kwargs)


class ReasonAdd(ReauthenticationMixin, AdministratorMixin, FormView):
    """A new reason for a list."""

    template_name = "orders/reasons/form.html"
    form_class = ReasonForm

    @cached_property
    def kind(self):
        try:
            return ReasonKind(self.kwargs["kind"])
        except ValueError:
            raise Http404 from None

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"kind": self.kind}

    def get_context_data(self, **kwargs):
        return super().get_context_data(kind=self.kind, **kwargs)

    def form_valid(self, form):
        try:
            reason = add_reason(
                kind=form.kind,
                party=form.chosen_party,
                text=form.cleaned_data["text"],
                by=self.request.user,
            )
        except OrderError as refusal:
            form.add_error("text", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The reason is added."))
        return redirect(_address(reason.kind))


class ReasonRename(ReauthenticationMixin, AdministratorMixin, FormView):
    """Other words for a reason."""

    template_name = "orders/reasons/form.html"
    form_class = RenameForm

    @cached_property
    def reason(self):
        return get_object_or_404(Reason, pk=self.kwargs["pk"])

    def get_initial(self):
        return {"text": self.reason.text}

    def get_context_data(self, **kwargs):
        kind = ReasonKind(self.reason.kind)
        return super().get_context_data(reason=self.reason, kind=kind, **kwargs)

    def form_valid(self, form):
        try:
            rename_reason(
                reason_id=self.reason.pk, text=form.cleaned_data["text"], by=self.request.user
            )
        except OrderError as refusal:
            form.add_error("text", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The reason is saved."))
        return redirect(_address(self.reason.kind))


class ReasonChange(ReauthenticationMixin, AdministratorMixin, View):
    """Moves a reason or switches it (``change`` comes from the address)."""

    http_method_names = ("post", "options")
    change = ""
    changes = {
        "up": (move_reason, {"up": True}),
        "down": (move_reason, {"up": False}),
        "on": (switch_reason, {"is_active": True}),
        "off": (switch_reason, {"is_active": False}),
    }

    def post(self, request, pk):
        reason = get_object_or_404(Reason, pk=pk)
        work, options = self.changes[self.change]
        try:
            work(reason_id=reason.pk, by=request.user, **options)
        except OrderError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The list is saved."))
        return redirect(_address(reason.kind))


def _address(kind):
    return f"{reverse('reason_list')}#{kind}"
