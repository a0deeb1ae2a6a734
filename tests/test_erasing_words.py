"""Taking a person out of texts."""

import pytest

from suz.common.erasing import Words

WORDS = Words(
    names=["Аристарх Преображенский", "Анна"], exact=["a@post.example", "ул. Кленовая, д. 7"]
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Аристарх Преображенский ждёт", "[удалено] ждёт"),
        ("передать Преображенскому", "передать [удалено]"),
        ("звонил аристарх, у Анны", "звонил [удалено], у [удалено]"),
        ("A@POST.example", "[удалено]"),
        ("на ул. Кленовая, д. 7 в 12:00", "на [удалено] в 12:00"),
        ("8 (916) 123-45-67 вечером", "[скрыт] вечером"),
        ("Панель Дуб светлый × 12", "Панель Дуб светлый × 12"),
        ("Банан и ананас", "Банан и ананас"),
        ("", ""),
    ],
)
def test_names_contacts_and_phones_go_and_the_rest_stays(text, left):
    assert WORDS.clean(text) == left


def test_facts_keep_times_and_what_others_are_called():
    facts = {
        "text": "Анна",
        "manager": "Анна Сидорова",
        "written_at": "2026-06-15T09:00:00.123456+00:00",
        "changes": [{"field": "address", "before": "Анна", "count": 3}],
    }
    assert WORDS.clean_facts(facts) == facts | {
        "text": "[удалено]",
        "changes": [{"field": "address", "before": "[удалено]", "count": 3}],
    }


def test_nobody_takes_out_nothing_but_phones():
    assert Words().clean("Роман, 8 916 123 45 67") == "Роман, [скрыт]"
