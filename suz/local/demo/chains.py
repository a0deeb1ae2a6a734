"""The demo's chains: all six strategies by default, a shorter way in Saint Petersburg."""

from distribution.chains import save_version
from distribution.models import Chain, ChainStage, FixPin, PriorityLimit
from distribution.strategies import LimitUnit, Period, Strategy
from suz.local.demo import companies

PRIORITY_PERCENT = 12
PINNED_REGION = "RU-NVS"
PINNED_CATEGORY = "Мрамор «Каррара»"
OWN_CHAIN_REGION = "RU-SPE"


def configure_chains(geography, shop, members, *, by, now):
    """Set the default chain and a region's own; both are in force from ``now``."""
    default = Chain.objects.get(region=None)
    default.stages.all().delete()
    stages = [
        ChainStage(strategy=Strategy.FIX, window=5),
        ChainStage(strategy=Strategy.RATING, window=5, min_points=500),
        ChainStage(strategy=Strategy.BASE_PLUS, window=5),
        ChainStage(strategy=Strategy.SPEED, window=5, max_minutes=15, min_orders=3),
        ChainStage(
            strategy=Strategy.BEST,
            window=5,
            at_once=2,
            rounds=2,
            weight_distance=2,
            weight_price=3,
            weight_rating=2,
            weight_speed=1,
        ),
        ChainStage(strategy=Strategy.BASE, delay=30),
    ]
    fix, _rating, base_plus, *_others = _save(default, stages)
    by_name = {member.dealer.name: member.dealer for member in members}
    pinned = next(member.dealer for member in members if _is_pinnable(member))
    category_id = next(pk for pk, name in shop.category_names.items() if name == PINNED_CATEGORY)
    FixPin.objects.create(
        stage=fix, dealer=pinned, region=geography.regions[PINNED_REGION], category_id=category_id
    )
    PriorityLimit.objects.bulk_create(
        PriorityLimit(
            stage=base_plus,
            dealer=by_name[name],
            unit=LimitUnit.PERCENT,
            limit=PRIORITY_PERCENT,
            period=Period.MONTH,
        )
        for name in companies.PRIORITY_DEALERS
    )
    save_version(default, by=by, now=now)

    own = Chain.objects.create(region=geography.regions[OWN_CHAIN_REGION])
    _save(
        own,
        [
            ChainStage(strategy=Strategy.BEST, window=10, at_once=2, rounds=2),
            ChainStage(strategy=Strategy.BASE, delay=20),
        ],
    )
    save_version(own, by=by, now=now)


def _save(chain, stages):
    for position, stage in enumerate(stages, start=1):
        stage.chain = chain
        stage.position = position
    return ChainStage.objects.bulk_create(stages)


def _is_pinnable(member):
    dealer = member.dealer
    sells = dealer.is_active and dealer.is_authorised and dealer.takes_site_orders
    return member.code == PINNED_REGION and sells
