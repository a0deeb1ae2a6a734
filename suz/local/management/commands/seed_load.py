"""`manage.py seed_load`: fill an empty database with any number of orders, to measure with."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from analytics.facts.services import refresh_all
from suz.local.demo import state
from suz.local.load.filling import fill
from suz.local.load.visits import create_visits

MOST = 20_000_000


class Command(BaseCommand):
    help = "Fill an empty database with orders to measure with: 1,000,000 take minutes."

    def add_arguments(self, parser):
        parser.add_argument("--orders", type=int, default=1_000_000, help="how many orders")
        parser.add_argument("--seed", type=int, default=1, help="another number, other data")
        parser.add_argument(
            "--hits", type=int, default=0, help="how many pages of visits; a quarter of it visits"
        )
        parser.add_argument(
            "--force", action="store_true", help="delete everything in the database first"
        )

    def handle(self, *, orders, seed, hits, force, **options):
        if not 1 <= orders <= MOST:
            raise CommandError(f"--orders takes a number from 1 to {MOST:,}.")
        if not force and not state.is_empty():
            raise CommandError(
                "The database is not empty: fill an empty one, or say --force to delete "
                "everything in it."
            )
        started = time.monotonic()
        now = timezone.now().replace(microsecond=0)
        with transaction.atomic():
            if force:
                state.wipe()
            fill(
                now=now,
                orders=orders,
                seed=seed,
                say=self._say,
            )
            if hits:
                visits, pages = create_visits(now=now, hits=hits)
                self._say(f"Посещения: {visits}, страницы: {pages}")
                self._say(f"Показатели заказов: {refresh_all(now=now)}")
        if not connection.in_atomic_block:
            # The map of visible rows too, without which an index alone answers nothing.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
        self._say(f"База наполнена за {time.monotonic() - started:.0f} с.")

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
