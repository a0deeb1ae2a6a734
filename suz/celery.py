"""Celery is the clock: beat sends one short tick per app every second.

No message carries the only copy of anything; a tick looks up in PostgreSQL what is due.
Ticks expire after their interval, so that a stopped worker does not find a pile of them.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suz.settings")

app = Celery("suz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
