"""Orders as documents of CommerceML 2.08, the XML that 1C reads."""

from datetime import datetime

from django.utils import timezone
from lxml import etree

VERSION = "2.08"
# Codes of ОКЕИ by our units.
UNITS = {
    "piece": ("796", "шт"),
    "pack": ("778", "упак"),
    "metre": ("006", "м"),
    "square_metre": ("055", "м2"),
}
ORDER, GOODS, SERVICE = "Заказ товара", "Товар", "Услуга"
# What XML 1.0 cannot hold.
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)} | {
    0xFFFE: None,
    0xFFFF: None,
}


def write_orders(orders, *, now):
    """The document of orders, each a dict as ``order_json`` gives it; bytes in UTF-8."""
    root = _root(now)
    for order in orders:
        _document(root, order, now)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _root(now):
    local = timezone.localtime(now)
    return etree.Element(
        "КоммерческаяИнформация",
        ВерсияСхемы=VERSION,
        ДатаФормирования=local.strftime("%Y-%m-%dT%H:%M:%S"),
    )


def _document(root, order, now):
    placed = timezone.localtime(datetime.fromisoformat(order["created_at"]))
    document = etree.SubElement(root, "Документ")
    _texts(
        document,
        ("Ид", order["number"]),
        ("Номер", order["number"]),
        ("Дата", placed.strftime("%Y-%m-%d")),
        ("Время", placed.strftime("%H:%M:%S")),
        ("ХозОперация", ORDER),
        ("Роль", "Продавец"),
        ("Валюта", "RUB"),
        ("Курс", "1"),
        ("Сумма", order["total"]),
        ("Комментарий", order["comment"]),
    )
    _customer(document, order)
    goods = etree.SubElement(document, "Товары")
    for line in order["lines"]:
        code, unit = UNITS.get(line["unit"], UNITS["piece"])
        _goods(
            goods, line["product_id"], line["name"], code, unit,
            line["price"], line["quantity"], line["total"], GOODS,
        )  # fmt: skip
    for code, name in (("delivery", "Доставка"), ("installation", "Монтаж")):
        if order[code] is not None and float(order[code]):
            _goods(
                goods, f"service-{code}", name, *UNITS["piece"],
                order[code], 1, order[code], SERVICE,
            )  # fmt: skip
    if order["discount"] is not None and float(order["discount"]):
        discounts = etree.SubElement(document, "Скидки")
        _texts(
            etree.SubElement(discounts, "Скидка"),
            ("Наименование", "Промокод"),
            ("Сумма", order["discount"]),
            ("УчтеноВСумме", "true"),
        )
    facts = etree.SubElement(document, "ЗначенияРеквизитов")
    _fact(facts, "Статус заказа", order["status_name"])
    _fact(facts, "Отменен", "true" if order["status"] == "cancelled" else "false")
    _fact(facts, "Дата изменения", timezone.localtime(now).strftime("%Y-%m-%d %H:%M:%S"))
    _fact(facts, "Дата отгрузки", order["due_on"])
    _fact(facts, "Способ доставки", "Доставка" if order["wants_delivery"] else "Самовывоз")


def _customer(document, order):
    customer = order["customer"]
    if customer is None:
        return
    partner = etree.SubElement(etree.SubElement(document, "Контрагенты"), "Контрагент")
    _texts(
        partner,
        ("Ид", f"customer-{order['number']}"),
        ("Наименование", customer["name"]),
        ("Роль", "Покупатель"),
        ("ПолноеНаименование", customer["name"]),
    )
    if customer["address"]:
        address = etree.SubElement(partner, "АдресРегистрации")
        _texts(address, ("Представление", f"{order['city']}, {customer['address']}"))
    contacts = etree.SubElement(partner, "Контакты")
    for kind, value in (("ТелефонРабочий", customer["phone"]), ("Почта", customer["email"])):
        if value:
            _texts(etree.SubElement(contacts, "Контакт"), ("Тип", kind), ("Значение", value))


def _goods(goods, code, name, unit_code, unit, price, quantity, total, kind):
    row = etree.SubElement(goods, "Товар")
    _texts(row, ("Ид", code), ("Артикул", code), ("Наименование", name))
    measure = etree.SubElement(row, "БазоваяЕдиница", Код=unit_code)
    measure.text = unit
    _texts(row, ("ЦенаЗаЕдиницу", price), ("Количество", quantity), ("Сумма", total))
    facts = etree.SubElement(row, "ЗначенияРеквизитов")
    _fact(facts, "ВидНоменклатуры", kind)
    _fact(facts, "ТипНоменклатуры", kind)


def _fact(facts, name, value):
    fact = etree.SubElement(facts, "ЗначениеРеквизита")
    _texts(fact, ("Наименование", name), ("Значение", value))


def _texts(parent, *pairs):
    for tag, value in pairs:
        etree.SubElement(parent, tag).text = str(value or "").translate(FORBIDDEN)
