"""Handing out the files of comments, to those who may read the comment."""

from django.http import FileResponse, Http404
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header

from orders.models import CommentFile
from orders.timeline import entries_for
from suz.common.masking import without_phones


def file_for(user, order, file_id):
    """A file of the order that the user may read, or None; ``order`` is one that the user sees."""
    return CommentFile.objects.filter(pk=file_id, entry__in=entries_for(order, user)).first()


def file_answer(file, *, is_preview=False, hides_phones=False):
    """The file as a download; a picture of our own encoding opens in the browser.

    Kept in no cache: the right to read it is checked each time. Raises Http404 where the storage
    has lost the file.
    """
    stored = file.preview if is_preview else file.file
    try:
        content = stored.open("rb")
    except (OSError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(content, content_type=file.content_type)
    name = without_phones(file.name) if hides_phones else file.name
    response["Content-Disposition"] = content_disposition_header(not file.is_picture, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
