"""When people do things: seasons, weekdays, hours of the day in their own time zones."""

import math
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# How much people order in each month, from January on: the season is May to September.
MONTHS = (0.45, 0.5, 0.75, 1.1, 1.5, 1.65, 1.6, 1.5, 1.3, 0.9, 0.65, 0.45)
# From Monday to Sunday.
WEEKDAYS = (1.15, 1.1, 1.05, 1.0, 0.95, 0.8, 0.75)
# By hour of the local day.
HOURS = (0.5, 0.2, 0.1, 0.1, 0.1, 0.2, 0.8, 2, 5, 7, 9, 9, 8, 8, 8, 8, 8, 8, 7, 6, 5, 4, 2, 1)
CAMPAIGN_BOOST = 1.9
CAMPAIGNS = 4
OPENS, CLOSES = 9, 19


def order_moments(rng, count, zones, now, span):
    """``count`` moments within ``span`` before ``now``, each in the zone given with it.

    ``zones`` are time zone names, one for each moment; returns (moment, its place in ``zones``),
    earliest first. A few weeks of the year stand out: advertising campaigns.
    """
    days = [now - timedelta(days=number) for number in range(span.days + 1)]
    campaigns = {rng.randrange(span.days // 7) for _ in range(CAMPAIGNS)}
    weights = [
        MONTHS[day.month - 1]
        * WEEKDAYS[day.weekday()]
        * (CAMPAIGN_BOOST if number // 7 in campaigns else 1)
        for number, day in enumerate(days)
    ]
    moments = []
    for place, name in enumerate(zones):
        zone = ZoneInfo(name)
        while True:
            day = rng.choices(days, weights)[0].astimezone(zone).date()
            hour = rng.choices(range(24), HOURS)[0]
            clock = time(hour, rng.randrange(60), rng.randrange(60))
            moment = datetime.combine(day, clock, zone).astimezone(now.tzinfo)
            if now - span <= moment < now - timedelta(hours=3):
                break
        moments.append((moment, place))
    return sorted(moments)


def working(rng, moment, zone_name):
    """The moment, or one in the next working hours of the zone where it falls outside of them."""
    zone = ZoneInfo(zone_name)
    local = moment.astimezone(zone)
    if OPENS <= local.hour < CLOSES and local.weekday() < 6:
        return moment
    day = local.date()
    if local.hour >= CLOSES or local.weekday() == 6:
        day += timedelta(days=1)
    if day.weekday() == 6:
        day += timedelta(days=1)
    start = datetime.combine(day, time(OPENS), zone).astimezone(moment.tzinfo)
    # The morning's pile is worked off within an hour or so.
    return max(start, moment) + timedelta(seconds=rng.randrange(120, 4500))


def answering(rng, moment, median, zone_name):
    """When a dealer answers what it has seen since ``moment``; ``median`` is its minutes."""
    minutes = min(median * math.exp(rng.gauss(0, 0.7)), 60 * 30)
    start = moment if _is_awake(moment, zone_name) else working(rng, moment, zone_name)
    return start + timedelta(seconds=max(20, round(minutes * 60)))


def _is_awake(moment, zone_name):
    return 8 <= moment.astimezone(ZoneInfo(zone_name)).hour < 22
