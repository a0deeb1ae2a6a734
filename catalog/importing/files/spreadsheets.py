"""xlsx and xls.

An xlsx file is a zip archive, whose headers may lie about sizes. Its members are therefore unpacked
here against a counter and packed again without compression: the parser sees what was counted.
"""

import io
import zipfile
import zlib

import python_calamine

from catalog.importing.files.limits import MAX_UNPACKED_BYTES, Failure, Unreadable
from catalog.importing.files.tables import gather

CHUNK = 64 * 1024
MAX_MEMBERS = 1_000


def read_xlsx(content):
    """The first sheet of an xlsx file that holds anything."""
    return _read("xlsx", unpacked(content))


def read_xls(content):
    """The first sheet of an xls file that holds anything."""
    return _read("xls", content)


def unpacked(content):
    """The same archive without compression.

    Raises Unreadable where its members hold more than MAX_UNPACKED_BYTES together, whatever the
    archive says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if (
                len(members) > MAX_MEMBERS
                or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES
            ):
                raise Unreadable(Failure.TOO_LARGE)
            output, left = io.BytesIO(), MAX_UNPACKED_BYTES
            with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as plain:
                for member in members:
                    if member.flag_bits & 1:
                        raise Unreadable(Failure.PROTECTED)
                    text = _member(packed, member, left)
                    left -= len(text)
                    plain.writestr(member.filename, text)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Unreadable(Failure.BROKEN) from error
    return output.getvalue()


def _member(packed, member, left):
    parts, size = [], 0
    with packed.open(member) as stream:
        while part := stream.read(CHUNK):
            size += len(part)
            if size > left:
                raise Unreadable(Failure.TOO_LARGE)
            parts.append(part)
    return b"".join(parts)


def _read(kind, content):
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as error:
        raise Unreadable(Failure.PROTECTED) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(Failure.BROKEN) from error
    for index in range(len(book.sheet_names)):
        try:
            sheet = book.get_sheet_by_index(index)
            return gather(kind, enumerate(sheet.to_python(skip_empty_area=False), start=1))
        except Unreadable as error:
            if error.failure != Failure.EMPTY:
                raise
        except python_calamine.WorksheetNotFound:
            continue
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise Unreadable(Failure.BROKEN) from error
    raise Unreadable(Failure.EMPTY)
