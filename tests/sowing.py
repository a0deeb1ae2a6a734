"""A small demo for tests."""

import io
from datetime import UTC, datetime

from suz.local.demo.progress import Progress
from suz.local.demo.seed import WEIGHT, seed

NOW = datetime(2026, 9, 17, 10, 30, tzinfo=UTC)
ORDERS = 260


def sow(orders=ORDERS, number=1):
    """Seed the demo as of NOW, without pictures."""
    progress = Progress(io.StringIO().write, is_terminal=False, total=WEIGHT)
    seed(now=NOW, orders=orders, seed=number, pictures=False, progress=progress)
