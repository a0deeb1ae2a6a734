"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suz.settings")

application = get_wsgi_application()

from notifications.signs import keep_beating  # noqa: E402 - needs the apps, which are ready now

keep_beating("web")
