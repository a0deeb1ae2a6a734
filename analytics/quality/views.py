"""The desk of quality, for the manufacturer's staff."""

from django.utils import timezone
from django.views.generic import TemplateView

from analytics.quality.dealers import fallen, standings
from analytics.quality.figures import summary, unclaimed
from analytics.quality.sources import last_words
from analytics.quality.trend import complaints_by_week
from suz.common.access import ManufacturerMixin


class QualityDesk(ManufacturerMixin, TemplateView):
    """What waits for somebody, each number leading to its list; how dealers do."""

    template_name = "analytics/quality/desk.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        worst, best = standings(now=now)
        return super().get_context_data(
            numbers=[*summary(now=now), *unclaimed()],
            trend=complaints_by_week(now=now),
            worst=worst,
            best=best,
            fallen=fallen(now=now),
            unanswered=last_words(),
            **kwargs,
        )
