"""Pictures that people upload: checked, re-encoded, under a random name."""

import warnings
from io import BytesIO
from pathlib import PurePath
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MEGABYTE = 1024 * 1024
MAX_BYTES = 2 * MEGABYTE
MAX_PIXELS = 16_000_000
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
ACCEPT = "image/png,image/jpeg,image/webp"
QUALITY = 85


def clean_image(upload, *, max_side=1600, max_bytes=MAX_BYTES):
    """A new picture made of an uploaded one, as a ContentFile with a random name.

    PNG, JPEG or WebP by name and by content, at most ``max_bytes`` (whole megabytes, 2 where not
    given) and 16 megapixels; the size is read from
    the header before anything is decoded, so a bomb costs nothing. The picture is turned as its
    camera says, made to fit ``max_side`` pixels and written anew: what else the file carried
    (place, camera, appended bytes, further frames) is gone. Raises ValidationError with a message
    for people. Fits a form: ``clean_logo`` returns it in place of the upload.
    """
    expected = FORMATS.get(PurePath(upload.name or "").suffix.lower())
    if expected is None:
        raise ValidationError(_("Choose a picture in PNG, JPEG or WebP."), code="type")
    if upload.size > max_bytes:
        limit = max_bytes // MEGABYTE
        raise ValidationError(
            _("The picture is larger than %(limit)d MB.") % {"limit": limit}, code="bytes"
        )
    upload.seek(0)
    data = BytesIO(upload.read(max_bytes + 1))
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; ours is the limit that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(data, formats=[expected]) as picture:
                return _encoded(picture, expected, max_side)
    except ValidationError:
        raise
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception as error:
        # Decoders of broken files raise anything at all, SyntaxError and struct.error included.
        message = _("This is no picture, or it is damaged. Save it as PNG, JPEG or WebP.")
        raise ValidationError(message, code="damaged") from error


def _encoded(picture, file_format, max_side):
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    is_transparent = file_format != "JPEG" and upright.has_transparency_data
    bare = upright.convert("RGBA" if is_transparent else "RGB")
    bare.info.clear()
    target = BytesIO()
    options = {"optimize": True} if file_format == "PNG" else {"quality": QUALITY}
    bare.save(target, format=file_format, **options)
    return ContentFile(target.getvalue(), name=f"{uuid4().hex}.{ENDINGS[file_format]}")


def _too_many_pixels():
    return ValidationError(
        _("The picture has more than 16 megapixels. Make it smaller."), code="pixels"
    )
