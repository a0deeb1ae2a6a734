"""Rate limits, counted in PostgreSQL."""

from django.db import models


class RateCounter(models.Model):
    """How often a key was used in a window of time; see dealers.limits."""

    key = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_counter_once")]
        indexes = [models.Index(fields=["window"], name="rate_counter_window")]

    def __str__(self):
        return f"{self.key}: {self.count}"
