"""What the same machine does at least: the views that measured pages are multiples of."""

import uuid

from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from orders.models import Order

INSERT_ORDER = """
    INSERT INTO orders_order (
        form_key, cart_digest, link_version, source, status, cycle, customer_id, customer_name,
        phone, email, place_id, region_id, address, comment, wants_delivery, wants_installation,
        price_min, price_max, goods_total, services_total, total, contact_kind, created_at, due_on,
        version)
    VALUES (%(key)s, %(digest)s, 1, 'site', 'new', 1, %(customer)s, 'Роман', '+79000000000',
            'roman@example.com', %(place)s, %(region)s, 'ул. Лесная, д. 5', '', TRUE, FALSE,
            1200, 2000, 1200, 0, 1200, '', %(now)s, %(today)s, 1)
    RETURNING id
"""
INSERT_LINES = """
    INSERT INTO orders_orderline (
        order_id, position, product_id, category_name, name, unit, colour, quantity, price,
        placed_price, total)
    SELECT %(order)s, line.position, line.product, 'Коллекция', 'Панель', 'piece', 'Дуб', 2, 200,
           200, 400
      FROM unnest(%(products)s::bigint[]) WITH ORDINALITY AS line(product, position)
"""


def bare(request):
    """Django and the middleware, nothing else."""
    return HttpResponse("ok")


def insert(request):
    """An order with its lines by two statements of raw SQL in a transaction."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            INSERT_ORDER,
            {
                "key": str(uuid.uuid4()),
                "digest": "0" * 64,
                "customer": request.POST["customer"],
                "place": request.POST["place"],
                "region": request.POST["region"],
                "now": now,
                "today": now.date(),
            },
        )
        (order_id,) = cursor.fetchone()
        products = [int(pk) for pk in request.POST["products"].split(",")]
        cursor.execute(INSERT_LINES, {"order": order_id, "products": products})
    return HttpResponse(str(order_id), status=201)


@login_required
def rows(request):
    """Orders by their keys with what they refer to, in a table of the workspace."""
    keys = [int(pk) for pk in request.GET["keys"].split(",")]
    orders = Order.objects.select_related("place", "region", "dealer", "manager")
    return render(request, "bench/rows.html", {"orders": list(orders.filter(pk__in=keys))})
