"""What a chain does, in one readable sentence. Specifications in, words out; no database.

"0–5 min: dealers from 200 points; 5–15 min: …; from minute 15: all dealers of the region".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from distribution.strategies import (
    STRATEGY_NAMES,
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
)
from suz.common.text import number

# Names given in full before "and N more".
NAMED = 3
MINUTES_UP_TO = 180
HOUR, DAY = 60, 1440


@dataclass(frozen=True)
class Names:
    """What the ids in specifications are called; an id that is gone has no name."""

    dealers: Mapping[int, str] = field(default_factory=dict)
    regions: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)

    def dealer(self, dealer_id):
        return self.dealers.get(dealer_id) or _("removed dealer")

    def region(self, region_id):
        return self.regions.get(region_id) or _("removed region")

    def category(self, category_id):
        return self.categories.get(category_id) or _("removed category")


@dataclass(frozen=True)
class Part:
    """One step of the sentence: ``when`` and ``who`` sees the order."""

    when: str
    who: str

    def __str__(self):
        return f"{self.when}: {self.who}"


@dataclass(frozen=True)
class Entry:
    """A stage as it stands in the editor: its specification and whether it is on."""

    spec: StageSpec
    is_on: bool = True


def sentence(stages: Sequence[StageSpec], names: Names, *, with_points=True):
    """The whole sentence for the switched-on stages."""
    return capfirst("; ".join(map(str, parts(stages, names, with_points=with_points)))) + "."


def parts(stages: Sequence[StageSpec], names: Names, *, with_points=True) -> list[Part]:
    """The steps of the sentence. Without points Rating stages are passed over.

    Times are those of an order that nobody answers and whose stages all find candidates.
    """
    found: list[Part] = []
    clock, after_refusal = 0, False
    for spec in stages:
        if spec.strategy == Strategy.RATING and not with_points:
            continue
        if spec.strategy == Strategy.BASE:
            found += _base(spec, clock, found, after_refusal=after_refusal)
            # Everybody who may see the order sees it now: later stages add nobody.
            return found
        who = _who(spec, names, with_points=with_points)
        if spec.window is None:
            found.append(Part(_since(clock, after_refusal), who))
            clock, after_refusal = 0, True
            continue
        end = clock + spec.window * (spec.rounds if spec.strategy == Strategy.BEST else 1)
        found.append(Part(_span(clock, end, after_refusal), who))
        clock = end
    everybody = _("all suitable dealers of the region")
    if not found:
        return [Part(_("at once"), everybody)]
    return [*found, Part(_("then, if nobody sees the order"), everybody)]


def warnings(entries: Sequence[Entry], *, with_points=True, unclaimed_minutes=None) -> list[str]:
    """What an administrator should know about a chain before saving it."""
    found = []
    bases = [entry for entry in entries if entry.spec.strategy == Strategy.BASE]
    fallback = _(
        "An order that nobody sees will still be shown to all suitable dealers, but only after "
        "every other stage."
    )
    if not bases:
        found.append(_("There is no Base strategy in the chain.") + " " + fallback)
    elif not any(entry.is_on for entry in bases):
        found.append(_("The Base strategy is switched off.") + " " + fallback)
    on = [entry.spec for entry in entries if entry.is_on]
    strategies = [spec.strategy for spec in on]
    if Strategy.BASE in strategies:
        late = on[strategies.index(Strategy.BASE) + 1 :]
        if late:
            listed = ", ".join(f"«{STRATEGY_NAMES[spec.strategy]}»" for spec in late)
            found.append(
                _(
                    "Stages after Base add nobody, because the order is visible to all by then: "
                    "%(stages)s."
                )
                % {"stages": listed}
            )
    if not with_points and Strategy.RATING in strategies:
        found.append(
            _(
                "Rating stages are passed over: the settings say that distribution works without "
                "points."
            )
        )
    if any(spec.window is None and spec.strategy == Strategy.FIX for spec in on):
        text = _("Until the pinned dealer answers, nobody else sees the order.")
        if unclaimed_minutes:
            text += " " + _("After %(time)s of silence it goes to the attention list.") % {
                "time": duration_of(unclaimed_minutes)
            }
        found.append(text)
    return found


def duration(minutes):
    """A length of time after a preposition: for 2 hours, every 15 minutes."""
    if minutes <= MINUTES_UP_TO and minutes % HOUR:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {
            "count": number(minutes)
        }
    days, rest = divmod(minutes, DAY)
    hours, rest = divmod(rest, HOUR)
    words = []
    if days:
        words.append(ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)})
    if hours:
        words.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if rest or not words:
        words.append(ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest})
    return " ".join(words)


def duration_of(minutes):
    """A length of time in short, the same in every grammatical case: 2 h 30 min."""
    days, rest = divmod(minutes, DAY)
    hours, rest = divmod(rest, HOUR)
    words = []
    if days:
        words.append(_("%(count)s d") % {"count": days})
    if hours:
        words.append(_("%(count)s h") % {"count": hours})
    if rest or not words:
        words.append(_("%(count)s min") % {"count": rest})
    return " ".join(words)


def period_name(period):
    """The period after "in": in a month."""
    return {
        Period.DAY: _("a day"),
        Period.WEEK: _("a week"),
        Period.MONTH: _("a month"),
        Period.QUARTER: _("a quarter"),
        Period.YEAR: _("a year"),
    }[Period(period)]


def limit_text(row: LimitRow):
    """A limit of Base+: 12 % of the orders of a month, 24 orders a month."""
    if row.unit == LimitUnit.PERCENT:
        return _("%(limit)s %% in %(period)s") % {
            "limit": number(row.limit),
            "period": period_name(row.period),
        }
    return ngettext(
        "%(limit)s order in %(period)s", "%(limit)s orders in %(period)s", row.limit
    ) % {"limit": number(row.limit), "period": period_name(row.period)}


def _base(spec, clock, found, *, after_refusal):
    everybody = _("all dealers of the region")
    if after_refusal:
        when = _since(clock, after_refusal)
        # A lone pinned dealer that refused leaves nobody who sees the order: no delay then.
        if spec.delay > clock and len(found) > 1:
            when += _(", but not before minute %(minute)s of the order") % {
                "minute": number(spec.delay)
            }
        return [Part(when, everybody)]
    if not found:
        if spec.delay:
            everybody += " " + _("(no stage stands before, so there is nothing to delay)")
        return [Part(_("at once"), everybody)]
    if spec.delay > clock:
        same = Part(_span(clock, spec.delay, False), _("still only they"))
        return [same, Part(_since(spec.delay, False), everybody)]
    return [Part(_since(clock, False), everybody)]


def _since(clock, after_refusal):
    if after_refusal:
        if not clock:
            return _("after the refusal")
        return _("after the refusal, from minute %(minute)s") % {"minute": number(clock)}
    if not clock:
        return _("at first")
    if clock <= MINUTES_UP_TO:
        return _("from minute %(minute)s") % {"minute": number(clock)}
    return _("after %(time)s") % {"time": duration(clock)}


def _span(start, end, after_refusal):
    if end <= MINUTES_UP_TO:
        span = _("%(start)s–%(end)s min") % {"start": number(start), "end": number(end)}
    elif start % DAY == end % DAY == 0:
        span = _("%(start)s–%(end)s d") % {"start": start // DAY, "end": end // DAY}
    elif start % HOUR == end % HOUR == 0:
        span = _("%(start)s–%(end)s h") % {"start": start // HOUR, "end": end // HOUR}
    else:
        span = f"{duration_of(start)} – {duration_of(end)}"
    if after_refusal:
        return _("after the refusal, %(span)s") % {"span": span}
    return span


def _who(spec, names, *, with_points):
    return {
        Strategy.FIX: _fix,
        Strategy.BASE_PLUS: _base_plus,
        Strategy.RATING: _rating,
        Strategy.SPEED: _speed,
        Strategy.BEST: _best,
    }[spec.strategy](spec, names, with_points)


def _fix(spec, names, _with_points):
    who = _("the pinned dealer")
    if spec.fix_rows:
        who += f" ({_listed([_pin(row, names) for row in spec.fix_rows])})"
    if spec.window is None:
        who += _(", until it answers")
    return who


def _pin(row: FixRow, names):
    where = []
    if row.region_id is not None:
        where.append(names.region(row.region_id))
    if row.category_id is not None:
        where.append(names.category(row.category_id))
    dealer = names.dealer(row.dealer_id)
    return f"{dealer} — {', '.join(where)}" if where else dealer


def _base_plus(spec, names, _with_points):
    who = _("priority dealers under their limit")
    rows = [f"{names.dealer(row.dealer_id)} — {limit_text(row)}" for row in spec.limit_rows]
    return f"{who} ({_listed(rows)})" if rows else who


def _rating(spec, _names, _with_points):
    # Plural rules do not know negative numbers.
    return ngettext(
        "dealers from %(points)s point", "dealers from %(points)s points", abs(spec.min_points)
    ) % {"points": number(spec.min_points)}


def _speed(spec, _names, _with_points):
    least = ngettext(
        "counting dealers with at least %(count)s accepted order",
        "counting dealers with at least %(count)s accepted orders",
        spec.min_orders,
    ) % {"count": number(spec.min_orders)}
    return _("dealers that accept within %(time)s (%(least)s)") % {
        "time": duration(spec.max_minutes),
        "least": least,
    }


def _best(spec, _names, _with_points):
    if spec.at_once == 1:
        who = pgettext("who sees the order", "the best dealer")
    else:
        who = ngettext("the %(count)s best dealer", "the %(count)s best dealers", spec.at_once) % {
            "count": number(spec.at_once)
        }
    if spec.rounds > 1:
        who += _(", then every %(time)s the next %(count)s") % {
            "time": duration(spec.window),
            "count": number(spec.at_once),
        }
    shares = weight_shares(spec.weights)
    if shares:
        who += " (" + ", ".join(f"{name} {share} %" for name, share in shares) + ")"
    return who


def weight_shares(weights):
    """Names of what counts in Best dealer with its share in per cent, without the zero ones."""
    counted = [
        (_("distance"), weights.distance),
        (_("price"), weights.price),
        (_("rating"), weights.rating),
        (_("speed"), weights.speed),
    ]
    total = sum(weight for _name, weight in counted)
    return [(name, round(weight * 100 / total)) for name, weight in counted if weight]


def _listed(items):
    shown = ", ".join(items[:NAMED])
    rest = len(items) - NAMED
    if rest <= 0:
        return shown
    return (
        shown
        + " "
        + ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": number(rest)}
    )
