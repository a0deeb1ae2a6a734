"""Comments with files and a moved term on orders in work, written by the services themselves."""

import io
from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.utils import timezone
from xlsxwriter import Workbook

from dealers.models import User
from orders.models import Order
from orders.services.comments import add_comment
from orders.services.details import change_details
from orders.services.versions import seen_of
from orders.statuses import IN_WORK
from suz.common.attachments import clean_attachment
from suz.local.demo.accounts import HEAD_EMAIL

DAYS_MORE = 5


def add_papers(*, staff, now):
    """What stands on the last order in work of the demo's dealer, and on another one."""
    manager = User.objects.select_related("dealer").get(email=HEAD_EMAIL)
    orders = Order.objects.alive().filter(status__in=IN_WORK).order_by("-pk")
    own = orders.filter(dealer=manager.dealer).first()
    if own is not None:
        _with_bill(own, manager, staff, now)
    other = orders.exclude(pk=own and own.pk).first()
    if other is not None:
        _with_new_term(other, staff, now)


def _with_bill(order, manager, staff, now):
    """The dealer shows the customer a bill and a photo; the manufacturer asks among the staff."""
    lines = list(order.lines.select_related("product"))
    files = [clean_attachment(_bill(order, lines))]
    picture = lines[0].product.picture
    if picture:
        with picture.open() as content:
            files.append(clean_attachment(File(content, name="На складе.webp")))
    add_comment(
        order_id=order.pk,
        by=manager,
        text="Товар отложили на складе, счёт и фото упаковки приложил. Ждём вашего подтверждения.",
        files=files,
        is_visible=True,
        now=now - timedelta(minutes=50),
    )
    add_comment(
        order_id=order.pk,
        by=staff[0],
        text="Проверьте, что доставка в счёте по прайсу: на прошлой неделе покупатель жаловался.",
        is_visible=False,
        now=now - timedelta(minutes=35),
    )


def _with_new_term(order, staff, now):
    """The manufacturer moves the term and adds to the address what the customer said."""
    change_details(
        order_id=order.pk,
        values={
            "due_on": max(order.due_on, timezone.localdate(now)) + timedelta(days=DAYS_MORE),
            "address": f"{order.address}, подъезд 2",
        },
        seen=seen_of(order),
        reason="Покупатель попросил привезти после ремонта",
        by=staff[0],
        now=now - timedelta(minutes=20),
    )


def _bill(order, lines):
    """The order's lines as a spreadsheet."""
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Счёт")
    sheet.set_column(0, 0, 50)
    sheet.write_row(0, 0, ["Товар", "Количество", "Цена, ₽", "Сумма, ₽"])
    for row, line in enumerate(lines, start=1):
        sheet.write_row(row, 0, [line.name, line.quantity, line.price, line.total])
    sheet.write_row(len(lines) + 1, 0, ["Итого", "", "", order.total])
    book.close()
    return ContentFile(content.getvalue(), name=f"Счёт по заказу {order.pk}.xlsx")
