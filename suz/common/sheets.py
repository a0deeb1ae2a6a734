"""Tables for download, xlsx and csv, whose cells no spreadsheet program takes for formulas.

A cell is a text, a number, a date, a moment (shown in the viewer's zone) or None.
"""

import csv
import datetime
import tempfile
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook

CSV, XLSX = "csv", "xlsx"
FORMATS = (XLSX, CSV)
XLSX_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 64 * 1024
# What begins a formula, as it is and full-width.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WIDTH = 18


def safe_text(text):
    """The text, quoted where a spreadsheet program would run it."""
    text = str(text).replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def table_response(kind, name, titles, rows):
    """A download of rows (an iterable, read once) with titles above; ``kind`` is of FORMATS."""
    if kind == CSV:
        content, kind_of_content = _csv(titles, rows), "text/csv; charset=utf-8"
    else:
        content, kind_of_content = _xlsx(titles, rows), XLSX_CONTENT
    response = StreamingHttpResponse(content, content_type=kind_of_content)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    return response


class _Echo:
    """Gives back what a csv writer writes."""

    def write(self, text):
        return text


def csv_lines(rows, **dialect):
    """The lines of a csv file, one by one; the cells as they come, not made safe."""
    writer = csv.writer(_Echo(), **dialect)
    return (writer.writerow(row) for row in rows)


def _csv(titles, rows):
    # Excel takes a csv file for UTF-8 by this mark alone.
    yield "\ufeff"
    yield from csv_lines([[safe_text(title) for title in titles]], delimiter=";")
    yield from csv_lines(([_plain(cell) for cell in row] for row in rows), delimiter=";")


def _plain(cell):
    """A cell as Russian spreadsheet programs read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return timezone.localtime(cell).strftime("%d.%m.%Y %H:%M")
    if isinstance(cell, datetime.date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, Decimal | float):
        return str(cell).replace(".", ",")
    return cell if isinstance(cell, int) else safe_text(cell)


def _xlsx(titles, rows):
    """The table in pieces, written to a temporary file first: a book ends with its contents."""
    with tempfile.TemporaryFile() as file:
        _write_book(file, titles, rows)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_book(file, titles, rows):
    book = Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet.set_column(0, len(titles) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, safe_text(title), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, datetime.datetime):
                local = timezone.localtime(cell).replace(tzinfo=None)
                sheet.write_datetime(line, column, local, moment)
            elif isinstance(cell, datetime.date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int | float | Decimal):
                sheet.write_number(line, column, float(cell))
            else:
                sheet.write_string(line, column, safe_text(cell))
    book.close()
