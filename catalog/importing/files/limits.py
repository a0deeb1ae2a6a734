"""What a price file may cost."""

from enum import StrEnum

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
# What stands above the table and empty lines between its rows.
MAX_LINES = MAX_ROWS + 1_000
MAX_CELL = 300
MAX_CHARACTERS = 20_000_000


class Failure(StrEnum):
    """Why a file cannot be read at all."""

    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown_format"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    BROKEN = "broken"
    PROTECTED = "protected"
    ENTITIES = "entities"
    NO_OFFERS = "no_offers"
    INTERRUPTED = "interrupted"


class Unreadable(Exception):
    """A file that cannot be read; ``failure`` says why."""

    def __init__(self, failure):
        super().__init__(failure)
        self.failure = Failure(failure)
