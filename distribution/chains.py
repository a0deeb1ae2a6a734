"""Chains as data: from the administrator's rows to specifications and versions."""

from django.db.models import prefetch_related_objects

from distribution.models import ChainVersion
from distribution.strategies import (
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
    Weights,
)


def stage_spec(stage):
    """The specification of a ChainStage; its ``pins`` and ``limits`` are best prefetched.

    Only what counts for the strategy is taken over, so that equal stages have equal specifications.
    """
    strategy = Strategy(stage.strategy)
    match strategy:
        case Strategy.FIX:
            rows = tuple(
                FixRow(pin.dealer_id, pin.region_id, pin.category_id) for pin in stage.pins.all()
            )
            return StageSpec(strategy, window=stage.window, fix_rows=rows)
        case Strategy.BASE_PLUS:
            rows = tuple(
                LimitRow(row.dealer_id, LimitUnit(row.unit), row.limit, Period(row.period))
                for row in stage.limits.all()
            )
            return StageSpec(strategy, window=stage.window, limit_rows=rows)
        case Strategy.RATING:
            return StageSpec(strategy, window=stage.window, min_points=stage.min_points)
        case Strategy.SPEED:
            return StageSpec(
                strategy,
                window=stage.window,
                max_minutes=stage.max_minutes,
                min_orders=stage.min_orders,
            )
        case Strategy.BEST:
            return StageSpec(
                strategy,
                window=stage.window,
                at_once=stage.at_once,
                rounds=stage.rounds,
                weights=Weights(
                    distance=stage.weight_distance,
                    price=stage.weight_price,
                    rating=stage.weight_rating,
                    speed=stage.weight_speed,
                ),
            )
        case _:
            return StageSpec(strategy, delay=stage.delay)


def chain_stages(chain):
    """The chain's stages in order with their rows loaded: three queries."""
    stages = list(chain.stages.all())
    prefetch_related_objects(stages, "pins", "limits")
    return stages


def save_version(chain, *, by, now):
    """Record the chain as it stands as the version in force from ``now`` on.

    Orders placed earlier keep theirs. A chain that is not in use leaves an empty version, so that
    its region falls back to the default chain.
    """
    spec = []
    if chain.is_active:
        spec = [stage_spec(stage).to_json() for stage in chain_stages(chain) if stage.is_on]
    return ChainVersion.objects.create(
        region_id=chain.region_id,
        spec=spec,
        is_active=chain.is_active,
        valid_from=now,
        created_by=by,
    )


def latest_version(region_id):
    """The newest version of a region's chain (None: of the default one), or None."""
    return ChainVersion.objects.filter(region_id=region_id).order_by("-valid_from", "-id").first()
