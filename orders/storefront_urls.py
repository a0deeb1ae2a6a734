"""Addresses of cart, checkout and the customer's order, from the site's root."""

from django.urls import path

from orders.complaints import customer_views
from orders.storefront import (
    cart_views,
    channel_views,
    checkout_views,
    find_views,
    order_views,
    voice_views,
)

ORDER = "o/<str:token>/"

urlpatterns = [
    path("cart/", cart_views.cart, name="cart"),
    path("cart/add/", cart_views.add, name="cart_add"),
    path("cart/update/", cart_views.update, name="cart_update"),
    path("checkout/", checkout_views.checkout, name="checkout"),
    path("checkout/price/", checkout_views.price, name="checkout_price"),
    path("consents/", checkout_views.consents, name="consents"),
    path("find/", find_views.find, name="find_order"),
    path("find/<str:token>/", find_views.find_code, name="find_code"),
    path(ORDER, order_views.customer_order, name="customer_order"),
    path(f"{ORDER}print/", order_views.customer_print, name="customer_print"),
    path(f"{ORDER}messages/", order_views.customer_messages, name="customer_messages"),
    path(f"{ORDER}write/", voice_views.customer_write, name="customer_write"),
    path(f"{ORDER}seen/", voice_views.customer_seen, name="customer_seen"),
    path(f"{ORDER}change/", voice_views.customer_ask, {"asks": "change"}, name="customer_change"),
    path(f"{ORDER}cancel/", voice_views.customer_ask, {"asks": "cancel"}, name="customer_cancel"),
    path(f"{ORDER}confirm/", voice_views.customer_confirm, name="customer_confirm"),
    path(f"{ORDER}channels/", voice_views.customer_choose, name="customer_choose"),
    path(f"{ORDER}files/<int:file>/", order_views.customer_file, name="customer_file"),
    path(
        f"{ORDER}files/<int:file>/preview/",
        order_views.customer_file,
        {"is_preview": True},
        name="customer_file_preview",
    ),
    path(f"{ORDER}complaints/", customer_views.complain, name="customer_complain"),
    path(
        f"{ORDER}complaints/<int:complaint>/",
        customer_views.complain_again,
        name="customer_complain_again",
    ),
    path(
        f"{ORDER}complaint-files/<int:file>/",
        customer_views.complaint_file,
        name="customer_complaint_file",
    ),
    path("news/<str:token>/", channel_views.customer_channels, name="customer_channels"),
]
