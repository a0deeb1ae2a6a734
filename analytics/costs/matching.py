"""Whose cost it is: the one place where costs meet the visits' origins."""

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Lower

from analytics.models import Cost, CostAlias, Origin


class Owners:
    """Finds the origin of a cost by source and campaign, without case: two queries.

    A campaign goes by the name that CostAlias gives it, where it gives one.
    """

    def __init__(self):
        rows = Origin.objects.exclude(campaign="").values_list("source", "campaign", "channel")
        self._origins = {
            (source.lower(), campaign.lower()): (source, campaign, channel)
            for source, campaign, channel in rows
        }
        self._aliases = {
            (row.source.lower(), row.campaign.lower()): (
                row.visit_source.lower(),
                row.visit_campaign.lower(),
            )
            for row in CostAlias.objects.all()
        }

    def of(self, source, campaign):
        """(source, campaign, channel's id) of the origin, or None where no visit ever had it."""
        key = (source.lower(), campaign.lower())
        return self._origins.get(self._aliases.get(key, key))


def unmatched():
    """Campaigns of costs that no visit ever had, the dearest first.

    Rows have source, campaign, amount, first and last day, days.
    """
    owners = Owners()
    rows = (
        Cost.objects.order_by()
        .values("source", "campaign")
        .annotate(
            amount=Sum("amount"),
            first=Min("day"),
            last=Max("day"),
            days=Count("day", distinct=True),
        )
    )
    lost = [row for row in rows if owners.of(row["source"], row["campaign"]) is None]
    return sorted(lost, key=lambda row: -row["amount"])


def campaigns():
    """(source, campaign) of visits, for the choice of an alias."""
    rows = Origin.objects.exclude(campaign="").order_by(Lower("source"), Lower("campaign"))
    return list(rows.values_list("source", "campaign").distinct())
