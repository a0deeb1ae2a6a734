"""The watch over the journeys' pages sees what it is there for."""

import pytest

from tests.journeys.people import DESK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
FAULTS = {
    "content security policy: style-src-attr": "document.body.setAttribute('style', 'color: red')",
    "wider than the screen": """
        document.body.style.width = "2000px";
        document.dispatchEvent(new Event("htmx:afterSettle", { bubbles: true }));
    """,
    "status of 404": "fetch('/no-such-page/')",
    "nobody caught this": "setTimeout(() => { throw new Error('nobody caught this'); })",
}


def test_every_kind_of_fault_on_a_page_is_noticed(people, world):
    person = people(screen=DESK)
    person.page.goto("/")
    for complaint, fault in FAULTS.items():
        assert person.complaints == []
        person.page.evaluate(fault)
        person.page.wait_for_timeout(300)
        assert any(complaint in found for found in person.complaints), complaint
        person.complaints.clear()
