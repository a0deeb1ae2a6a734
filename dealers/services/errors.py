"""Refusals, each with a sentence for people."""


class Refused(Exception):
    """A change was refused; ``message`` says why, for people."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message
