"""csv in the encodings and with the separators that Russian programs write."""

import codecs
import csv
import io

from catalog.importing.files.limits import MAX_UNPACKED_BYTES, Failure, Unreadable
from catalog.importing.files.tables import gather

# In the order of trust: a comma also stands inside prices.
DELIMITERS = (";", "\t", ",")
SAMPLE_LINES = 30


def read_csv(content):
    """A csv file: UTF-8 or UTF-16 with a mark, UTF-8, else Windows-1251."""
    text = decoded(content)
    lines = io.StringIO(text, newline="")
    try:
        return gather("csv", enumerate(csv.reader(lines, delimiter=delimiter_of(text)), start=1))
    except csv.Error as error:
        raise Unreadable(Failure.BROKEN) from error


def decoded(content):
    """The text of a file; what holds control bytes is none."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if len(text) > MAX_UNPACKED_BYTES:
            raise Unreadable(Failure.TOO_LARGE)
        return text
    raise Unreadable(Failure.UNKNOWN_FORMAT)


def delimiter_of(text):
    """The separator with which most of the first lines have as many cells as one another."""
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])

    def agreement(delimiter):
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter)]
        except csv.Error:
            return 0
        return max((widths.count(width) for width in widths if width > 1), default=0)

    return max(DELIMITERS, key=agreement)
