"""The chain as it stands in the editor: typed values, sane or not, in their order.

Nothing is saved while stages are added, moved and removed; the page posts the whole draft and gets
it back changed. Field names: ``stage`` repeated once a card in the order of the cards holds the
cards' keys; ``s<key>-<field>`` belong to a card; ``s<key>-row`` holds the keys of its rows and
``s<key>r<row>-<field>`` belong to a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from distribution.chain_editing import StageEdit
from distribution.explain.chain import Entry
from distribution.forms.directory import Directory
from distribution.forms.stages import STAGE_FORMS, STARTING_SPECS
from distribution.strategies import STRATEGY_NAMES, Strategy

MAX_STAGES = 20
MAX_ROWS = 200


@dataclass
class RowDraft:
    """A row of a stage: its key within the stage and what was typed."""

    stage: "StageDraft"
    key: int
    values: dict

    @property
    def prefix(self):
        return f"{self.stage.prefix}r{self.key}"

    @cached_property
    def form(self):
        data = {f"{self.prefix}-{name}": value for name, value in self.values.items()}
        return self.stage.form_class.row_form(
            data, prefix=self.prefix, directory=self.stage.directory
        )


@dataclass
class StageDraft:
    """A card of the editor. ``pk`` is the ChainStage it came from; a removed card can come back."""

    directory: Directory
    key: int
    strategy: Strategy
    values: dict
    pk: int | None = None
    is_removed: bool = False
    rows: list[RowDraft] = field(default_factory=list)
    # Set where the card or one of its rows was just added, to put the cursor there.
    is_fresh: bool = False
    row_error: str = ""
    # What the stage means now, set for sane cards: see distribution.figures.
    figures: object = None

    @property
    def prefix(self):
        return f"s{self.key}"

    @property
    def name(self):
        return STRATEGY_NAMES[self.strategy]

    @property
    def form_class(self):
        return STAGE_FORMS[self.strategy]

    @property
    def has_rows(self):
        return self.form_class.row_form is not None

    @property
    def is_on(self):
        return bool(self.values.get("is_on"))

    @cached_property
    def form(self):
        data = {f"{self.prefix}-{name}": value for name, value in self.values.items()}
        return self.form_class(data, prefix=self.prefix)

    def add_row(self, values=None):
        key = max((row.key for row in self.rows), default=-1) + 1
        self.rows.append(RowDraft(self, key, values if values is not None else {}))

    @cached_property
    def is_valid(self):
        """Whether the card and its rows are sane; messages stand beside the fields.

        Looked at when all buttons have done their work, because it is worked out once.
        """
        forms = [self.form, *(row.form for row in self.rows)]
        valid = all([form.is_valid() for form in forms])
        if self.has_rows and not self.rows:
            self.row_error = _("Add at least one dealer.")
            valid = False
        return self._dealers_differ() and valid

    def mark_errors(self):
        for form in (self.form, *(row.form for row in self.rows)):
            form.mark_errors()

    def spec(self):
        """The specification of a valid card."""
        spec = self.form.spec()
        rows = tuple(row.form.row() for row in self.rows)
        if self.strategy == Strategy.FIX:
            return replace(spec, fix_rows=rows)
        if self.strategy == Strategy.BASE_PLUS:
            return replace(spec, limit_rows=rows)
        return spec

    def _dealers_differ(self):
        """Base+ has one limit a dealer."""
        if self.strategy != Strategy.BASE_PLUS:
            return True
        seen = set()
        valid = True
        for row in self.rows:
            dealer = row.form.cleaned_data.get("dealer")
            if dealer in seen:
                row.form.add_error("dealer", _("This dealer already stands in a row above."))
                valid = False
            elif dealer:
                seen.add(dealer)
        return valid


class ChainDraft:
    """All cards, with what the page's buttons do to them."""

    def __init__(self, stages: list[StageDraft], directory: Directory):
        self.stages = stages
        self.directory = directory
        self.notice = ""
        self.show_errors = False

    @classmethod
    def from_edits(cls, edits: Iterable[StageEdit], directory):
        """The draft of stages as they are saved."""
        draft = cls([], directory)
        for key, edit in enumerate(edits):
            form_class = STAGE_FORMS[edit.spec.strategy]
            stage = StageDraft(
                directory,
                key,
                edit.spec.strategy,
                form_class.values(edit.spec, is_on=edit.is_on),
                edit.pk,
            )
            for row in (*edit.spec.fix_rows, *edit.spec.limit_rows):
                stage.add_row(form_class.row_form.values(row))
            draft.stages.append(stage)
        return draft

    @classmethod
    def from_post(cls, data, directory):
        """The draft as the page sent it; what is no stage is left out."""
        stages = []
        free_rows = MAX_ROWS
        for key in _keys(data.getlist("stage"))[:MAX_STAGES]:
            prefix = f"s{key}"
            try:
                strategy = Strategy(data.get(f"{prefix}-strategy", ""))
                form_class = STAGE_FORMS[strategy]
            except (ValueError, KeyError):
                continue
            stage = StageDraft(
                directory,
                key,
                strategy,
                _values(data, prefix, form_class.base_fields),
                pk=small_int(data.get(f"{prefix}-pk", ""), digits=18),
                is_removed=bool(data.get(f"{prefix}-removed")),
            )
            if form_class.row_form is not None:
                for row_key in _keys(data.getlist(f"{prefix}-row"))[:free_rows]:
                    values = _values(data, f"{prefix}r{row_key}", form_class.row_form.base_fields)
                    stage.rows.append(RowDraft(stage, row_key, values))
                free_rows -= len(stage.rows)
            stages.append(stage)
        return cls(stages, directory)

    def apply(self, operation):
        """Do what a button says: ``verb:key`` or ``verb:key:row``; nonsense changes nothing."""
        verb, _colon, rest = operation.partition(":")
        if verb == "add":
            self._add_stage(rest)
            return
        key, _colon, row_key = rest.partition(":")
        index = next((i for i, stage in enumerate(self.stages) if str(stage.key) == key), None)
        if index is None:
            return
        stage = self.stages[index]
        if verb == "up" and index > 0:
            self.stages.insert(index - 1, self.stages.pop(index))
        elif verb == "down":
            self.stages.insert(index + 1, self.stages.pop(index))
        elif verb in ("remove", "restore"):
            stage.is_removed = verb == "remove"
        elif verb == "add-row" and stage.has_rows:
            self._add_row(stage)
        elif verb == "remove-row":
            stage.rows = [row for row in stage.rows if str(row.key) != row_key]

    def is_valid(self):
        """Whether every card that stays is sane; cards show their errors from now on."""
        self.show_errors = True
        valid = all([stage.is_valid for stage in self.kept])
        for stage in self.kept:
            stage.mark_errors()
        return valid

    @property
    def kept(self):
        return [stage for stage in self.stages if not stage.is_removed]

    def edits(self):
        """Valid cards as they are to be saved."""
        return [StageEdit(stage.spec(), stage.is_on, stage.pk) for stage in self.kept]

    def entries(self):
        """Valid cards for the readable sentence."""
        return [Entry(stage.spec(), stage.is_on) for stage in self.kept]

    def _add_stage(self, name):
        try:
            spec = STARTING_SPECS[Strategy(name)]
        except (ValueError, KeyError):
            return
        if len(self.stages) >= MAX_STAGES:
            self.notice = ngettext(
                "A chain has at most %(count)s stage.",
                "A chain has at most %(count)s stages.",
                MAX_STAGES,
            ) % {"count": MAX_STAGES}
            return
        stage = StageDraft(
            self.directory,
            max((stage.key for stage in self.stages), default=-1) + 1,
            spec.strategy,
            STAGE_FORMS[spec.strategy].values(spec),
            is_fresh=True,
        )
        if stage.has_rows:
            self._add_row(stage)
        # Base stands last: whatever comes after it adds nobody.
        last = self.stages[-1] if self.stages else None
        before_base = last is not None and last.strategy == Strategy.BASE
        self.stages.insert(len(self.stages) - before_base, stage)

    def _add_row(self, stage):
        if sum(len(each.rows) for each in self.stages) >= MAX_ROWS:
            self.notice = ngettext(
                "A chain has at most %(count)s row of dealers.",
                "A chain has at most %(count)s rows of dealers.",
                MAX_ROWS,
            ) % {"count": MAX_ROWS}
            return
        stage.add_row(
            {"unit": "percent", "period": "month"} if stage.strategy == Strategy.BASE_PLUS else {}
        )


def _values(data, prefix, names):
    """What was typed into these fields; absent ones (unticked boxes) stay absent."""
    found = {}
    for name in names:
        value = data.get(f"{prefix}-{name}")
        if value is not None:
            found[name] = value
    return found


def _keys(values):
    """Distinct keys of cards or rows in their order; nonsense is left out."""
    found = (small_int(value, digits=4) for value in values)
    return list(dict.fromkeys(key for key in found if key is not None))


def small_int(value, *, digits):
    """A number of at most so many digits, or None for anything else."""
    if value.isascii() and value.isdecimal() and len(value) <= digits:
        return int(value)
    return None
