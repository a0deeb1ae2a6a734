"""Addresses of promotions, under /workspace/."""

from django.urls import path

from catalog.promotions import views

urlpatterns = [
    path("promotions/", views.PromotionList.as_view(), name="promotion_list"),
    path("promotions/add/", views.PromotionAdd.as_view(), name="promotion_add"),
    path("promotions/<int:pk>/", views.PromotionPage.as_view(), name="promotion"),
    path("promotions/<int:pk>/edit/", views.PromotionEdit.as_view(), name="promotion_edit"),
    path("promotions/<int:pk>/end/", views.PromotionEnd.as_view(), name="promotion_end"),
    path("assortment/promotions/", views.OwnPromotions.as_view(), name="own_promotions"),
    path(
        "assortment/promotions/<int:pk>/join/",
        views.PromotionJoin.as_view(),
        name="promotion_join",
    ),
    path(
        "assortment/promotions/<int:pk>/leave/",
        views.PromotionJoin.as_view(joins=False),
        name="promotion_leave",
    ),
    path(
        "dealers/<int:pk>/promotions/add/",
        views.DealerPromotion.as_view(),
        name="dealer_promotion_add",
    ),
    path(
        "dealers/<int:pk>/promotions/remove/",
        views.DealerPromotion.as_view(joins=False),
        name="dealer_promotion_remove",
    ),
]
