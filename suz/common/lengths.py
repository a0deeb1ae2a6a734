"""Lengths of time by classes, from which the database counts percentiles of many rows quickly."""

from django.db import models

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Ends of the classes that people are shown: no class lies on both sides of one of them.
SHOWN_ENDS = (
    5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR,
    DAY, 3 * DAY, 7 * DAY, 30 * DAY,
)  # fmt: skip
# A class is no wider than this part of its beginning, nor narrower than a second.
WIDTH = 0.04
LONGEST = 400 * DAY


def _bounds():
    found = [1]
    while found[-1] < LONGEST:
        following = max(found[-1] + 1, int(found[-1] * (1 + WIDTH)))
        found.append(min([following, *(end for end in SHOWN_ENDS if end > found[-1])]))
    return tuple(found)


# Class k holds the seconds from BOUNDS[k - 1] on, below BOUNDS[k]; what is longer the last one.
# Columns of tables hold these classes: other bounds need a migration that works them out anew.
BOUNDS = _bounds()


def bounds_of(number):
    """(the shortest, the longest) length of a class, in seconds."""
    if number <= 0:
        return 0, 0
    if number >= len(BOUNDS):
        return BOUNDS[-1], BOUNDS[-1]
    return BOUNDS[number - 1], BOUNDS[number] - 1


class LengthClass(models.Func):
    """The class of a length of time in seconds; what is negative is of class 0."""

    arity = 1
    output_field = models.SmallIntegerField(null=True)
    template = f"WIDTH_BUCKET(%(expressions)s, '{{{','.join(map(str, BOUNDS))}}}'::integer[])"


class Seconds(models.Func):
    """Whole seconds of an interval; date_part counts without decimals, where EXTRACT has them."""

    arity = 1
    output_field = models.IntegerField(null=True)
    template = "DATE_PART('epoch', %(expressions)s)::integer"


def length_class(seconds, name):
    """A column with the class of an expression of seconds: the database keeps it up."""
    return models.GeneratedField(
        expression=LengthClass(seconds),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        verbose_name=name,
    )
