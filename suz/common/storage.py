"""Where files lie that no address leads to."""

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """A folder whose files go out through views that check who asks, and by no other way."""

    def url(self, name):
        raise ValueError("Private files have no URL: hand them out through a view.")
