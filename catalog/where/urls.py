"""Addresses of the map of outlets and of dealers' pages, from the site's root."""

from django.urls import path

from catalog.where import views

urlpatterns = [
    path("where/", views.where, name="where"),
    path("where/outlets.json", views.outlets, name="where_outlets"),
    path("dealers/<slug:slug>/", views.dealer, name="dealer_page"),
]
