"""Registers the commands of suz.local; the app has no models."""

from django.apps import AppConfig


class LocalConfig(AppConfig):
    """Commands and tools for running the product on one machine."""

    name = "suz.local"
    label = "local"
