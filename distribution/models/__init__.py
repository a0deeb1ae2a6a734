"""Chains of strategies, plans of orders, decisions kept."""

from distribution.models.chains import Chain, ChainStage, ChainVersion, FixPin, PriorityLimit
from distribution.models.plans import Decision, Eligibility, Plan, PlanState, Stage

__all__ = [
    "Chain",
    "ChainStage",
    "ChainVersion",
    "Decision",
    "Eligibility",
    "FixPin",
    "Plan",
    "PlanState",
    "PriorityLimit",
    "Stage",
]
