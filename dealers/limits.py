"""How often somebody may do something: fixed windows of time, counted in PostgreSQL.

One SQL statement counts and tells, so two requests at once never pass for one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from dealers.models import RateCounter

# Keys in order, so that two requests that count the same ones never wait for each other.
_COUNT = """
    INSERT INTO dealers_ratecounter AS counter (key, "window", count)
    SELECT key, "window", 1 FROM unnest(%s::text[], %s::timestamptz[]) AS hit(key, "window")
    ORDER BY key
    ON CONFLICT (key, "window") DO UPDATE SET count = counter.count + 1
    RETURNING key, count
"""


@dataclass(frozen=True)
class Limit:
    """At most ``times`` uses in each window for one value (an address, a phone)."""

    name: str
    times: int
    window: timedelta

    def hit(self, value, *, now):
        """Count a use; False where it is one too many."""
        return hit_all([(self, value)], now=now)

    def release(self, value, *, now):
        """Take back a use that came to nothing."""
        self._rows(value, now).filter(count__gt=0).update(count=F("count") - 1)

    def is_exhausted(self, value, *, now):
        """Whether the next use would be one too many; counts nothing."""
        return self._rows(value, now).filter(count__gte=self.times).exists()

    def _rows(self, value, now):
        return RateCounter.objects.filter(key=self._key(value), window=self._window(now))

    def _key(self, value):
        # Addresses and phones are personal data: only their digests are kept.
        return f"{self.name}:{salted_hmac(f'dealers.limits.{self.name}', str(value)).hexdigest()}"

    def _window(self, now):
        length = self.window.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


CHECKOUT_BY_ADDRESS = Limit("checkout-address", 10, timedelta(hours=1))
CHECKOUT_BY_PHONE = Limit("checkout-phone", 3, timedelta(hours=1))
PROMO_BY_SESSION = Limit("promo-session", 10, timedelta(days=1))
PROMO_BY_ADDRESS = Limit("promo-address", 30, timedelta(hours=1))
CALLS_OF_ORDER = Limit("order-calls", 5, timedelta(days=1))
REVIEWS_OF_SURVEY = Limit("survey-reviews", 5, timedelta(days=1))
COMPLAINTS_OF_ORDER = Limit("order-complaints", 10, timedelta(days=1))
API_BY_TOKEN = Limit("api-token", 600, timedelta(minutes=1))
API_MISSES = Limit("api-misses", 60, timedelta(minutes=10))
ORDER_LINK_MISSES = Limit("order-link", 20, timedelta(hours=1))

# Messages and files that come by one order's personal link.
MESSAGES_OF_ORDER = Limit("order-messages", 30, timedelta(hours=1))
FILES_OF_ORDER = Limit("order-files", 6, timedelta(hours=1))
# Codes that find an order again: each costs an SMS.
FIND_BY_PHONE = Limit("find-phone", 3, timedelta(hours=1))
FIND_BY_ADDRESS = Limit("find-address", 10, timedelta(hours=1))
FIND_TRIES = Limit("find-tries", 20, timedelta(hours=1))


def hit_all(uses, *, now):
    """Count a use of each (limit, value) in one statement; False where any is one too many."""
    times = {limit._key(value): limit.times for limit, value in uses}
    windows = [limit._window(now) for limit, _value in uses]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(times), windows])
        return all(count <= times[key] for key, count in cursor.fetchall())


def forget(*, now, older_than=timedelta(days=2)):
    """Delete counters of windows long past; returns how many."""
    return RateCounter.objects.filter(window__lt=now - older_than).delete()[0]
