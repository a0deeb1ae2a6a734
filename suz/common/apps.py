from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "suz.common"
    label = "common"

    def ready(self):
        from suz.common import providers  # noqa: F401 - registers its check
