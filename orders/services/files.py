"""Keeping what is attached to comments."""

from orders.models import CommentFile


def keep_files(entry, files, model=CommentFile):
    """Write the checked Attachments; where that fails half-way none of them is left behind."""
    kept = []
    try:
        for position, one in enumerate(files, start=1):
            row = model(
                entry=entry,
                position=position,
                name=one.name,
                content_type=one.content_type,
                size=one.content.size,
                file=one.content,
                preview=one.preview or "",
            )
            kept.append(row)
            row.save()
    except Exception:
        for row in kept:
            for stored in (row.file, row.preview):
                if stored:
                    stored.storage.delete(stored.name)
        raise


def erase_files(rows):
    """Delete rows of attached files; returns [storage, name] of the files themselves."""
    stored = [["private", one.name] for row in rows for one in (row.file, row.preview) if one]
    rows.delete()
    return stored
