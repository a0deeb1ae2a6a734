"""Celery is the clock: beat sends one short tick per app every second.

No message carries the only copy of anything; a tick looks up in PostgreSQL what is due.
Ticks expire after their interval, so that a stopped worker does not find a pile of them.
"""

import os

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suz.settings")


class Ticking(Task):
    """What a task changes keeps the task's name in its history."""

    def __call__(self, *args, **kwargs):
        # Models may not be touched before Django is set up, which is later than this module.
        import pghistory

        with pghistory.context(task=self.name):
            return super().__call__(*args, **kwargs)


app = Celery("suz", task_cls=Ticking)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
