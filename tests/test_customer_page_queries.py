"""The customer's page with everything on it: what it costs does not grow with what was said."""

import pytest

from dealers.models import Outlet
from orders.links import customer_link
from orders.models import ComplaintEntry, ComplaintEntryKind, ComplaintFile, HistoryEntry
from orders.statuses import Status
from tests.factories import (
    NOW,
    ComplaintFactory,
    OrderFactory,
    OrderLineFactory,
    PromoCodeFactory,
    ReviewFactory,
    SurveyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_closed_order_with_complaints_and_a_survey_takes_fifteen_queries(
    client, django_assert_max_num_queries, count
):
    manager = UserFactory()
    dealer = manager.dealer
    order = OrderFactory(
        dealer=dealer,
        manager=manager,
        status=Status.COMPLETED,
        closed_at=NOW,
        promo_code=PromoCodeFactory(),
    )
    for position in range(1000, 1000 + count):
        OrderLineFactory(order=order, position=position)
    Outlet.objects.create(dealer=dealer, city=order.place, address="ул. 1", latitude=1, longitude=1)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            order=order, kind="comment", text="Да", actor=manager, is_visible=True, created_at=NOW
        )
        for _ in range(count)
    )
    for number in range(count):
        complaint = ComplaintFactory(order=order)
        entry = ComplaintEntry.objects.create(
            complaint=complaint, kind=ComplaintEntryKind.ANSWER, text="Ответ", created_at=NOW
        )
        ComplaintFile.objects.create(
            entry=entry, position=1, name="a.pdf", content_type="application/pdf", size=1,
            file=f"{number}.pdf",
        )  # fmt: skip
    ReviewFactory(survey=SurveyFactory(order=order, dealer=dealer, answered_at=NOW, rating=5))
    client.get(customer_link(order))
    with django_assert_max_num_queries(15):
        page = client.get(customer_link(order)).content.decode()
    assert "a.pdf" in page
    assert "Ответ" in page
