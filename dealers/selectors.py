"""Reads of dealers and their points."""

from dataclasses import dataclass

from django.db import connection

UNBALANCED = """
    SELECT dealer.id, dealer.name, dealer.points, coalesce(ledger.total, 0),
           ledger.wrong IS NOT NULL
    FROM dealers_dealer AS dealer
    LEFT JOIN (
        SELECT dealer_id, sum(amount) AS total,
               min(id) FILTER (WHERE balance <> running) AS wrong
        FROM (
            SELECT id, dealer_id, amount, balance,
                   sum(amount) OVER (PARTITION BY dealer_id ORDER BY id) AS running
            FROM dealers_pointsentry
        ) AS entry
        GROUP BY dealer_id
    ) AS ledger ON ledger.dealer_id = dealer.id
    WHERE dealer.points <> coalesce(ledger.total, 0) OR ledger.wrong IS NOT NULL
    ORDER BY dealer.id
"""


@dataclass(frozen=True)
class Unbalanced:
    """A dealer whose ledger does not prove its balance.

    ``wrong_entry``: an entry's own balance is not the sum up to it.
    """

    dealer_id: int
    name: str
    balance: int
    total: int
    wrong_entry: bool


def unbalanced_dealers():
    """Dealers whose balance is not the sum of their ledger, entry by entry: one query."""
    with connection.cursor() as cursor:
        cursor.execute(UNBALANCED)
        return [Unbalanced(*row) for row in cursor.fetchall()]
