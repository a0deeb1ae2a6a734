"""The product's addresses and the floors'."""

from django.urls import path

from bench import floors
from suz.urls import urlpatterns as product

urlpatterns = [
    path("bench/bare/", floors.bare),
    path("bench/insert/", floors.insert),
    path("bench/rows/", floors.rows),
    *product,
]
