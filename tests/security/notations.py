"""A phone number in every notation in which it could be given away."""

import base64
import html
import io
import re
import urllib.parse
import zipfile

# What may stand between two digits of a number that is written to be read or to be hidden.
BETWEEN = r"(?:[^0-9A-Za-z<>\n]|&nbsp;|%20|%28|%29|%2D){0,3}"


def leaks(content, phone):
    """Pieces of the content (text or bytes, a zip's files too) that give the number away.

    ``phone`` is E.164. Whole, its last seven digits, more than the three digits that the mask
    shows, or its end; as digits, spaced, encoded for URLs or HTML, or in base64.
    """
    found = []
    for text in _texts(content):
        for reading in {text, html.unescape(text), urllib.parse.unquote(text)}:
            found += [match[0] for match in _pattern(phone).finditer(reading)]
        found += [one for one in _encoded(phone) if one in text]
    return found


def _texts(content):
    """What there is to be read; of a table in xlsx each of its parts."""
    if isinstance(content, str):
        return [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return [content.decode("utf-8", "replace"), content.decode("utf-16", "replace")]


def _pattern(phone):
    number = phone.removeprefix("+7")
    ways = [
        _spaced(number[-7:]),
        # The operator and one digit more: the mask ends before it.
        rf"(?<![0-9]){_spaced(number[:5])}",
        rf"(?<![0-9A-Za-z]){_spaced(number[-4:])}(?![0-9A-Za-z])",
    ]
    return re.compile("|".join(ways))


def _spaced(digits):
    return BETWEEN.join(digits)


def _encoded(phone):
    """The parts of base64 that do not depend on what stands before and after, at each offset."""
    number = phone.removeprefix("+7").encode()
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + number).decode()
        begin = (0, 2, 3)[offset]
        end = len(text) - (4 if len(text.rstrip("=")) % 4 else 0)
        yield text[begin:end]
