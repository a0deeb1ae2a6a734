"""The first questions; the administrator edits them afterwards."""

from django.db import migrations
from django.utils import timezone

# Kind, purpose, text, hint, options, required, outcomes (sold, not sold, cancelled).
QUESTIONS = [
    ("stars", "rating", "Оцените работу с вашим заказом в целом", "", [], True, "suc"),
    ("stars", "", "Насколько быстро с вами связались?", "", [], False, "suc"),
    (
        "choice",
        "",
        "Заказ привезли в обещанный срок?",
        "",
        ["Да, в срок", "Раньше срока", "Позже обещанного", "Забрали сами"],
        False,
        "s",
    ),
    ("stars", "", "Как вы оцениваете качество товара?", "", [], False, "s"),
    (
        "several",
        "",
        "Что понравилось больше всего?",
        "Можно отметить несколько",
        ["Качество товара", "Цена", "Вежливый менеджер", "Быстрая доставка", "Аккуратный монтаж"],
        False,
        "s",
    ),
    (
        "choice",
        "",
        "Почему покупка не состоялась?",
        "",
        [
            "Не устроила цена",
            "Слишком долго ждать",
            "Купили в другом месте",
            "Планы изменились",
            "С нами не связались",
            "Другая причина",
        ],
        False,
        "uc",
    ),
    (
        "scale",
        "",
        "Посоветуете ли вы нас знакомым?",
        "0 — ни за что, 10 — обязательно",
        [],
        False,
        "s",
    ),
    (
        "text",
        "review",
        "Расскажите, что понравилось, а что нет",
        "Читают производитель и дилер; телефон и адрес писать не нужно",
        [],
        False,
        "suc",
    ),
]


def add_questions(apps, schema_editor):
    Question = apps.get_model("surveys", "Question")
    now = timezone.now()
    Question.objects.bulk_create(
        Question(
            position=position,
            kind=kind,
            purpose=purpose,
            text=text,
            hint=hint,
            options=options,
            is_required=is_required,
            for_sold="s" in outcomes,
            for_unsold="u" in outcomes,
            for_cancelled="c" in outcomes,
            created_at=now,
        )
        for position, (kind, purpose, text, hint, options, is_required, outcomes) in enumerate(
            QUESTIONS
        )
    )


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(add_questions, migrations.RunPython.noop, elidable=False)]
