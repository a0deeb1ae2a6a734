"""Reads a price file in a process of its own: it may die of a file, the caller does not."""

import json
import subprocess
import sys
from pathlib import Path

from catalog.importing.files.limits import Failure, Unreadable
from catalog.importing.files.tables import Table

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60


def read_apart(content):
    """The Table of a file; raises Unreadable, also where reading it takes too much."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "catalog.importing.files"],
            input=content,
            capture_output=True,
            cwd=ROOT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(Failure.TOO_LARGE) from error
    if done.returncode < 0:
        # Killed by its own limits.
        raise Unreadable(Failure.TOO_LARGE)
    if done.returncode > 0:
        raise Unreadable(Failure.BROKEN)
    answer = json.loads(done.stdout)
    if "failure" in answer:
        raise Unreadable(answer["failure"])
    return Table(answer["format"], [(number, cells) for number, cells in answer["rows"]])
