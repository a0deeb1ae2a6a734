"""Paging by the last row seen, on places because they have text and numbers to sort by."""

import base64
import json

import pytest

from dealers.models import Place
from suz.common.keyset import paginate

KEYS = ("-population", "name")


@pytest.fixture
def places(db):
    Place.objects.all().delete()
    Place.objects.bulk_create(
        Place(name=f"Город {number:02}", latitude=55, longitude=37, population=number // 3)
        for number in range(10)
    )
    return list(Place.objects.order_by(*KEYS).values_list("name", flat=True))


def page(**cursor):
    return paginate(Place.objects.all(), keys=KEYS, size=4, **cursor)


def names(shown):
    return [row.name for row in shown]


def test_pages_follow_one_another_without_gaps_or_repeats(places):
    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    assert names(first) + names(second) + names(third) == places
    assert [(p.first, p.last, p.total) for p in (first, second, third)] == [
        (1, 4, 10),
        (5, 8, 10),
        (9, 10, 10),
    ]
    assert (first.before, third.after) == ("", "")


def test_one_can_go_back(places):
    third = page(after=page(after=page().after).after)
    second = page(before=third.before)
    first = page(before=second.before)
    assert names(second) == places[4:8]
    assert names(first) == places[:4]
    assert (second.first, second.last, first.first, first.last) == (5, 8, 1, 4)
    assert first.before == ""
    assert names(page(after=first.after)) == places[4:8]


def test_rows_that_leave_do_not_shift_the_next_page(places):
    first = page()
    Place.objects.filter(name__in=names(first)).delete()
    assert names(page(after=first.after)) == places[4:8]


def test_a_page_takes_two_queries(places, django_assert_num_queries):
    cursor = page().after
    with django_assert_num_queries(2):
        page(after=cursor)


def test_counting_stops_at_the_limit(places, monkeypatch):
    monkeypatch.setattr("suz.common.keyset.COUNT_LIMIT", 6)
    shown = page()
    assert (shown.total, shown.is_counted) == (6, False)


def test_nothing_to_show(db):
    Place.objects.all().delete()
    shown = page()
    assert (len(shown), shown.first, shown.last, shown.total) == (0, 0, 0, 0)


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "не курсор",
        "A" * 3000,
        encoded(5),
        encoded({}),
        encoded([4, 1]),
        encoded([4, 1, "a\0b"]),
        encoded([4, 1, "\ud800"]),
        encoded([4, "много", "a"]),
        encoded([4, [1], "a"]),
        encoded(["4", 1, "a"]),
        encoded([-4, 1, "a"]),
        encoded([True, 1, "a"]),
        base64.urlsafe_b64encode(b"[" * 1400).decode(),
    ],
)
@pytest.mark.parametrize("direction", ["after", "before"])
def test_a_cursor_that_makes_no_sense_is_the_first_page(places, cursor, direction):
    assert names(page(**{direction: cursor})) == places[:4]
