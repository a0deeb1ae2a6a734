"""Visits around a small load: as many as asked for, belonging to orders, and reports of them."""

import pytest
from django.urls import reverse

from analytics.facts.services import refresh_all
from analytics.models import Hit, OrderFact, OrderVisit, Visit
from analytics.reports.pages import REPORTS
from dealers.models import User
from suz.local.demo.accounts import MANAGER_EMAIL
from suz.local.load.filling import fill
from suz.local.load.visits import create_visits
from tests.sowing import NOW

pytestmark = [pytest.mark.xdist_group("seed_load"), pytest.mark.django_db]


def test_visits_hang_on_orders_and_every_report_opens(client):
    fill(now=NOW, orders=200, seed=1, say=lambda line: None)
    visits, pages = create_visits(now=NOW, hits=4_000)
    assert (visits, pages) == (1_000, 4_000)
    assert Visit.objects.count() == 1_000
    assert Hit.objects.filter(is_folded=True).count() == 4_000
    refresh_all(now=NOW)
    counted = OrderVisit.objects.count()
    assert 80 < counted < 130
    assert OrderFact.objects.filter(last_visit__isnull=False).count() == counted
    assert Visit.objects.filter(placed_order=True).count() == counted
    # New visits follow the numbers of those written.
    assert Visit.objects.create(
        visitor=Visit.objects.first().visitor,
        started_at=NOW,
        ended_at=NOW,
        origin=Visit.objects.first().origin,
        landing=Visit.objects.first().landing,
        device="mobile",
    ).pk > max(Visit.objects.order_by("-pk").values_list("pk", flat=True)[1:2])
    client.force_login(
        User.objects.get(email=MANAGER_EMAIL), backend="dealers.auth.WorkspaceBackend"
    )
    for report in REPORTS:
        address = reverse("report", args=[report.code])
        page = client.get(address, {"since": "2025-09-18", "until": "2026-09-17"})
        assert page.status_code == 200
        assert "report-table" in page.content.decode()
