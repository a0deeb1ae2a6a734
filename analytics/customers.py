"""What analytics keep of customers: their visits, for the customer's file and erasure."""

from django.utils.translation import gettext as _

from analytics.collecting.keeping import forget
from analytics.models import OrderVisit, Visit
from orders.customer_history import Section, Source


class Visits(Source):
    """Visits of the browsers that the customer ordered from, after an agreement to be counted."""

    code = "visits"

    def sections(self, customer, orders):
        columns = {
            "at": _("Time"),
            "origin": _("Origin"),
            "query": _("Query"),
            "landing": _("Landing page"),
            "device": _("Device"),
            "hits": _("Pages"),
        }
        visits = Visit.objects.filter(visitor__in=_visitors(orders)).order_by("started_at")
        rows = [
            {
                "at": visit.started_at,
                "origin": str(visit.origin),
                "query": visit.query.text if visit.query else "",
                "landing": visit.landing.path,
                "device": visit.get_device_display(),
                "hits": visit.hits,
            }
            for visit in visits.select_related("origin", "query", "landing")
        ]
        return [Section(self.code, _("Visits"), columns, rows)]

    def erase(self, orders, words):
        """The visits stay in the reports as nobody's."""
        forget(list(_visitors(orders)))
        return []


def _visitors(orders):
    placed = OrderVisit.objects.filter(order__in=orders)
    return placed.order_by("visitor").values_list("visitor", flat=True).distinct()
