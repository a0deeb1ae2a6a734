"""`manage.py refresh_facts`: work out what reports need of all orders, after an upgrade."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from analytics.facts.services import refresh_all


class Command(BaseCommand):
    help = "Work out what reports need of all orders anew; may be interrupted and repeated."

    def handle(self, *args, **options):
        def say(done, newest):
            if options["verbosity"] > 1:
                self.stdout.write(f"{done:,} of {newest:,}")

        written = refresh_all(now=timezone.now(), say=say)
        self.stdout.write(f"Facts written: {written:,}")
