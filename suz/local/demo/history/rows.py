"""Rows of the played year, collected in order and inserted at once."""

import json

from django.core.management.color import no_style
from django.db import connection

from dealers.models import PointsEntry
from distribution.models import Decision, Eligibility, Plan, Stage
from distribution.services.writing import INSERT_DECISIONS
from orders.models import (
    Assignment,
    Attention,
    Consent,
    Customer,
    DealerQuote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
)
from surveys.models import Answer, Invitation, Review
from telephony.models import Call

# Referred-to rows before those that refer to them.
MODELS = (
    Customer,
    Order,
    OrderLine,
    Consent,
    DealerQuote,
    Plan,
    Stage,
    Decision,
    Eligibility,
    Offer,
    Assignment,
    Attention,
    # What the history tells of a call carries the call's number.
    Call,
    HistoryEntry,
    PointsEntry,
    Invitation,
    Answer,
    Review,
)
BATCH = 2000


class Rows:
    """Unsaved rows by model; ids within a model grow in the order of adding."""

    def __init__(self):
        self.lists = {model: [] for model in MODELS}

    def add(self, row):
        self.lists[type(row)].append(row)
        return row

    def write(self, progress):
        """Insert everything; ``progress`` is called with the number of rows to come, then ticks."""
        tick = progress(len(MODELS))
        for model in MODELS:
            if model is Decision:
                self._write_decisions()
            else:
                if model is HistoryEntry:
                    self._number_calls()
                model.objects.bulk_create(self.lists[model], batch_size=BATCH)
            tick()
        # Orders were given their numbers here: the database goes on counting after them.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Order]):
                cursor.execute(statement)

    def _number_calls(self):
        for entry in self.lists[HistoryEntry]:
            if "call" in entry.data:
                entry.data["call"] = entry.data["call"].pk

    def _write_decisions(self):
        """As the engine writes them: tens of thousands, in one statement."""
        rows = [
            (row.stage.pk, row.dealer_id, row.code, json.dumps(row.facts))
            for row in self.lists[Decision]
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(
                    INSERT_DECISIONS, [list(column) for column in zip(*rows, strict=True)]
                )
