"""`make bench`: measure, print the table; the exit status tells whether all was done rightly."""

import os
import sys
import tempfile
import time

from bench.database import own_database
from bench.report import Wrong, table


def main():
    """Measure in a fresh database; returns the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    began = time.monotonic()
    with own_database(), tempfile.TemporaryDirectory() as folder:
        os.environ["STATIC_ROOT"] = os.path.join(folder, "static")
        os.environ["MEDIA_ROOT"] = os.path.join(folder, "media")
        os.environ["PRIVATE_ROOT"] = os.path.join(folder, "private")
        try:
            report = _measure()
        except Wrong as error:
            print(f"Wrong: {error}", file=sys.stderr)
            return 1
    print(f"\n{report}\n\n{time.monotonic() - began:.0f} s in all.")
    return 0


def _measure():
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    _say("Preparing a database, texts and static files …")
    django.setup()
    call_command("translations", "--compile", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    application = get_wsgi_application()

    from bench import accepting, messages, pages, ticks, uploads, world

    try:
        products = world.make_catalogue()
        shop = world.make_territory(ticks.DEALERS, products)
        _say("Measuring pages and orders …")
        rows = pages.measure(application, shop, products)
        _say("Measuring acceptances …")
        rows.append(accepting.measure(products[:3]))
        _say("Measuring ticks …")
        ticking = world.make_territory(ticks.DEALERS)
        tick, per_second = ticks.measure(ticking, products[:3])
        _say("Measuring messages …")
        sending = messages.measure()
        _say("Measuring price lists …")
        upload, slowest = uploads.measure()
    finally:
        connections.close_all()
    return (
        f"{table([*rows, tick, sending, upload])}\n\n"
        f"The tick: {per_second:,.0f} orders per second.\n"
        f"The price list of {uploads.ROWS:,} rows: {slowest:.1f} s at most (target: under 15 s)."
    )


def _say(sentence):
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
