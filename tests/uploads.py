"""Files as browsers send them."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

XLSX_PARTS = ("[Content_Types].xml", "xl/workbook.xml")
DOCX_PARTS = ("[Content_Types].xml", "word/document.xml")


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture_upload(name="photo.png", *, size=(64, 48), colour="red", file_format="PNG"):
    """A picture."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, file_format)
    return upload(name, content.getvalue())


def packed_upload(name="list.xlsx", parts=XLSX_PARTS, *, filling=b"<x/>"):
    """An office document as far as its parts go; ``filling`` is what each part holds."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part, filling)
    return upload(name, content.getvalue())
