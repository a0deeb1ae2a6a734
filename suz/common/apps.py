from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "suz.common"
    label = "common"
