"""Extraction, merging, checking and compiling of the Russian catalogs, without GNU gettext.

There is one catalog an area (the folders of LOCALE_PATHS). Python of an app and templates under
templates/<app>/ belong to the area of that name; what fits no area belongs to "common".
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from suz.local.paths import BASE_DIR

COMMON = "common"
TEMPLATE_AREAS = {
    "storefront": "catalog",
    "where": "catalog",
    "importing": "catalog",
    "promotions": "catalog",
}
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
APPS = (
    "suz",
    "notifications",
    "dealers",
    "catalog",
    "orders",
    "distribution",
    "telephony",
    "surveys",
    "analytics",
)
EXCLUDED_FOLDERS = {"tests", "migrations", "local", "__pycache__"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURAL_FORMS = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
)
# No dates and no tool's name: the file changes only when a text does.
HEADER = f"""msgid ""
msgstr ""
"Language: ru\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {PLURAL_FORMS};\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}")

Key = tuple[str, str | None]


@dataclass
class Source:
    """One text to translate and the files that use it."""

    msgid: str
    context: str | None
    plural: str | None
    files: set[str]

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.msgid, self.plural) if self.plural else self.msgid


def catalog_path(area: str, root: Path = BASE_DIR) -> Path:
    """Return the file that holds an area's translations."""
    return root / "locale" / area / "ru" / "LC_MESSAGES" / "django.po"


def extract_sources(areas: list[str], root: Path = BASE_DIR) -> dict[str, dict[Key, Source]]:
    """Collect the texts of Python and templates by area."""
    found: dict[str, dict[Key, Source]] = {area: {} for area in areas}
    for file in _files(root):
        name = file.relative_to(root).as_posix()
        texts = found[_area(file.relative_to(root).parts, areas)]
        for message, context in _messages(file):
            singular, plural = message if isinstance(message, tuple) else (message, None)
            source = texts.setdefault((singular, context), Source(singular, context, plural, set()))
            source.plural = source.plural or plural
            source.files.add(name)
    return found


def read_catalog(file: Path) -> Catalog:
    """Read an area's translations; a missing file is an empty catalog."""
    content = file.read_bytes() if file.exists() else HEADER.encode()
    return read_po(io.BytesIO(content), locale="ru", abort_invalid=True)


def merge(sources: dict[Key, Source], old: Catalog) -> Catalog:
    """Return a catalog of exactly these texts with the translations that `old` has."""
    merged = read_po(io.BytesIO(HEADER.encode()), locale="ru")
    for source in sorted(sources.values(), key=lambda one: (min(one.files), one.msgid)):
        locations = [(file, 0) for file in sorted(source.files)]
        merged.add(source.id, _translation(source, old), locations, context=source.context)
    return merged


def render(catalog: Catalog) -> bytes:
    """Return the text of a catalog's file."""
    output = io.BytesIO()
    write_po(output, catalog, width=100, omit_header=True, include_lineno=False)
    return HEADER.encode() + output.getvalue().strip(b"\n") + b"\n"


def compile_catalog(file: Path) -> None:
    """Write the .mo beside a .po, at once and only where it changes anything."""
    output = io.BytesIO()
    write_mo(output, read_catalog(file))
    target = file.with_suffix(".mo")
    if not target.exists() or target.read_bytes() != output.getvalue():
        fresh = target.with_suffix(".mo.new")
        fresh.write_bytes(output.getvalue())
        fresh.replace(target)


def compile_all(root: Path = BASE_DIR) -> None:
    """Compile every catalog."""
    for file in sorted((root / "locale").glob("*/ru/LC_MESSAGES/django.po")):
        compile_catalog(file)


def problems(sources: dict[Key, Source], catalog: Catalog) -> Iterator[str]:
    """Name each text that is missing, not translated, unused or translated wrongly."""
    known = {(_singular(message), message.context): message for message in catalog if message.id}
    for key, source in sources.items():
        message = known.get(key)
        if message is None or bool(source.plural) != message.pluralizable:
            yield f"not in the catalog: {source.msgid!r} ({min(source.files)})"
        elif not all(_forms(message)) or message.fuzzy:
            yield f"not translated: {source.msgid!r} ({min(source.files)})"
        elif wrong := _wrong_placeholders(message):
            yield f"placeholders differ: {source.msgid!r} → {wrong!r}"
    for msgid, context in known.keys() - sources.keys():
        yield f"not used any more: {msgid!r}" + (f" [{context}]" if context else "")


def disagreements(catalogs: dict[str, Catalog]) -> Iterator[str]:
    """Name the texts that two areas translate differently: only one of them would be shown."""
    seen: dict[Key, tuple[str, tuple[str, ...]]] = {}
    for area, catalog in catalogs.items():
        for message in catalog:
            if not message.id or not all(_forms(message)):
                continue
            key = (_singular(message), message.context)
            first_area, first = seen.setdefault(key, (area, _forms(message)))
            if len(first) == len(_forms(message)) and first != _forms(message):
                yield (
                    f"{key[0]!r} is {first[0]!r} in {first_area} but {_forms(message)[0]!r} "
                    f"in {area}: use one translation or a context"
                )


def _files(root: Path) -> Iterator[Path]:
    for app in APPS:
        for file in sorted((root / app).rglob("*")):
            folders = set(file.relative_to(root).parts[:-1])
            if folders & EXCLUDED_FOLDERS:
                continue
            in_templates = "templates" in folders and file.suffix in TEMPLATE_SUFFIXES
            if file.suffix == ".py" or in_templates:
                yield file
    for file in sorted((root / "templates").rglob("*")):
        if file.suffix in TEMPLATE_SUFFIXES:
            yield file


def _area(parts: tuple[str, ...], areas: list[str]) -> str:
    first = parts[1] if parts[0] == "templates" and len(parts) > 2 else parts[0]
    first = TEMPLATE_AREAS.get(first, first)
    return first if first in areas else COMMON


def _messages(file: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    text = file.read_text()
    if file.suffix != ".py":
        # What is left of a template is indented as the page was, which is no valid Python.
        lines = templatize(text, origin=str(file)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS
    ):
        if message and message != ("", ""):
            yield message, context


def _translation(source: Source, old: Catalog) -> str | tuple[str, ...]:
    message = old.get(source.msgid, source.context)
    if message is None or message.fuzzy or message.pluralizable != bool(source.plural):
        return ("", "", "") if source.plural else ""
    return message.string


def _singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


def _wrong_placeholders(message: Message) -> str | None:
    """Return the first form that has not the placeholders of the text it translates."""
    texts = message.id if message.pluralizable else (message.id,)
    allowed = [sorted(PLACEHOLDER.findall(text)) for text in texts]
    for form in _forms(message):
        if sorted(PLACEHOLDER.findall(form)) not in allowed:
            return form
    return None
