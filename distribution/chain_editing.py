"""What the administrator does to chains. Every function leaves a new version behind."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Category
from dealers.models import AuditKind, Dealer, Place
from dealers.services.audit import record
from distribution.chains import chain_stages, latest_version, save_version, stage_spec
from distribution.explain.chain import Names, sentence
from distribution.models import Chain, ChainStage, FixPin, PriorityLimit
from distribution.strategies import StageSpec, Strategy


class ChainError(Exception):
    """An action on a chain was refused; ``message`` says why, for people."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class ChainChanged(ChainError):
    """Somebody else saved the chain since the page was opened; ``version`` is theirs."""

    def __init__(self, version):
        super().__init__(
            _(
                "While you were editing, the chain was saved by somebody else. Look at the history "
                "below; to put yours in force all the same, save once more."
            )
        )
        self.version = version


@dataclass(frozen=True)
class StageEdit:
    """A stage as the editor has it; ``pk`` is the row it came from, None for a new one."""

    spec: StageSpec
    is_on: bool = True
    pk: int | None = None


def stages_of(chain) -> list[StageEdit]:
    """The chain's stages for the editor."""
    return [StageEdit(stage_spec(stage), stage.is_on, stage.pk) for stage in chain_stages(chain)]


def stages_of_version(version, names) -> list[StageEdit]:
    """The stages of an earlier version, without rows whose dealer, region or category is gone."""
    return [
        StageEdit(
            replace(
                spec,
                fix_rows=tuple(row for row in spec.fix_rows if _is_known(row, names)),
                limit_rows=tuple(row for row in spec.limit_rows if row.dealer_id in names.dealers),
            )
        )
        for spec in map(StageSpec.from_json, version.spec)
    ]


@transaction.atomic
def save_stages(*, chain_id, edits: Iterable[StageEdit], seen_version_id, by, now):
    """Put these stages in place of the chain's and return the new version.

    ``seen_version_id`` is the version that the editor started from; another one in force raises
    ChainChanged and changes nothing.
    """
    chain = Chain.objects.select_for_update().get(pk=chain_id)
    latest = latest_version(chain.region_id)
    if latest is not None and latest.pk != seen_version_id:
        raise ChainChanged(latest)
    existing = {stage.pk: stage for stage in chain.stages.all()}
    kept = []
    for position, edit in enumerate(edits, start=1):
        stage = existing.get(edit.pk)
        if stage is None or stage.strategy != edit.spec.strategy or stage in kept:
            stage = ChainStage(chain=chain)
        _fill(stage, edit, position)
        stage.save()
        kept.append(stage)
        _replace_rows(stage, edit.spec)
    chain.stages.exclude(pk__in=[stage.pk for stage in kept]).delete()
    return _leave_version(chain, latest, by=by, now=now)


@transaction.atomic
def add_region_chain(*, region_id, by, now):
    """Give a region a chain of its own, a copy of the default one, in force at once."""
    region = Place.objects.regions().select_for_update().filter(pk=region_id).first()
    if region is None:
        raise ChainError(_("There is no such region."))
    if Chain.objects.filter(region=region).exists():
        raise ChainError(_("The region has a chain of its own already."))
    chain = Chain.objects.create(region=region)
    for position, edit in enumerate(stages_of(Chain.objects.get(region__isnull=True)), start=1):
        stage = ChainStage(chain=chain)
        _fill(stage, edit, position)
        stage.save()
        _replace_rows(stage, edit.spec)
    _leave_version(chain, latest_version(region.pk), by=by, now=now)
    return chain


@transaction.atomic
def switch_region_chain(*, region_id, is_active, by, now):
    """Put a region's chain in or out of use; out of use, the default chain counts there."""
    chain = Chain.objects.select_for_update().get(region_id=region_id)
    if chain.is_active != is_active:
        chain.is_active = is_active
        chain.save(update_fields=["is_active"])
        _leave_version(chain, latest_version(region_id), by=by, now=now)
    return chain


@transaction.atomic
def remove_region_chain(*, region_id, by, now):
    """Remove a region's chain; its versions stay, orders placed under them keep them."""
    chain = Chain.objects.select_for_update().get(region_id=region_id)
    chain.is_active = False
    _leave_version(chain, latest_version(region_id), by=by, now=now)
    chain.delete()


def _leave_version(chain, before, *, by, now):
    """The chain's new version, and what it says instead of ``before`` in the journal."""
    after = save_version(chain, by=by, now=now)
    names = Names(
        dict(Dealer.objects.values_list("pk", "name")),
        dict(Place.objects.regions().values_list("pk", "name")),
        dict(Category.objects.values_list("pk", "name")),
    )
    change = {"field": "chain", "before": _words(before, names), "after": _words(after, names)}
    if change["before"] != change["after"]:
        record(
            by=by,
            changed=chain,
            kind=AuditKind.CHAIN,
            label=str(chain),
            data={"changes": [change], "region": chain.region_id},
            now=now,
        )
    return after


def _words(version, names):
    """What a version says in one sentence; empty where there is none in use."""
    if version is None or not version.is_active:
        return ""
    return sentence([StageSpec.from_json(spec) for spec in version.spec], names)


def _is_known(row, names):
    return (
        row.dealer_id in names.dealers
        and (row.region_id is None or row.region_id in names.regions)
        and (row.category_id is None or row.category_id in names.categories)
    )


def _fill(stage, edit, position):
    """Copy a specification into a row; what the strategy does not use goes back to its default."""
    spec = edit.spec
    uses = {
        Strategy.RATING: ("min_points",),
        Strategy.SPEED: ("max_minutes", "min_orders"),
        Strategy.BEST: ("at_once", "rounds"),
        Strategy.BASE: ("delay",),
    }.get(spec.strategy, ())
    stage.position = position
    stage.strategy = spec.strategy.value
    stage.is_on = edit.is_on
    stage.window = spec.window
    for name in ("delay", "min_points", "max_minutes", "min_orders", "at_once", "rounds"):
        default = ChainStage._meta.get_field(name).default
        setattr(stage, name, getattr(spec, name) if name in uses else default)
    if spec.strategy == Strategy.BEST:
        stage.weight_distance = spec.weights.distance
        stage.weight_price = spec.weights.price
        stage.weight_rating = spec.weights.rating
        stage.weight_speed = spec.weights.speed


def _replace_rows(stage, spec):
    stage.pins.all().delete()
    stage.limits.all().delete()
    FixPin.objects.bulk_create(
        FixPin(
            stage=stage,
            dealer_id=row.dealer_id,
            region_id=row.region_id,
            category_id=row.category_id,
        )
        for row in spec.fix_rows
    )
    PriorityLimit.objects.bulk_create(
        PriorityLimit(
            stage=stage,
            dealer_id=row.dealer_id,
            unit=row.unit.value,
            limit=row.limit,
            period=row.period.value,
        )
        for row in spec.limit_rows
    )
