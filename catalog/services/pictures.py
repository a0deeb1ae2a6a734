"""Pictures of categories and products: stored under random names, removed with what shows them."""

from django.db import transaction


def set_picture(record, picture):
    """Give the record a picture: a file, "" to take it away, None to leave it.

    The record is not saved. The old file is deleted when the transaction has succeeded.
    """
    if picture is None:
        return
    drop_picture(record)
    record.picture = ""
    if picture:
        record.picture.save(picture.name, picture, save=False)


def drop_picture(record):
    """Delete the record's file once the transaction has succeeded."""
    name, storage = record.picture.name, record.picture.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
