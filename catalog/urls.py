"""Addresses of the shop's pages, from the site's root."""

from django.urls import include, path

from catalog import views
from catalog.promotions import shop

urlpatterns = [
    path("", views.home, name="home"),
    path("catalog/<slug:slug>/", views.category, name="category"),
    path("product/<int:pk>/<str:slug>/", views.product, name="product"),
    path("promotions/", shop.promotions, name="shop_promotions"),
    path("promotions/<int:pk>/", shop.promotion, name="shop_promotion"),
    path("", include("catalog.where.urls")),
    path("place/", views.place, name="place"),
    path("place/choose/", views.choose_place, name="place_choose"),
    path("place/search/", views.place_search, name="place_search"),
    path("place/nearest/", views.place_nearest, name="place_nearest"),
]
