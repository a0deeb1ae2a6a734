"""A file comes in, gets its columns, or goes."""

from pathlib import PurePosixPath

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.importing.files.limits import MAX_BYTES
from catalog.importing.headings import FIELDS, Columns
from catalog.importing.models import PriceUpload, PriceUploadFile, PriceUploadRow, UploadState
from catalog.importing.services.errors import UploadRefused

OPEN = (
    UploadState.WAITING,
    UploadState.READING,
    UploadState.COLUMNS,
    UploadState.READY,
)


def receive(*, dealer_id, file_name, content, by, now):
    """Keep a file to be read; earlier ones of the dealer that were not applied are discarded.

    Raises UploadRefused while another file of the dealer is being read.
    """
    if len(content) > MAX_BYTES:
        raise UploadRefused(_("The file is larger than 2 MB: split it into parts."))
    if not content:
        raise UploadRefused(_("The file is empty."))
    try:
        with transaction.atomic():
            _set_aside(
                PriceUpload.objects.filter(
                    dealer=dealer_id, state__in=(UploadState.COLUMNS, UploadState.READY)
                )
            )
            upload = PriceUpload.objects.create(
                dealer_id=dealer_id,
                file_name=_shown_name(file_name),
                created_by=by,
                created_at=now,
                due_at=now,
            )
            PriceUploadFile.objects.create(upload=upload, content=content)
    except IntegrityError as error:
        raise UploadRefused(
            _("The previous file is still being read. Wait for it or discard it first.")
        ) from error
    return upload


@transaction.atomic
def choose_columns(*, upload_id, heading_rows, places, by, now):
    """Read the file again with the columns that a person has chosen.

    ``places`` maps fields to indexes of columns; raises UploadRefused where they do not suffice.
    """
    upload = locked(upload_id)
    if upload.state not in (UploadState.COLUMNS, UploadState.READY):
        raise UploadRefused(_("This file cannot be read again: upload it once more."))
    places = {field: places[field] for field in FIELDS if places.get(field) is not None}
    if len(set(places.values())) < len(places):
        raise UploadRefused(_("One column cannot hold two things: choose different columns."))
    if not Columns(heading_rows, places).suffice:
        raise UploadRefused(
            _("Choose the column of the number or the name, and that of the price or the stock.")
        )
    upload.columns, upload.heading_rows = places, heading_rows
    upload.state, upload.due_at, upload.attempts = UploadState.WAITING, now, 0
    upload.done = upload.total = 0
    upload.counts = {}
    upload.save(
        update_fields=[
            "columns",
            "heading_rows",
            "state",
            "due_at",
            "attempts",
            "done",
            "total",
            "counts",
        ]
    )
    return upload


@transaction.atomic
def discard(*, upload_id, by, now):
    """Put aside a file that was not applied; False where it no longer could be."""
    return bool(_set_aside(PriceUpload.objects.filter(pk=upload_id, state__in=OPEN)))


def locked(upload_id):
    """The upload, locked; to be called in a transaction."""
    return PriceUpload.objects.select_for_update(no_key=True).get(pk=upload_id)


def drop_file(upload):
    """Delete the file: nothing needs it any more."""
    PriceUploadFile.objects.filter(upload=upload).delete()


def _set_aside(uploads):
    """Discard uploads with their files and rows; nothing of them is needed any more."""
    ids = list(uploads.select_for_update(no_key=True).values_list("pk", flat=True))
    PriceUploadFile.objects.filter(upload__in=ids).delete()
    PriceUploadRow.objects.filter(upload__in=ids).delete()
    return PriceUpload.objects.filter(pk__in=ids).update(state=UploadState.DISCARDED, due_at=None)


def _shown_name(name):
    """The file's name without folders and control characters."""
    last = PurePosixPath(str(name).replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200] or _("Price list")
