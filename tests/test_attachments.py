"""Files that people attach: what is taken, what is refused, what their names become."""

import zipfile

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from suz.common.attachments import MAX_BYTES, MAX_NAME, clean_attachment, shown_name
from tests.uploads import DOCX_PARTS, packed_upload, picture_upload, upload

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
CYRILLIC = "Товар;Цена\nПанель;222,75\n"


@pytest.mark.parametrize(
    ("name", "file_format", "content_type", "ending"),
    [
        ("a.png", "PNG", "image/png", "png"),
        ("a.JPEG", "JPEG", "image/jpeg", "jpg"),
        ("a.webp", "WEBP", "image/webp", "webp"),
    ],
)
def test_pictures_are_made_anew_with_a_small_one(name, file_format, content_type, ending):
    sent = picture_upload(name, size=(800, 600), file_format=file_format)
    file = clean_attachment(sent)
    assert (file.name, file.content_type) == (f"a.{ending}", content_type)
    assert file.content.read() != sent.file.getvalue()
    assert max(Image.open(file.preview).size) == 320


def test_a_photo_from_a_phone_may_be_larger_than_a_logo():
    noise = Image.effect_noise((2000, 1500), 90)
    sent = upload("photo.png", b"")
    noise.save(sent.file, "PNG")
    sent.size = sent.file.tell()
    assert sent.size > 2 * 1024 * 1024
    assert clean_attachment(sent).is_picture


@pytest.mark.parametrize(
    ("sent", "content_type"),
    [
        (lambda: upload("a.pdf", PDF), "application/pdf"),
        (lambda: packed_upload("a.xlsx"), "application/vnd.openxmlformats"),
        (lambda: packed_upload("a.docx", DOCX_PARTS), "application/vnd.openxmlformats"),
        (lambda: upload("a.csv", CYRILLIC.encode()), "text/csv"),
        (lambda: upload("a.csv", b"\xef\xbb\xbf" + CYRILLIC.encode()), "text/csv"),
        (lambda: upload("a.csv", CYRILLIC.encode("cp1251")), "text/csv"),
    ],
)
def test_documents_are_kept_byte_for_byte(sent, content_type):
    document = sent()
    file = clean_attachment(document)
    assert file.content_type.startswith(content_type)
    assert file.content.read() == document.file.getvalue()
    assert not file.is_picture
    assert file.content.name != document.name


@pytest.mark.parametrize(
    "sent",
    [
        lambda: upload("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        lambda: upload("a.html", b"<html><script>alert(1)</script></html>"),
        lambda: upload("a.exe", b"MZ\x90\x00"),
        lambda: upload("a", PDF),
        lambda: upload("a.pdf.exe", PDF),
        # The name says one thing, the content another.
        lambda: upload("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        lambda: upload("a.jpg", PDF),
        lambda: picture_upload("a.jpg", file_format="PNG"),
        lambda: upload("a.pdf", b"<html></html>"),
        lambda: upload("a.pdf", b"MZ\x90\x00" + PDF),
        lambda: upload("a.csv", b" \n<html><script>alert(1)</script></html>"),
        lambda: upload("a.csv", "\ufeff<svg/>".encode()),
        lambda: upload("a.csv", b"MZ\x90\x00;1"),
        lambda: upload("a.csv", b""),
        lambda: upload("a.csv", b" \r\n"),
        lambda: upload("a.csv", "a;b".encode("utf-16")),
        lambda: upload("a.xlsx", b"PK\x03\x04 nothing of the kind"),
        lambda: packed_upload("a.xlsx", DOCX_PARTS),
        lambda: packed_upload("a.docx", ("setup.exe",)),
        lambda: upload("a.pdf", b""),
    ],
)
def test_anything_else_is_refused_with_the_file_s_name(sent):
    with pytest.raises(ValidationError) as refusal:
        clean_attachment(sent())
    assert "«a" in refusal.value.messages[0]


@pytest.mark.parametrize("name", ["a.pdf", "a.csv", "a.png"])
def test_more_than_ten_megabytes_are_refused(name):
    with pytest.raises(ValidationError, match="10 МБ"):
        clean_attachment(upload(name, b"%PDF-" + b"1" * MAX_BYTES))


def test_a_bomb_is_kept_packed_and_never_opened(monkeypatch):
    """Forty megabytes of zeros in forty kilobytes."""
    bomb = packed_upload("a.xlsx", filling=b"\0" * 20_000_000)
    assert bomb.size < 100_000

    def opened(*args, **kwargs):
        raise AssertionError("the archive was opened")

    monkeypatch.setattr(zipfile, "ZipFile", opened)
    assert clean_attachment(bomb).content.size == bomb.size


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Счёт № 12.pdf", "Счёт № 12.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Documents\\bill.pdf", "bill.pdf"),
        ("<script>alert(1)<_script>.pdf", "_script_alert(1)__script_.pdf"),
        ('a"; filename="b.exe.pdf', "a_; filename=_b.exe.pdf"),
        ("bill\u202efdp.exe.pdf", "billfdp.exe.pdf"),
        ("bill\u200b\u2066\r\nX: y.pdf", "billX_ y.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("\u00a0 bill .pdf", "bill .pdf"),
        ("смета 🏠.pdf", "смета 🏠.pdf"),
        ("", "файл"),
        ("...", "файл"),
        (None, "файл"),
    ],
)
def test_names_are_made_harmless(name, shown):
    assert shown_name(name) == shown


def test_a_huge_name_keeps_its_ending():
    name = shown_name("ж" * 5000 + ".pdf")
    assert len(name) <= MAX_NAME
    assert name.endswith("ж.pdf")
