"""Uploaded pictures: what is taken, what is refused, what is left of them."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from suz.common.images import MAX_BYTES, clean_image


def encoded(file_format, size=(40, 30), mode="RGB", **options):
    target = BytesIO()
    Image.new(mode, size, "red").save(target, format=file_format, **options)
    return target.getvalue()


def upload(data, name="picture.png"):
    return SimpleUploadedFile(name, data)


def opened(content):
    return Image.open(BytesIO(content.read()))


def refusal(data, name="picture.png"):
    with pytest.raises(ValidationError) as caught:
        clean_image(upload(data, name))
    return caught.value.code


@pytest.mark.parametrize(
    ("file_format", "name", "ending"),
    [
        ("PNG", "a.png", "png"),
        ("JPEG", "фото.JPG", "jpg"),
        ("JPEG", "a.jpeg", "jpg"),
        ("WEBP", "a.webp", "webp"),
    ],
)
def test_the_three_formats_are_written_anew_under_a_random_name(file_format, name, ending):
    first = clean_image(upload(encoded(file_format), name))
    second = clean_image(upload(encoded(file_format), name))
    assert opened(first).format == file_format
    assert first.name.endswith(f".{ending}")
    assert first.name != second.name
    assert "фото" not in first.name


def test_large_pictures_are_made_to_fit_and_keep_their_shape():
    assert opened(clean_image(upload(encoded("PNG", (4000, 2000))))).size == (1600, 800)
    assert opened(clean_image(upload(encoded("PNG", (400, 200))), max_side=100)).size == (100, 50)


def test_transparency_stays():
    assert opened(clean_image(upload(encoded("PNG", mode="RGBA")))).mode == "RGBA"


def test_the_camera_and_the_place_are_taken_out_and_the_turn_is_kept():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    exif[0x010F] = "CameraMaker"
    picture = opened(clean_image(upload(encoded("JPEG", exif=exif), "a.jpg")))
    assert picture.size == (30, 40)
    assert not picture.getexif()


def test_what_is_appended_to_a_picture_is_gone():
    data = encoded("PNG") + b"<script>alert(1)</script>"
    assert b"script" not in clean_image(upload(data)).read()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "damaged"),
        (b"GIF89a", "a.gif", "type"),
        (b"", "a.png", "damaged"),
        (b"", "", "type"),
        (b"MZ\x90\x00", "a.png", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.png", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused(data, name, code):
    file = BytesIO(data)
    file.name, file.size = name, len(data)
    with pytest.raises(ValidationError) as caught:
        clean_image(file)
    assert caught.value.code == code


def test_the_content_must_be_what_the_name_says():
    assert refusal(encoded("JPEG"), "a.png") == "damaged"


def test_a_damaged_picture_is_refused():
    data = encoded("JPEG", (300, 300))
    assert refusal(data[: len(data) // 2], "a.jpg") == "damaged"


def test_more_than_two_megabytes_are_refused_by_their_size():
    assert refusal(encoded("PNG") + b"\0" * MAX_BYTES) == "bytes"


def bomb(width, height):
    """A small PNG that claims to be large: its header alone is right."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(4001, 4000), (13_000, 13_000), (60_000, 60_000)])
def test_more_than_sixteen_megapixels_are_refused_before_decoding(size, monkeypatch):
    def decoded(*arguments):
        pytest.fail("the picture was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    assert refusal(bomb(*size)) == "pixels"
