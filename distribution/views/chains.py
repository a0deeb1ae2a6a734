"""The strategies screen: the default chain and regions' own, for administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from dealers.models import Place, SystemSettings
from dealers.second_factor import ReauthenticationMixin
from distribution import chain_editing
from distribution.chains import latest_version
from distribution.explain import chain as explain_chain
from distribution.figures import StageFigures
from distribution.forms import ChainDraft, Directory
from distribution.forms.draft import small_int
from distribution.models import Chain, ChainVersion
from distribution.strategies import CHAIN_STRATEGIES, STRATEGY_NAMES, StageSpec
from suz.common.access import AdministratorMixin

HISTORY = 20


class ChainPage(AdministratorMixin, View):
    """What the screen's views share: one chain, found by its region (None: the default one)."""

    def setup(self, request, *args, region_pk=None, **kwargs):
        super().setup(request, *args, region_pk=region_pk, **kwargs)
        self.region_pk = region_pk
        self.now = timezone.now()

    def get_chain(self):
        return get_object_or_404(Chain.objects.select_related("region"), region_id=self.region_pk)

    def address(self, region_pk=None):
        return chain_address(region_pk if region_pk is not None else self.region_pk)


class ChainView(ReauthenticationMixin, ChainPage):
    """Show a chain; save it; or give the draft back changed by one of its buttons."""

    def get(self, request, **kwargs):
        chain = self.get_chain()
        directory = Directory.load()
        shown = None
        wanted = small_int(request.GET.get("version", ""), digits=18)
        if wanted is not None:
            shown = get_object_or_404(
                ChainVersion, pk=wanted, region_id=self.region_pk, is_active=True
            )
            edits = chain_editing.stages_of_version(shown, directory.names)
        else:
            edits = chain_editing.stages_of(chain)
        draft = ChainDraft.from_edits(edits, directory)
        return self.page(chain, draft, shown=shown)

    def post(self, request, **kwargs):
        chain = self.get_chain()
        draft = ChainDraft.from_post(request.POST, Directory.load())
        operation = request.POST.get("op", "save")
        seen = small_int(request.POST.get("seen", ""), digits=18)
        if operation != "save":
            draft.apply(operation)
            return self.page(chain, draft, seen=seen)
        if not draft.is_valid():
            draft.notice = _("The chain is not saved: correct the marked fields.")
            return self.page(chain, draft, seen=seen)
        try:
            chain_editing.save_stages(
                chain_id=chain.pk,
                edits=draft.edits(),
                seen_version_id=seen,
                by=request.user,
                now=self.now,
            )
        except chain_editing.ChainChanged as refusal:
            draft.notice = refusal.message
            return self.page(chain, draft, seen=refusal.version.pk)
        messages.success(request, _("The chain is saved and counts for orders placed from now on."))
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": self.address()})
        return redirect(self.address())

    def page(self, chain, draft, *, shown=None, seen=None):
        request = self.request
        settings = SystemSettings.load()
        context = draft_context(draft, settings, region=chain.region, now=self.now)
        context |= {
            "chain": chain,
            "draft": draft,
            "seen": seen if seen is not None else getattr(latest_version(self.region_pk), "pk", ""),
            "address": self.address(),
            "strategies": [(code.value, STRATEGY_NAMES[code]) for code in CHAIN_STRATEGIES],
        }
        if request.htmx and request.method == "POST":
            return render(request, "distribution/chain/form.html", context)
        context |= {
            "shown": shown,
            "settings": settings,
            "tabs": tabs(self.region_pk),
            "free_regions": Place.objects.regions().filter(chain__isnull=True).order_by("name"),
            "history": history(self.region_pk, draft.directory.names, settings),
        }
        return render(request, "distribution/chain/page.html", context)


class ChainPreview(ChainPage):
    """The readable sentence and the figures of a draft, while it is being typed."""

    def post(self, request, **kwargs):
        chain = self.get_chain()
        draft = ChainDraft.from_post(request.POST, Directory.load())
        context = draft_context(draft, SystemSettings.load(), region=chain.region, now=self.now)
        return render(
            request, "distribution/chain/preview.html", context | {"draft": draft, "is_swap": True}
        )


class ChainAdd(ReauthenticationMixin, ChainPage):
    """Give a region a chain of its own."""

    def post(self, request, **kwargs):
        region_pk = small_int(request.POST.get("region", ""), digits=18)
        try:
            chain = chain_editing.add_region_chain(
                region_id=region_pk, by=request.user, now=self.now
            )
        except chain_editing.ChainError as refusal:
            messages.error(request, refusal.message)
            return redirect(self.address())
        messages.success(
            request,
            _("%(region)s has a chain of its own now: a copy of the default one.")
            % {"region": chain.region},
        )
        return redirect(self.address(chain.region_id))


class ChainSwitch(ReauthenticationMixin, ChainPage):
    """Put a region's chain in or out of use."""

    def post(self, request, **kwargs):
        chain = self.get_chain()
        is_active = request.POST.get("is_active") == "on"
        chain_editing.switch_region_chain(
            region_id=chain.region_id, is_active=is_active, by=request.user, now=self.now
        )
        messages.success(
            request,
            _("The region's own chain is in use.")
            if is_active
            else _("The region's own chain is switched off: the default one counts there."),
        )
        return redirect(self.address())


class ChainRemove(ReauthenticationMixin, ChainPage):
    """Remove a region's chain, after a question."""

    def get(self, request, **kwargs):
        return render(
            request,
            "distribution/chain/remove.html",
            {"chain": self.get_chain(), "address": self.address()},
        )

    def post(self, request, **kwargs):
        chain = self.get_chain()
        chain_editing.remove_region_chain(region_id=chain.region_id, by=request.user, now=self.now)
        messages.success(
            request,
            _("The chain of %(region)s is removed: the default one counts there.")
            % {"region": chain.region},
        )
        return redirect(chain_address(None))


def chain_address(region_pk):
    if region_pk is None:
        return reverse("chain")
    return reverse("chain_region", kwargs={"region_pk": region_pk})


def draft_context(draft, settings, *, region, now):
    """What the draft does: the sentence, warnings, figures beside stages."""
    broken = [stage for stage in draft.kept if not stage.is_valid]
    with_points = settings.points_in_distribution
    context = {"broken": broken, "parts": [], "warnings": []}
    if not broken:
        entries = draft.entries()
        names = draft.directory.names
        context["parts"] = explain_chain.parts(
            [entry.spec for entry in entries if entry.is_on], names, with_points=with_points
        )
        context["warnings"] = explain_chain.warnings(
            entries,
            with_points=with_points,
            unclaimed_minutes=settings.unclaimed_minutes,
        )
    sane = [stage for stage in draft.kept if stage.is_valid]
    figures = StageFigures(
        region=region,
        names=draft.directory.names,
        specs=[stage.spec() for stage in sane],
        now=now,
    )
    for stage in sane:
        stage.figures = figures.of(stage.spec())
    return context


def tabs(region_pk):
    """The default chain and regions' own, with the one that is open."""
    rows = Chain.objects.select_related("region").order_by("region__name")
    return [
        {
            "chain": chain,
            "address": chain_address(chain.region_id),
            "is_current": chain.region_id == region_pk,
        }
        for chain in sorted(rows, key=lambda chain: chain.region_id is not None)
    ]


def history(region_pk, names, settings):
    """The newest versions of a chain, each with what it did."""
    versions = (
        ChainVersion.objects.filter(region_id=region_pk)
        .select_related("created_by")
        .order_by("-valid_from", "-id")[:HISTORY]
    )
    return [
        {
            "version": version,
            "sentence": explain_chain.sentence(
                [StageSpec.from_json(data) for data in version.spec],
                names,
                with_points=settings.points_in_distribution,
            )
            if version.is_active
            else "",
        }
        for version in versions
    ]
