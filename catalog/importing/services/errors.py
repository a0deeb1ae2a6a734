"""Refusals, with a sentence for people."""


class UploadRefused(Exception):
    """What cannot be done with an upload; ``message`` says why and what to do."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class PricesEdited(UploadRefused):
    """Prices were changed by others meanwhile; ``edits`` lists them (see rolling_back.Edit)."""

    def __init__(self, message, edits):
        super().__init__(message)
        self.edits = edits
