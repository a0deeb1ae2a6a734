"""Addresses of promo codes, under /workspace/."""

from django.urls import path

from orders import promo_code_views as views

urlpatterns = [
    path("promo-codes/", views.PromoCodeList.as_view(), name="promo_code_list"),
    path("promo-codes/add/", views.PromoCodeAdd.as_view(), name="promo_code_add"),
    path("promo-codes/<int:pk>/", views.PromoCodePage.as_view(), name="promo_code"),
    path("promo-codes/<int:pk>/edit/", views.PromoCodeEdit.as_view(), name="promo_code_edit"),
    path(
        "promo-codes/<int:pk>/on/",
        views.PromoCodeSwitch.as_view(is_active=True),
        name="promo_code_on",
    ),
    path("promo-codes/<int:pk>/off/", views.PromoCodeSwitch.as_view(), name="promo_code_off"),
]
