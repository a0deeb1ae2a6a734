"""Distribution at work: which orders are due, and one transaction for a batch of them.

The row of the order is the lock: whoever holds it (a tick, a page that catches up, a dealer that
answers) is alone with the order's plan and offers.
"""

from distribution.services.running import (
    BATCH,
    advance,
    advance_due,
    catch_up,
    run_tick,
    start_plans,
)

__all__ = ["BATCH", "advance", "advance_due", "catch_up", "run_tick", "start_plans"]
