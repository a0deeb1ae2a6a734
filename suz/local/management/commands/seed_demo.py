"""`manage.py seed_demo`: fill an empty database with the demo."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from suz.local.demo import logins, state
from suz.local.demo.progress import Progress
from suz.local.demo.seed import WEIGHT, seed


class Command(BaseCommand):
    help = "Fill an empty database with demo data: the same seed gives the same data."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="another number, other data")
        parser.add_argument("--orders", type=int, default=1500, help="about how many orders")
        parser.add_argument(
            "--if-needed", action="store_true", help="do nothing where the demo is already there"
        )
        parser.add_argument(
            "--force", action="store_true", help="delete everything in the database first"
        )
        parser.add_argument("--without-pictures", action="store_true", help="much quicker")
        parser.add_argument("--print-logins", action="store_true", help="and who can log in")

    def handle(self, *, force, if_needed, orders, without_pictures, print_logins, **options):
        started = time.monotonic()
        if not force and if_needed and state.is_complete():
            self.stdout.write("Демо-данные уже на месте.")
        else:
            if orders < 0:
                raise CommandError("--orders takes a number of orders, 0 or more.")
            if not force and not state.is_empty():
                raise CommandError(
                    "The database is not empty: seed an empty one, or say --force to delete "
                    "everything in it."
                )
            self._seed(force, orders, options["seed"], pictures=not without_pictures)
            self.stdout.write(f"Демо-данные готовы за {time.monotonic() - started:.0f} с.")
        if print_logins:
            for person in logins():
                self.stdout.write(f"{person['role']}: {person['email']} {person['password']}")

    @transaction.atomic
    def _seed(self, force, orders, number, *, pictures):
        if force:
            state.wipe()
        seed(
            now=timezone.now().replace(microsecond=0),
            orders=orders,
            seed=number,
            pictures=pictures,
            progress=Progress(
                self._write,
                is_terminal=self.stdout.isatty(),
                total=WEIGHT,
            ),
        )

    def _write(self, text):
        # A line without an end stays in the buffer of a terminal.
        self.stdout.write(text, ending="")
        self.stdout.flush()
