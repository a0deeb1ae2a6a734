"""The editor of a chain: fields of each strategy, and the draft that holds them together."""

from distribution.forms.directory import Directory
from distribution.forms.draft import MAX_ROWS, MAX_STAGES, ChainDraft

__all__ = ["MAX_ROWS", "MAX_STAGES", "ChainDraft", "Directory"]
