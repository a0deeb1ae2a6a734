"""Reading of price files: every format, every nonsense."""

import io
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from catalog.importing.files import process
from catalog.importing.files.detection import read_table
from catalog.importing.files.limits import Failure, Unreadable
from catalog.importing.files.process import read_apart
from catalog.tests.price_files import HEADINGS, csv_file, xlsx, yml

XLS = (Path(__file__).parent / "data" / "prices.xls").read_bytes()
ROW = (1, "Панель первая", "1 234,50", "да")
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE yml_catalog [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def failure(content, read=read_table):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    return refusal.value.failure


def repacked(content, change):
    """An xlsx file with members changed: ``change(name, text)`` gives the new text."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return output.getvalue()


def bomb(size):
    return repacked(
        xlsx(ROW), lambda name, text: b" " * size if name.endswith("sheet1.xml") else text
    )


def test_xlsx_is_read():
    table = read_table(xlsx((1, "Панель", 150.5, True)))
    assert table.format == "xlsx"
    assert table.rows == [(1, list(HEADINGS)), (2, [1.0, "Панель", 150.5, True])]


def test_xls_is_read():
    table = read_table(XLS)
    assert table.format == "xls"
    assert table.rows[2] == (3, [2.0, "Панель вторая", "1 234,50", 0.0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(encoding, delimiter):
    table = read_table(csv_file(ROW, delimiter=delimiter, encoding=encoding))
    assert table.format == "csv"
    assert table.rows == [(1, list(HEADINGS)), (2, ["1", *ROW[1:]])]


@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
def test_yml_is_read(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE yml_catalog SYSTEM "shops.dtd">'
    offers = (
        '<offer id="1" available="true"><name>Панель &amp; рейка</name><price>150</price></offer>'
        '<offer id="2"><model>Доска</model><count>0</count></offer>'
    )
    table = read_table(yml(offers, head=head, encoding=encoding))
    assert table.format == "yml"
    assert table.rows[1:] == [
        (1, ["1", "Панель & рейка", "150", "true"]),
        (2, ["2", "Доска", None, "0"]),
    ]


def test_empty_lines_keep_the_numbers_of_rows():
    content = csv_file(ROW, (), (), (2, "Панель", "5", "да"))
    assert [number for number, _cells in read_table(content).rows] == [1, 2, 5]


def test_the_first_sheet_that_holds_anything_is_read():
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        book.add_worksheet("Пусто")
        book.add_worksheet("Цены").write_row(0, 0, HEADINGS)
    assert read_table(output.getvalue()).rows == [(1, list(HEADINGS))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"   \n ", Failure.EMPTY),
        (b"\x00\x01\x02" * 50, Failure.UNKNOWN_FORMAT),
        (b"%PDF-1.7 ...", Failure.UNKNOWN_FORMAT),
        (b"\x89PNG\r\n\x1a\n....", Failure.UNKNOWN_FORMAT),
        (b"<html><body>price</body></html>", Failure.UNKNOWN_FORMAT),
        (b"PK\x03\x04 not an archive", Failure.BROKEN),
        (xlsx(ROW)[:-200], Failure.BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, Failure.BROKEN),
        (b"<?xml version='1.0'?><yml_catalog><shop>", Failure.BROKEN),
        (b"<?xml version='1.0'?><feed/>", Failure.NO_OFFERS),
        (xlsx(headings=None), Failure.EMPTY),
        (b";" * 2_100_000, Failure.TOO_LARGE),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:5].hex(),
)
def test_what_is_no_price_list_is_refused(content, reason):
    assert failure(content) == reason


def test_entities_of_entities_of_entities_are_refused_at_once():
    began = time.monotonic()
    assert failure(yml("&i;", head=LAUGHS)) in (Failure.ENTITIES, Failure.BROKEN)
    assert time.monotonic() - began < 5


def test_a_file_outside_is_never_read_into_a_price_list(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("тайна")
    head = f'<?xml version="1.0"?><!DOCTYPE y [<!ENTITY s SYSTEM "file://{secret}">]>'
    assert failure(yml("<offer id='1'><name>&s;</name></offer>", head=head)) == Failure.ENTITIES


def test_an_archive_that_unpacks_to_too_much_is_refused():
    content = bomb(60 * 1024 * 1024)
    assert len(content) < 200_000
    assert failure(content) == Failure.TOO_LARGE


def test_an_archive_that_lies_about_its_sizes_is_refused():
    content, lie = bytearray(bomb(60 * 1024 * 1024)), struct.pack("<I", 1_000)
    size = struct.pack("<I", 60 * 1024 * 1024)
    assert content.count(size) == 2
    assert failure(bytes(content.replace(size, lie))) in (Failure.BROKEN, Failure.TOO_LARGE)


def test_a_million_rows_are_refused():
    line = b"1;2;3;4\n"
    assert failure(line * 262_000) == Failure.TOO_MANY_ROWS
    assert failure(yml("<offer/>" * 20_001)) == Failure.TOO_MANY_ROWS


def test_a_cell_in_the_far_corner_does_not_take_the_memory():
    def corner(name, text):
        if not name.endswith("sheet1.xml"):
            return text
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return text.replace(b"</sheetData>", far)

    began = time.monotonic()
    assert failure(repacked(xlsx(ROW), corner), read_apart) in (
        Failure.TOO_LARGE,
        Failure.BROKEN,
        Failure.TOO_MANY_ROWS,
    )
    assert time.monotonic() - began < 60


def test_a_reading_process_that_dies_is_a_refusal(monkeypatch):
    def killed(*arguments, **options):
        code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        return real(
            [sys.executable, "-c", code], **{key: options[key] for key in ("capture_output",)}
        )

    real = subprocess.run
    monkeypatch.setattr(process.subprocess, "run", killed)
    assert failure(b"1;2", read_apart) == Failure.TOO_LARGE


def test_a_reading_process_that_never_ends_is_a_refusal(monkeypatch):
    def slow(*arguments, **options):
        raise subprocess.TimeoutExpired("read", 60)

    monkeypatch.setattr(process.subprocess, "run", slow)
    assert failure(b"1;2", read_apart) == Failure.TOO_LARGE


def test_reading_apart_gives_the_same_table():
    content = xlsx((1, "Панель 🙂", 150.5, None))
    assert read_apart(content) == read_table(content)
