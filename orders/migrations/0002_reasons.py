"""The first list of reasons; the administrator edits it afterwards."""

from django.db import migrations

REASONS = [
    ("decline", "dealer", "Нет товара в наличии"),
    ("decline", "dealer", "Не успеваем в срок"),
    ("decline", "dealer", "Слишком далеко"),
    ("decline", "dealer", "Заказ слишком мал"),
    ("decline", "dealer", "Другая причина"),
    ("give_up", "dealer", "Товар закончился"),
    ("give_up", "dealer", "Не можем доставить в срок"),
    ("give_up", "dealer", "Ошиблись при принятии"),
    ("give_up", "customer", "Покупатель просит другого дилера"),
    ("give_up", "customer", "Не удаётся связаться с покупателем"),
    ("give_up", "manufacturer", "Товар не поставлен производителем"),
    ("cancel", "customer", "Покупатель передумал"),
    ("cancel", "customer", "Покупатель купил в другом месте"),
    ("cancel", "customer", "Не удалось связаться с покупателем"),
    ("cancel", "customer", "Не устроила цена доставки"),
    ("cancel", "customer", "Ошибочный или повторный заказ"),
    ("cancel", "dealer", "Нет товара в наличии"),
    ("cancel", "dealer", "Дилер не выполнил заказ в срок"),
    ("cancel", "dealer", "Дилер не может доставить"),
    ("cancel", "manufacturer", "Товар снят с производства"),
    ("cancel", "manufacturer", "Нет дилера в регионе"),
]


def add_reasons(apps, schema_editor):
    Reason = apps.get_model("orders", "Reason")
    Reason.objects.bulk_create(
        Reason(kind=kind, party=party, text=text, position=position)
        for position, (kind, party, text) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop, elidable=False)]
