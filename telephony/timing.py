"""When a customer may be rung, and when a provider is asked. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Silence after which the provider is asked how a call stands: a callback may have been lost.
ASK_AFTER = timedelta(seconds=25)
ASK_TALKING_AFTER = timedelta(minutes=1)
# A recording not told of by then is looked for.
ASK_RECORDING_AFTER = timedelta(minutes=1)


def is_waking(moment: datetime, zone: str, from_hour: int, to_hour: int) -> bool:
    """Whether people of the time zone may be rung: ``from_hour`` ≤ local hour < ``to_hour``.

    A zone that is not known is nobody's waking time.
    """
    try:
        hour = moment.astimezone(ZoneInfo(zone)).hour
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return from_hour <= hour < to_hour
