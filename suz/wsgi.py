"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suz.settings")

application = get_wsgi_application()

from notifications.signs import keep_beating  # noqa: E402 - needs the apps, which are ready now

# What stays as long as the process: looking through all of it for garbage would hold up one page
# in twenty for longer than the page itself takes.
get_resolver().url_patterns  # noqa: B018 - imports every view
gc.collect()
gc.freeze()
keep_beating("web")
