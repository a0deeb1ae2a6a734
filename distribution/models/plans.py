"""An order's way through its chain, with every decision."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer
from distribution.models.chains import ChainVersion
from distribution.strategies import STRATEGY_NAMES
from orders.models import Order

STRATEGY_CHOICES = [(code.value, name) for code, name in STRATEGY_NAMES.items()]


class PlanState(models.TextChoices):
    """Where the distribution of an order stands."""

    RUNNING = "running", _("running")
    EXHAUSTED = "exhausted", _("all stages opened")
    STOPPED = "stopped", _("stopped")


class Plan(models.Model):
    """One per order and cycle. ``next_due_at`` is when the plan must be looked at again.

    ``RUNNING``: stages remain. ``EXHAUSTED``: the last stage is open and the order waits for an
    answer (still looked at, to raise attention and to find dealers that became able).
    ``STOPPED``: accepted, cancelled or taken out by hand.

    ``seen_by`` counts the open offers at the last look, so that a dealer's answer shows as a
    difference; ``is_seen``: an active dealer was among them (or nothing was tried yet).
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="plans", verbose_name=_("order")
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    version = models.ForeignKey(
        ChainVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("chain")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState, default=PlanState.RUNNING
    )
    started_at = models.DateTimeField(_("started"))
    next_due_at = models.DateTimeField(_("next step"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    seen_by = models.PositiveSmallIntegerField(_("seen by"), default=0)
    is_seen = models.BooleanField(_("seen"), default=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["order", "cycle"], name="plan_once_a_cycle"),
            models.UniqueConstraint(
                fields=["order"], name="plan_one_going", condition=~models.Q(state="stopped")
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"], name="plan_due", condition=~models.Q(state="stopped")
            )
        ]

    def __str__(self):
        return f"{self.order_id}/{self.cycle}"


class Stage(models.Model):
    """A stage that was looked at: opened to dealers, or passed over for want of candidates.

    ``index`` is the place in the plan's sequence, ``round`` the round of Best dealer (else 1).
    ``opened_at`` is when the stage was due; ``processed_at`` when it was worked out.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="stages", verbose_name=_("plan")
    )
    index = models.PositiveSmallIntegerField(_("number"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    strategy = models.CharField(_("strategy"), max_length=12, choices=STRATEGY_CHOICES)
    opened_at = models.DateTimeField(_("opened"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    processed_at = models.DateTimeField(_("worked out"))
    is_empty = models.BooleanField(_("without candidates"), default=False)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["index", "round"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "index", "round"], name="stage_once")
        ]

    def __str__(self):
        return f"{self.plan_id}: {self.strategy}"


class Decision(models.Model):
    """Why a dealer was or was not shown the order by a stage.

    ``code`` is a ``distribution.codes.Code``; ``facts`` the numbers behind it (points, share
    received of limit, distance in km, score by term).
    """

    stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("stage")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="+", verbose_name=_("dealer")
    )
    code = models.CharField(_("decision"), max_length=30)
    facts = models.JSONField(_("numbers"), default=dict)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["stage", "dealer"], name="decision_once")]

    def __str__(self):
        return f"{self.dealer_id}: {self.code}"


class Eligibility(models.Model):
    """Whether a dealer could have delivered an order: the denominator of Base+ shares.

    One row per order and dealer that was ever eligible for it; ``placed_at`` is the order's.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="+", verbose_name=_("order")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="+", verbose_name=_("dealer")
    )
    placed_at = models.DateTimeField(_("order placed"))

    class Meta:
        verbose_name = _("eligibility")
        verbose_name_plural = _("eligibilities")
        constraints = [models.UniqueConstraint(fields=["order", "dealer"], name="eligibility_once")]
        indexes = [models.Index(fields=["dealer", "placed_at"], name="eligibility_by_dealer")]

    def __str__(self):
        return f"{self.order_id}: {self.dealer_id}"
