"""Addresses of customers' surveys and of reviews in the shop, from the site's root."""

from django.urls import path

from surveys.views import public, shop

urlpatterns = [
    path("survey/<str:token>/", public.survey, name="survey"),
    path("survey/<str:token>/save/", public.survey_save, name="survey_save"),
    path("survey/<str:token>/review/", public.survey_review, name="survey_review"),
    path("dealers/<slug:slug>/reviews/", shop.dealer_reviews, name="dealer_reviews"),
]
