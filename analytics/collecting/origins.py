"""Where a visit comes from: marks of the address, else the referrer."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from suz.common.masking import without_contacts

MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "yclid", "gclid")
LONGEST_MARK = 150
DIRECT = "(direct)"
NONE = "(none)"
ORGANIC, PAID, REFERRAL = "organic", "cpc", "referral"

# Search engines of this market: the beginning or the end of the host, the name, the parameters
# that hold what was searched for (most tell it no longer; those that do are read).
ENGINES = (
    ("yandex.", "yandex", ("text", "query")),
    ("ya.ru", "yandex", ("text",)),
    ("google.", "google", ("q", "query")),
    ("go.mail.ru", "mail.ru", ("q",)),
    ("search.mail.ru", "mail.ru", ("q",)),
    ("nova.rambler.ru", "rambler", ("query", "words")),
    ("bing.com", "bing", ("q",)),
    ("duckduckgo.com", "duckduckgo", ("q",)),
    ("search.yahoo.com", "yahoo", ("p",)),
    ("ecosia.org", "ecosia", ("q",)),
    ("sputnik.ru", "sputnik", ("q",)),
)
# Services of the same companies that are no search.
NO_SEARCH = ("mail.", "dzen.", "zen.", "market.", "maps.", "docs.", "drive.", "translate.")


@dataclass(frozen=True)
class OriginKey:
    """What an Origin is told by, and what was searched for (empty: not known)."""

    source: str
    medium: str
    campaign: str = ""
    query: str = ""

    @property
    def is_direct(self):
        return self.source == DIRECT

    @property
    def identity(self):
        return self.source, self.medium, self.campaign


NOWHERE = OriginKey(DIRECT, NONE)


def tidy_referrer(referrer, own_host):
    """A referrer as it may be kept: nothing of our own pages, no parameters but a search's."""
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "android-app") or not host:
        return ""
    if host == own_host.partition(":")[0].lower():
        return ""
    kept = f"{parts.scheme}://{host}{parts.path[:200]}"
    query = _searched(host, parts.query)
    return f"{kept}?q={query}" if query else kept


def origin_of(marks, referrer):
    """The OriginKey of a page opened with these ``marks`` and this tidied ``referrer``."""
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        parts, host = None, ""
    engine = _engine(host)
    searched = _clean(parts.query.partition("q=")[2]) if parts and engine else ""
    query = _clean(marks.get("utm_term", "")) or searched
    source = marks.get("utm_source", "").strip().lower()[:100]
    campaign = marks.get("utm_campaign", "").strip()[:150]
    medium = marks.get("utm_medium", "").strip().lower()[:60]
    if source:
        return OriginKey(source, medium, campaign, query)
    if marks.get("yclid"):
        return OriginKey("yandex", PAID, campaign, query)
    if marks.get("gclid"):
        return OriginKey("google", PAID, campaign, query)
    if engine:
        return OriginKey(engine, ORGANIC, campaign, query)
    if host:
        return OriginKey(host[:100], REFERRAL, campaign)
    return NOWHERE


def marks_of(get):
    """The marks among the parameters of an address, cut to what is kept."""
    found = {}
    for name in MARKS:
        value = get.get(name, "").replace("\x00", "").strip()[:LONGEST_MARK]
        if value:
            found[name] = value
    return found


def _engine(host):
    for pattern, name, _parameters in ENGINES:
        if _fits(host, pattern):
            return name
    return ""


def _fits(host, pattern):
    if not host or host.startswith(NO_SEARCH):
        return False
    if pattern.endswith("."):
        # Any country's: google.com, www.google.co.uk, but not notgoogle.com.
        return host.startswith(pattern) or f".{pattern}" in f".{host}"
    return host == pattern or host.endswith(f".{pattern}")


def _searched(host, parameters):
    host = host.removeprefix("www.")
    for pattern, _name, names in ENGINES:
        if _fits(host, pattern):
            found = parse_qs(parameters, max_num_fields=50) if len(parameters) < 2_000 else {}
            return next((_clean(found[name][0]) for name in names if name in found), "")
    return ""


def _clean(text):
    """A search as it is kept: one line in lower case, without phones and addresses of mail."""
    text = " ".join(text.replace("\x00", "").lower().split())
    return without_contacts(text)[:200]
