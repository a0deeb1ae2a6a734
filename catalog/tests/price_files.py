"""Price files for tests."""

import csv
import io

from xlsxwriter import Workbook

HEADINGS = ("Номер", "Название", "Цена", "Наличие")


def xlsx(*rows, headings=HEADINGS, above=()):
    """An xlsx file; ``above`` are merged titles over the table."""
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, title in enumerate(above):
            sheet.merge_range(line, 0, line, 3, title)
        for line, row in enumerate([headings, *rows] if headings else rows, start=len(above)):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, column, cell)
    return output.getvalue()


def csv_file(*rows, headings=HEADINGS, delimiter=";", encoding="utf-8"):
    """A csv file."""
    output = io.StringIO(newline="")
    csv.writer(output, delimiter=delimiter).writerows([headings, *rows] if headings else rows)
    return output.getvalue().encode(encoding)


def yml(offers, *, head='<?xml version="1.0" encoding="UTF-8"?>', encoding="utf-8"):
    """A YML file of ready <offer> elements."""
    text = f"{head}<yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>"
    return text.encode(encoding)
