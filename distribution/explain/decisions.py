"""Why a stage did or did not show an order to a dealer: a recorded decision in, words out.

Codes and the facts behind them are described in ``distribution.codes``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Service
from distribution.codes import CHOSEN_CODES, Code
from distribution.explain.chain import period_name
from distribution.strategies import LimitUnit, Strategy
from suz.common.text import measure, money, number

UNKNOWN = "—"


@dataclass(frozen=True)
class Explanation:
    """A decision in words.

    ``sentence`` stands alone. ``details`` are pairs of a name and a value, for the curious.
    ``is_shown``: the stage showed the order; ``sees``: the dealer saw it, by this stage or before.
    """

    sentence: str
    is_shown: bool
    sees: bool
    details: tuple[tuple[str, str], ...] = ()


def explain(strategy, code, facts, *, products: Mapping[int, str] | None = None):
    """The explanation of one decision. ``products`` are names by id, for what is not in stock."""
    strategy, code = Strategy(strategy), Code(code)
    is_shown = code in CHOSEN_CODES
    sees = is_shown or bool(facts.get("sees"))
    # Names may end in a dot of their own: 8 шт.
    reason = _reason(strategy, code, facts, products or {}).rstrip(".")
    if code == Code.OFFERED:
        sentence = _("Shown: %(reason)s.")
    elif code == Code.ALREADY_SEES:
        sentence = _("Saw the order already: %(reason)s.")
    elif sees:
        sentence = _("Sees the order since an earlier stage; not chosen by this one: %(reason)s.")
    elif code in STANDALONE:
        return Explanation(capfirst(reason) + ".", False, False, ())
    else:
        sentence = _("Not shown: %(reason)s.")
    details = tuple(_score_details(facts)) if "terms" in facts else ()
    return Explanation(sentence % {"reason": reason}, is_shown, sees, details)


# Reasons that are a sentence by themselves.
STANDALONE = {Code.NOT_IN_STOCK, Code.NO_SERVICE}


def ineligibility(code, facts, *, products=None):
    """The reason alone why a dealer cannot have an order, to stand beside its name."""
    return _reason(None, Code(code), facts, products or {})


def _reason(strategy, code, facts, products):
    if code in CHOSEN_CODES:
        return _chosen(strategy, facts)
    match code:
        case Code.TOO_FEW_POINTS:
            return _points_missing(facts)
        case Code.LIMIT_REACHED:
            return _("the limit is used up: %(share)s") % {"share": _share(facts)}
        case Code.TOO_SLOW:
            return _("accepts in %(median)s on average, at most %(most)s are wanted") % {
                "median": _minutes(facts.get("median_minutes")),
                "most": _minutes(facts.get("max_minutes")),
            }
        case Code.TOO_FEW_ORDERS:
            return _few_orders(facts)
        case Code.LOWER_SCORE:
            return _("score %(score)s, place %(rank)s by score") % _placing(facts)
        case Code.NOT_FIRST:
            return _("another row of the list took the order: row %(row)s stands above") % {
                "row": _number(facts.get("row"))
            }
        case Code.NOT_PRIORITY:
            return _NOT_PRIORITY.get(strategy, _not_listed)()
        case Code.NOT_IN_STOCK:
            names = [products.get(pk) or f"№ {pk}" for pk in facts.get("products", [])]
            return _("not in stock: %(products)s") % {"products": ", ".join(names) or UNKNOWN}
        case Code.NO_SERVICE:
            names = [str(Service(service).label) for service in facts.get("services", [])]
            return _("does not offer: %(services)s") % {"services": ", ".join(names) or UNKNOWN}
        case Code.ABOVE_PROMISE if facts.get("price_max") is None:
            return _("its sum %(total)s is above the one promised to the customer") % {
                "total": _money(facts.get("total"))
            }
        case Code.ABOVE_PROMISE:
            return _("its sum %(total)s is above the promised %(most)s") % {
                "total": _money(facts.get("total")),
                "most": _money(facts.get("price_max")),
            }
    return _PLAIN[code]()


# Without numbers. Functions, because the language is known only when they are called.
_PLAIN = {
    Code.POINTS_OFF: lambda: _("distribution works without points"),
    Code.INACTIVE: lambda: _("the dealer is switched off"),
    Code.NO_SITE_ORDERS: lambda: _("does not take orders from the site"),
    Code.NOT_AUTHORISED: lambda: _("is not authorised"),
    Code.OTHER_TERRITORY: lambda: _("does not serve this place"),
    Code.GIVEN_UP: lambda: _("gave this order up"),
    Code.DECLINED: lambda: _("declined this order"),
}


def _not_listed():
    return _("is not among the priority dealers of the stage")


_NOT_PRIORITY = {
    Strategy.CHOSEN: lambda: _("the customer chose another dealer"),
    Strategy.INSTALLATION: lambda: _("is not the dealer for installation orders"),
    Strategy.FIX: lambda: _("is not pinned for this region and category"),
}


def _chosen(strategy, facts):
    match strategy:
        case Strategy.CHOSEN:
            return _("the customer chose this dealer")
        case Strategy.INSTALLATION:
            return _("the default dealer for installation orders")
        case Strategy.FIX:
            if facts.get("row") is None:
                return _("the dealer is pinned")
            return _("the dealer is pinned by row %(row)s") % {"row": _number(facts["row"])}
        case Strategy.BASE_PLUS:
            return _share(facts)
        case Strategy.RATING:
            return _points_enough(facts)
        case Strategy.SPEED:
            return _("accepts in %(median)s on average, at most %(most)s are wanted") % {
                "median": _minutes(facts.get("median_minutes")),
                "most": _minutes(facts.get("max_minutes")),
            }
        case Strategy.BEST:
            return _("place %(rank)s by score, score %(score)s") % _placing(facts)
        case Strategy.FALLBACK:
            return _("nobody saw the order, so it is open to all suitable dealers")
    return _("open to all suitable dealers of the region")


def _points_missing(facts):
    points = facts.get("points") or 0
    # Plural rules do not know negative numbers.
    return ngettext(
        "%(points)s point of the %(least)s needed",
        "%(points)s points of the %(least)s needed",
        abs(points),
    ) % {"points": number(points), "least": _number(facts.get("min_points"))}


def _points_enough(facts):
    points = facts.get("points") or 0
    return ngettext(
        "%(points)s point, %(least)s or more are needed",
        "%(points)s points, %(least)s or more are needed",
        abs(points),
    ) % {"points": number(points), "least": _number(facts.get("min_points"))}


def _share(facts):
    """The share received and the limit: received 3 of 24 orders in a month, limit 12 %."""
    received = facts.get("received") or 0
    period = period_name(facts.get("period", "month"))
    allowed = facts.get("allowed") or 0
    if facts.get("unit") == LimitUnit.COUNT:
        return ngettext(
            "received %(received)s order in %(period)s, limit %(limit)s",
            "received %(received)s orders in %(period)s, limit %(limit)s",
            received,
        ) % {
            "received": number(received),
            "period": period,
            "limit": _number(facts.get("limit")),
        }
    distributed = facts.get("distributed") or 0
    share = ngettext(
        "received %(received)s of %(distributed)s order in %(period)s",
        "received %(received)s of %(distributed)s orders in %(period)s",
        distributed,
    ) % {"received": number(received), "distributed": number(distributed), "period": period}
    limit = ngettext(
        "limit %(limit)s %% (up to %(allowed)s order with this one)",
        "limit %(limit)s %% (up to %(allowed)s orders with this one)",
        allowed,
    ) % {"limit": _number(facts.get("limit")), "allowed": number(allowed)}
    return f"{share}, {limit}"


def _few_orders(facts):
    accepted = facts.get("accepted") or 0
    return ngettext(
        "accepted %(accepted)s order in 30 days, at least %(least)s are needed to judge its speed",
        "accepted %(accepted)s orders in 30 days, at least %(least)s are needed to judge its speed",
        accepted,
    ) % {"accepted": number(accepted), "least": _number(facts.get("min_orders"))}


def _placing(facts):
    return {"rank": _number(facts.get("rank")), "score": _score(facts.get("score"))}


def _score_details(facts):
    """Each term of a score: its name, what it was made from, the term and its weight."""
    terms, weights = facts.get("terms") or {}, facts.get("weights") or {}
    total = sum(weights.values()) or 1
    sources = {
        "distance": (_("distance"), _kilometres(facts.get("distance_km"))),
        "price": (_("price"), _money(facts.get("total"))),
        "rating": (_("rating"), _stars(facts)),
        "speed": (_("speed"), _minutes(facts.get("median_minutes"))),
    }
    for code, (name, source) in sources.items():
        if weights.get(code):
            yield (
                name,
                _("%(source)s: %(term)s, weight %(weight)s %%")
                % {
                    "source": source,
                    "term": _score(terms.get(code)),
                    "weight": round(weights[code] * 100 / total),
                },
            )


def _stars(facts):
    """Customers' stars; in decisions of before these counted, points."""
    if facts.get("stars") is None:
        points = facts.get("points")
        return UNKNOWN if points is None else _points(points)
    count = facts.get("ratings") or 0
    return ngettext(
        "%(stars)s stars by %(count)s rating", "%(stars)s stars by %(count)s ratings", count
    ) % {"stars": number(Decimal(facts["stars"]), 2), "count": number(count)}


def _points(points):
    return ngettext("%(points)s point", "%(points)s points", abs(points)) % {
        "points": number(points)
    }


def _score(value):
    return UNKNOWN if value is None else number(value, 2)


def _number(value):
    return UNKNOWN if value is None else number(value)


def _money(value):
    return UNKNOWN if value is None else money(Decimal(value))


def _minutes(value):
    if value is None:
        return UNKNOWN
    return _("%(count)s min") % {"count": measure(round(Decimal(str(value)), 1))}


def _kilometres(value):
    if value is None:
        return UNKNOWN
    return _("%(count)s km") % {"count": measure(round(Decimal(str(value)), 1))}
