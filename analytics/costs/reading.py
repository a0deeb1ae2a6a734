"""Reading what Yandex Direct, Google Ads and people's own tables say of costs."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.importing.cells import Refused, price

# Headings in lower case, without what stands in brackets or after a comma.
HEADINGS = {
    "day": {"день", "дата", "date", "day"},
    "campaign": {"кампания", "название кампании", "campaign", "campaign name"},
    "amount": {"расход", "расходы", "стоимость", "сумма", "cost", "spend", "amount"},
    "source": {"источник", "площадка", "source", "utm_source"},
    "clicks": {"клики", "clicks"},
    "impressions": {"показы", "impressions", "impr."},
}
NEEDED = ("day", "campaign", "amount")
# So far down a table may begin: reports have their title and period above it.
DEEPEST = 25
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "янв jan", "фев feb", "мар mar", "апр apr", "май мая may", "июн jun", "июл jul",
            "авг aug", "сен sep", "окт oct", "ноя nov", "дек dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
TOTALS = ("итого", "всего", "total")
EARLIEST = datetime.date(2015, 1, 1)
# Excel counts days from here.
EXCEL = datetime.date(1899, 12, 30)


class NoTable(Exception):
    """No row of headings was found; the message is for people."""

    def __init__(self):
        super().__init__(
            _("The file needs columns with the day, the campaign and the cost in its first rows.")
        )


@dataclass(frozen=True)
class Line:
    """Cost of a campaign on a day; ``amount`` in rubles with VAT."""

    day: datetime.date
    source: str
    campaign: str
    amount: Decimal
    clicks: int | None = None
    impressions: int | None = None

    @property
    def key(self):
        return self.day, self.source.lower(), self.campaign.lower()


@dataclass(frozen=True)
class BadLine:
    """A row that says nothing usable; ``row`` is its number in the file."""

    row: int
    reason: str


def read_lines(rows, *, source, vat, today):
    """([Line], [BadLine]) of a table's rows [(number, cells)].

    ``source`` counts where the table has no column of its own; ``vat`` per cent are added. Rows of
    the same day, source and campaign are added up: reports part them by device or keyword.
    Raises NoTable.
    """
    places, rest = _table(rows)
    found, bad = {}, []
    for number, cells in rest:
        try:
            line = _line(cells, places, source, vat, today)
        except (Refused, ValueError) as error:
            bad.append(BadLine(number, _reason(error)))
            continue
        if line is None:
            continue
        found[line.key] = _added(found[line.key], line) if line.key in found else line
    return list(found.values()), bad


def _table(rows):
    for index, (_number, cells) in enumerate(rows[:DEEPEST]):
        places = {}
        for column, cell in enumerate(cells):
            name = _heading(cell)
            if name and name not in places:
                places[name] = column
        if all(name in places for name in NEEDED):
            return places, rows[index + 1 :]
    raise NoTable


def _heading(cell):
    text = re.split(r"[,(]", str(cell or "").strip().lower())[0].strip()
    return next((name for name, words in HEADINGS.items() if text in words), None)


def _line(cells, places, source, vat, today):
    def cell(name):
        column = places.get(name)
        return cells[column] if column is not None and column < len(cells) else None

    first = str(cell("day") or "").strip().lower()
    if not any(str(one or "").strip() for one in cells) or first.startswith(TOTALS):
        return None
    campaign = _text(cell("campaign"), 150)
    if not campaign or campaign.lower().startswith(TOTALS):
        return None
    whose = _text(cell("source"), 100).lower() or source
    if not whose:
        raise ValueError(_("there is no source: choose one above"))
    day = _day(cell("day"))
    if not EARLIEST <= day <= today:
        raise ValueError(_("the day is in the future or too long ago"))
    return Line(
        day,
        whose,
        campaign,
        _amount(cell("amount"), vat),
        _count(cell("clicks")),
        _count(cell("impressions")),
    )


def _text(cell, longest):
    return " ".join(str(cell or "").replace("\x00", "").split())[:longest]


def _amount(cell, vat):
    text = str(cell if cell is not None else "").strip()
    if text in ("0", "0.0", "0,00", "0.00", "0,0"):
        return Decimal(0)
    if text in ("", "-", "--"):
        raise ValueError(_("there is no cost"))
    # Rubles with thousands of kopecks are none: Direct writes "1234.567".
    if match := re.fullmatch(r"(\d+)[.,](\d{3,6})", text):
        cell = float(f"{match[1]}.{match[2]}")
    amount = price(cell)
    return (amount * (100 + vat) / 100).quantize(Decimal("0.01"))


def _count(cell):
    digits = re.sub(r"[\s\u00a0]", "", str(cell if cell is not None else ""))
    digits = digits.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _day(cell):
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    if isinstance(cell, int | float) and 40_000 < cell < 80_000:
        return EXCEL + datetime.timedelta(days=int(cell))
    text = str(cell or "").strip().lower()
    if match := re.match(r"(\d{4})-(\d{2})-(\d{2})", text):
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    # 1 сент. 2026; Sep 1, 2026.
    if match := re.fullmatch(r"(\d{1,2})\s+([a-zа-я]{3})[a-zа-я]*\.?\s+(\d{4})(?:\s*г\.?)?", text):
        return datetime.date(int(match[3]), _month(match[2]), int(match[1]))
    if match := re.fullmatch(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})", text):
        return datetime.date(int(match[3]), _month(match[1]), int(match[2]))
    raise ValueError(_("the day is not understood"))


def _month(word):
    if word not in MONTHS:
        raise ValueError(_("the day is not understood"))
    return MONTHS[word]


def _added(one, other):
    def both(name):
        values = [v for v in (getattr(one, name), getattr(other, name)) if v is not None]
        return sum(values) if values else None

    return Line(
        one.day,
        one.source,
        one.campaign,
        one.amount + other.amount,
        both("clicks"),
        both("impressions"),
    )


def _reason(error):
    if isinstance(error, Refused):
        return _("the cost is no sum of rubles")
    text = str(error)
    # What datetime says of the 31st of February is English.
    return _("the day is not understood") if text.startswith(("day", "month", "year")) else text
