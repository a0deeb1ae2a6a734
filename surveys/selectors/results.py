"""What customers answered, put together: by question, by dealer, over time."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Avg, Count, Q, Sum
from django.db.models.functions import TruncMonth

from dealers.models import Dealer
from dealers.ratings import damped
from surveys.answers import options_of
from surveys.models import Answer, Question, QuestionKind
from surveys.models.invitations import LOW

HIGH = 4
# So many ratings in each half of the period tell a fall from chance.
ENOUGH = 3
DEALER_ORDERS = ("best", "worst", "falling")
NUMBERS = (QuestionKind.STARS, QuestionKind.SCALE)


@dataclass(frozen=True)
class Bar:
    """How many chose a value; ``percent`` of all who answered the question, 0 to 100."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class QuestionResult:
    """The answers to one wording of a question. ``mean`` of stars or scale, else None."""

    question: Question
    count: int
    bars: tuple[Bar, ...]
    mean: float | None = None


@dataclass(frozen=True)
class DealerResult:
    """A dealer in the period: ratings, plain and damped mean, how it moves.

    ``change`` compares the mean of the period's later half with the earlier one, in stars; None
    where one of them has so few ratings that chance decides.
    """

    dealer: Dealer
    count: int
    mean: float
    damped: object
    low: int
    change: float | None


@dataclass(frozen=True)
class MonthResult:
    """A month: its first day, answered surveys, mean stars or None."""

    month: object
    count: int
    mean: float | None


def summary(surveys):
    """Counts and mean of the surveys: one query."""
    return surveys.aggregate(
        count=Count("pk"),
        rated=Count("rating"),
        mean=Avg("rating"),
        low=Count("pk", filter=Q(rating__lte=LOW)),
        high=Count("pk", filter=Q(rating__gte=HIGH)),
        points=Sum("points"),
    )


def by_question(surveys):
    """QuestionResults in the order of the survey, later wordings first: three queries."""
    counted = defaultdict(list)
    rows = (
        Answer.objects.filter(invitation__in=surveys.order_by().values("pk"))
        .values("question", "number", "choices")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for row in rows:
        counted[row["question"]].append(row)
    questions = Question.objects.filter(pk__in=counted)
    places = dict(Question.objects.current().values_list("root_id", "position").exclude(root=None))
    ordered = sorted(
        questions, key=lambda one: (places.get(one.first_id, one.position), -one.number, one.pk)
    )
    return [_result(question, counted[question.pk]) for question in ordered]


def _result(question, rows):
    total = sum(row["count"] for row in rows)
    if question.kind == QuestionKind.TEXT:
        return QuestionResult(question, total, ())
    counts = defaultdict(int)
    for row in rows:
        chosen = row["choices"] if row["number"] is None else [row["number"]]
        for value in chosen:
            counts[value] += row["count"]
    bars = tuple(
        Bar(words, counts[int(value)], round(counts[int(value)] * 100 / total) if total else 0)
        for value, words in options_of(question)
    )
    mean = None
    if question.kind in NUMBERS and total:
        mean = sum(value * count for value, count in counts.items()) / total
        if question.kind == QuestionKind.STARS:
            bars = tuple(reversed(bars))
    return QuestionResult(question, total, bars, mean)


def by_dealer(surveys, *, middle):
    """DealerResults, the best first: one query. ``middle`` parts the period in two halves."""
    rows = (
        surveys.filter(dealer__isnull=False, rating__isnull=False)
        .values("dealer", "dealer__name")
        .annotate(
            count=Count("pk"),
            total=Sum("rating"),
            low=Count("pk", filter=Q(rating__lte=LOW)),
            earlier=Avg("rating", filter=Q(answered_at__lt=middle)),
            later=Avg("rating", filter=Q(answered_at__gte=middle)),
            earlier_count=Count("pk", filter=Q(answered_at__lt=middle)),
        )
        .order_by()
    )
    found = [
        DealerResult(
            dealer=Dealer(pk=row["dealer"], name=row["dealer__name"]),
            count=row["count"],
            mean=row["total"] / row["count"],
            damped=damped(row["total"], row["count"]),
            low=row["low"],
            change=_change(row),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.damped, -one.count, one.dealer.name))


def _change(row):
    counts = row["earlier_count"], row["count"] - row["earlier_count"]
    return float(row["later"] - row["earlier"]) if min(counts) >= ENOUGH else None


def in_order(dealers, order):
    """DealerResults, the best first as they come, or in another order of DEALER_ORDERS."""
    if order == "worst":
        return dealers[::-1]
    if order == "falling":
        moved = [one for one in dealers if one.change is not None and one.change < 0]
        return sorted(moved, key=lambda one: one.change)
    return dealers


def by_month(surveys):
    """MonthResults in the order of time: one query."""
    rows = (
        surveys.annotate(month=TruncMonth("answered_at"))
        .values("month")
        .annotate(count=Count("pk"), mean=Avg("rating"))
        .order_by("month")
    )
    return [
        MonthResult(row["month"], row["count"], None if row["mean"] is None else float(row["mean"]))
        for row in rows
    ]
