"""Files that people attach to what they write: checked by name and content, never opened.

Pictures are made anew by ``suz.common.images``. Everything else is kept byte for byte and handed
out as a download: what is packed is not unpacked and what is written is not read, so a bomb or a
script in a document does nothing here.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from suz.common import images

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
MAX_NAME = 120
PREVIEW_SIDE = 320
PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
# Ending → type and the words that every such file has in it; the parts of a packed document are
# named in it unpacked.
DOCUMENTS = {
    ".pdf": ("application/pdf", b"%PDF-", ()),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        b"PK\x03\x04",
        (b"[Content_Types].xml", b"xl/workbook.xml"),
    ),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
        (b"[Content_Types].xml", b"word/document.xml"),
    ),
}
CSV = ".csv"
CSV_TYPE = "text/csv"
ACCEPT = ",".join((images.ACCEPT, *DOCUMENTS, CSV))
# Nothing that a table of text has; 0x98 is no letter of cp1251.
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True)
class Attachment:
    """A checked file. ``content`` has a random name, ``name`` is the one that people see.

    ``preview`` is a small picture of a picture, None for anything else.
    """

    name: str
    content_type: str
    content: ContentFile
    preview: ContentFile | None = None

    @property
    def is_picture(self):
        return self.preview is not None


def clean_attachment(upload):
    """An Attachment made of an uploaded file.

    Pictures (PNG, JPEG, WebP), PDF, xlsx, docx and csv, by name and by content, at most 10 MB.
    Raises ValidationError with a message that names the file.
    """
    name = shown_name(upload.name)
    try:
        return _cleaned(upload, name)
    except ValidationError as error:
        message = _("“%(name)s”: %(problem)s") % {"name": name, "problem": " ".join(error.messages)}
        raise ValidationError(message, code=error.code) from error


def shown_name(name):
    """A file's name without folders, control signs, direction marks and what systems forbid."""
    last = PurePosixPath(str(name or "").replace("\\", "/")).name
    # C: control, format (which turns the direction of letters), surrogates; Z but the space itself.
    bare = "".join(
        " " if unicodedata.category(sign)[0] == "Z" else sign
        for sign in last
        if unicodedata.category(sign)[0] != "C"
    )
    bare = " ".join(FORBIDDEN_IN_NAMES.sub("_", bare).split()).strip(". ")
    path = PurePosixPath(bare or _("file"))
    return path.stem[: MAX_NAME - len(path.suffix[:10])] + path.suffix[:10]


def _cleaned(upload, name):
    ending = PurePosixPath(name).suffix.lower()
    if ending in images.FORMATS:
        picture = images.clean_image(upload, max_bytes=MAX_BYTES)
        preview = images.clean_image(upload, max_side=PREVIEW_SIDE, max_bytes=MAX_BYTES)
        real = PurePosixPath(picture.name).suffix
        return Attachment(
            name=f"{PurePosixPath(name).stem}{real}",
            content_type=PICTURE_TYPES[real.removeprefix(".")],
            content=picture,
            preview=preview,
        )
    if ending not in DOCUMENTS and ending != CSV:
        raise ValidationError(
            _("attach a picture (PNG, JPEG, WebP), PDF, xlsx, docx or csv."), code="type"
        )
    if upload.size > MAX_BYTES:
        raise ValidationError(_("the file is larger than 10 MB."), code="bytes")
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    if not (_is_table(data) if ending == CSV else _is_document(data, ending)):
        raise ValidationError(
            _("what is in the file is not what its name says, or it is damaged."), code="damaged"
        )
    return Attachment(
        name=name,
        content_type=CSV_TYPE if ending == CSV else DOCUMENTS[ending][0],
        content=ContentFile(data, name=f"{uuid4().hex}{ending}"),
    )


def _is_document(data, ending):
    _content_type, beginning, parts = DOCUMENTS[ending]
    return data.startswith(beginning) and all(part in data for part in parts)


def _is_table(data):
    """Text in UTF-8 or cp1251 that is no page of markup."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip() or NO_TEXT.search(text) or text.lstrip().startswith(b"<"):
        return False
    for encoding in ("utf-8", "cp1251"):
        try:
            text.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
