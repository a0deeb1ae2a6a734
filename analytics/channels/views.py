"""The rules of channels: one form for all of them, and trying them out."""

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.forms import formset_factory
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from analytics.channels.rules import Rules
from analytics.channels.services import MOST_RULES, RulesMoved, digest, save_rules
from analytics.models import Channel, ChannelRule, Origin
from dealers.access import AdministratorMixin
from dealers.second_factor import ReauthenticationMixin

SHOWN_ORIGINS = 60


class RuleForm(forms.Form):
    """A rule; ``ORDER`` moves it, ``DELETE`` takes it out."""

    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)
    medium = forms.CharField(label=gettext_lazy("Medium"), max_length=300, required=False)
    campaign = forms.CharField(label=gettext_lazy("Campaign"), max_length=300, required=False)
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int)

    def __init__(self, *args, channels, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once for all rows.
        self.fields["channel"].choices = channels


RuleFormSet = formset_factory(
    RuleForm, extra=1, can_delete=True, can_order=True, max_num=MOST_RULES, validate_max=True
)


class TryForm(forms.Form):
    """What a visit would come with."""

    source = forms.CharField(label="utm_source", max_length=100, required=False)
    medium = forms.CharField(label="utm_medium", max_length=60, required=False)
    campaign = forms.CharField(label="utm_campaign", max_length=150, required=False)


class ChannelRules(ReauthenticationMixin, AdministratorMixin, TemplateView):
    """Administrators edit the rules; the first that fits wins."""

    template_name = "analytics/channels.html"

    def get_context_data(self, **kwargs):
        kwargs.setdefault("formset", self._formset())
        rows = Origin.objects.select_related("channel").order_by("-pk")[:SHOWN_ORIGINS]
        trial = TryForm(self.request.GET if "try" in self.request.GET else None, prefix="")
        found = None
        if trial.is_bound and trial.is_valid():
            rules = Rules.load()
            rule = rules.rule_for(**trial.cleaned_data)
            channel = rules.channel_for(**trial.cleaned_data)
            found = {"rule": rule, "channel": Channel.objects.get(pk=channel)}
        return super().get_context_data(
            seen=digest(), origins=rows, trial=trial, found=found, **kwargs
        )

    def post(self, request, *args, **kwargs):
        formset = self._formset(request.POST)
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(formset=formset), status=422)
        rules = [
            form.cleaned_data
            for form in formset.ordered_forms
            if form.has_changed() or form.initial
        ]
        try:
            changed = save_rules(
                rules=rules,
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=timezone.now(),
            )
        except RulesMoved as refusal:
            messages.error(request, str(refusal))
            return redirect("channels")
        # Reports that were kept would go on by the former rules.
        cache.clear()
        messages.success(
            request, _("The rules are saved; origins with another channel: %d.") % changed
        )
        return redirect("channels")

    @staticmethod
    def _formset(data=None):
        initial = [
            {
                "source": row.source,
                "medium": row.medium,
                "campaign": row.campaign,
                "channel": row.channel_id,
            }
            for row in ChannelRule.objects.order_by("position", "pk")
        ]
        channels = list(Channel.objects.values_list("pk", "name"))
        return RuleFormSet(data, initial=initial, prefix="rule", form_kwargs={"channels": channels})
