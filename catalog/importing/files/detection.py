"""Which kind of file it is, by what stands in it and not by its name."""

import re

from catalog.importing.files.limits import MAX_BYTES, Failure, Unreadable
from catalog.importing.files.spreadsheets import read_xls, read_xlsx
from catalog.importing.files.text import read_csv
from catalog.importing.files.yml import read_yml

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|!--|yml_catalog)", re.IGNORECASE)
UTF16_XML = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"MZ")


def read_table(content):
    """The Table of a price file; raises Unreadable."""
    if not content.strip():
        raise Unreadable(Failure.EMPTY)
    if len(content) > MAX_BYTES:
        raise Unreadable(Failure.TOO_LARGE)
    return _reader(content)(content)


def _reader(content):
    if content.startswith((ZIP, EMPTY_ZIP)):
        return read_xlsx
    if content.startswith(COMPOUND):
        return read_xls
    if XML.match(content) or content.startswith(UTF16_XML):
        return read_yml
    if content.startswith(FOREIGN) or content.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        raise Unreadable(Failure.UNKNOWN_FORMAT)
    return read_csv
