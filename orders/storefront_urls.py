"""Addresses of cart, checkout and the customer's order, from the site's root."""

from django.urls import path

from orders.complaints import customer_views
from orders.storefront import cart_views, channel_views, checkout_views, order_views

urlpatterns = [
    path("cart/", cart_views.cart, name="cart"),
    path("cart/add/", cart_views.add, name="cart_add"),
    path("cart/update/", cart_views.update, name="cart_update"),
    path("checkout/", checkout_views.checkout, name="checkout"),
    path("checkout/price/", checkout_views.price, name="checkout_price"),
    path("consents/", checkout_views.consents, name="consents"),
    path("o/<str:token>/", order_views.customer_order, name="customer_order"),
    path("o/<str:token>/files/<int:file>/", order_views.customer_file, name="customer_file"),
    path("o/<str:token>/complaints/", customer_views.complain, name="customer_complain"),
    path(
        "o/<str:token>/complaints/<int:complaint>/",
        customer_views.complain_again,
        name="customer_complain_again",
    ),
    path(
        "o/<str:token>/complaint-files/<int:file>/",
        customer_views.complaint_file,
        name="customer_complaint_file",
    ),
    path("news/<str:token>/", channel_views.customer_channels, name="customer_channels"),
]
