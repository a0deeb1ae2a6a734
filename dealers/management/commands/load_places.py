"""`manage.py load_places`: regions and cities for a new installation."""

from django.core.management.base import BaseCommand

from dealers.services.geography import load_places


class Command(BaseCommand):
    help = "Insert the regions and cities of dealers/data/places.csv that are not there yet."

    def handle(self, *args, **options):
        self.stdout.write(f"{load_places()} places inserted.")
