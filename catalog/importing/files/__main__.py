"""The reading process: a file on standard input, its table as JSON on standard output.

It bounds its own memory and time, so that whatever a file does to a parser, the worker lives on.
"""

import json
import resource
import sys

from catalog.importing.files.detection import read_table
from catalog.importing.files.limits import MAX_BYTES, Failure, Unreadable

MEMORY_BYTES = 1024**3
PROCESSOR_SECONDS = 20


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        table = read_table(sys.stdin.buffer.read(MAX_BYTES + 1))
        answer = {"format": table.format, "rows": table.rows}
    except Unreadable as error:
        answer = {"failure": error.failure}
    except (MemoryError, RecursionError):
        answer = {"failure": Failure.TOO_LARGE}
    json.dump(answer, sys.stdout, ensure_ascii=True, allow_nan=True)


if __name__ == "__main__":
    main()
