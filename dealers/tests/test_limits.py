"""Limits count atomically; an address is believed as far as our own proxies wrote it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from dealers.limits import Limit, forget
from dealers.models import RateCounter
from suz.common.net import client_address, client_network
from tests.factories import NOW

LIMIT = Limit("test", 3, timedelta(hours=1))


@pytest.mark.django_db
def test_uses_beyond_the_limit_are_refused():
    assert [LIMIT.hit("a", now=NOW) for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_a_use_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        LIMIT.hit("a", now=NOW)


@pytest.mark.django_db
def test_values_limits_and_windows_are_counted_apart():
    for _ in range(3):
        LIMIT.hit("a", now=NOW)
    assert not LIMIT.hit("a", now=NOW)
    assert LIMIT.hit("b", now=NOW)
    assert Limit("other", 3, LIMIT.window).hit("a", now=NOW)
    assert LIMIT.hit("a", now=NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_a_use_taken_back_may_be_used_again():
    for _ in range(3):
        LIMIT.hit("a", now=NOW)
    LIMIT.release("a", now=NOW)
    assert not LIMIT.is_exhausted("a", now=NOW)
    assert LIMIT.hit("a", now=NOW)
    assert LIMIT.is_exhausted("a", now=NOW)


@pytest.mark.django_db
def test_neither_phones_nor_addresses_are_kept():
    LIMIT.hit("+79001234567", now=NOW)
    assert "9001234567" not in RateCounter.objects.get().key


@pytest.mark.django_db
def test_old_windows_are_forgotten():
    LIMIT.hit("a", now=NOW - timedelta(days=3))
    LIMIT.hit("a", now=NOW)
    assert forget(now=NOW) == 1
    assert RateCounter.objects.count() == 1


def _in_threads(work, times):
    barrier = threading.Barrier(times)
    results = []

    def run():
        barrier.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_uses_at_the_same_moment_are_all_counted():
    results = _in_threads(lambda: LIMIT.hit("a", now=NOW), 20)
    assert sorted(results) == [False] * 17 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_counting_in_two_steps_would_lose_uses():
    """The negative control: the race above is real."""
    RateCounter.objects.create(key="naive", window=NOW)
    read = threading.Barrier(20)

    def count():
        row = RateCounter.objects.get(key="naive")
        read.wait()
        row.count += 1
        row.save(update_fields=["count"])

    _in_threads(count, 20)
    assert RateCounter.objects.get(key="naive").count < 20


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "", "203.0.113.5", "203.0.113.5"),
        (0, "1.1.1.1", "203.0.113.5", "203.0.113.5"),
        (1, "1.1.1.1, 203.0.113.5", "10.0.0.1", "203.0.113.5"),
        (1, "203.0.113.5", "", "203.0.113.5"),
        (1, "1.1.1.1, 203.0.113.5", "", "203.0.113.5"),
        (2, "1.1.1.1, 203.0.113.5, 10.0.0.2", "10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.1", "203.0.113.5"),
        (1, "1.1.1.1, nonsense", "10.0.0.1", None),
        (1, "", "10.0.0.1", None),
        (0, "", "", None),
        (0, "", "::ffff:203.0.113.5", "203.0.113.5"),
        (0, "", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_the_rightmost_one_not_ours(settings, proxies, forwarded, remote, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_one_network_of_ipv6_counts_as_one(settings):
    settings.TRUSTED_PROXIES = 0
    networks = {
        client_network(RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:0:1::{n}"))
        for n in range(1, 5)
    }
    assert networks == {"2001:db8:0:1::/64"}
