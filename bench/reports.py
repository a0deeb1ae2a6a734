"""`make bench-reports`: every report over a year, cold and warm, at a million orders."""

import argparse
import os
import statistics
import sys
import tempfile
import time

COLD_SECONDS, WARM_SECONDS = 2.0, 0.3
SAMPLES = 5


def main(arguments):
    """Measure each report and split; returns the exit status, 1 where a number is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--hits", type=int, default=10_000_000)
    parser.add_argument("--only", nargs="+", default=[""], help="reports whose name holds one")
    parser.add_argument("--refill", action="store_true", help="fill the database anew")
    options = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STATIC_ROOT"] = os.path.join(folder, "static")
        os.environ["MEDIA_ROOT"] = os.path.join(folder, "media")
        from bench.lists.databases import collect_files, prepare

        collect_files()
        url = prepare(
            options.orders, hits=options.hits, refill=options.refill, say=lambda line: print(line)
        )
        os.environ["DATABASE_URL"] = url
        return measure(url, options.only)


def measure(url, only):
    """Print a line for each report and split."""
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict.update(_parts(url))
    from django.test import Client

    from analytics.reports.pages import REPORTS
    from dealers.models import User
    from suz.local.demo.accounts import MANAGER_EMAIL

    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    client = Client()
    client.force_login(
        User.objects.get(email=MANAGER_EMAIL), backend="dealers.auth.WorkspaceBackend"
    )
    print(f"\nCold: at most {COLD_SECONDS} s; warm: at most {WARM_SECONDS * 1000:.0f} ms.\n")
    print("| report | split | cold, s | warm, ms |")
    print("|---|---|---|---|")
    missed = 0
    for report in REPORTS:
        for split in report.dimensions:
            if not any(part in f"{report.code} {split}" for part in only):
                continue
            address = f"/workspace/analytics/{report.code}/?period=365&by={split}"
            cold, warm = [], []
            for _number in range(SAMPLES):
                cache.clear()
                cold.append(_seconds(client, address))
                warm.append(_seconds(client, address))
            slow, quick = statistics.median(cold), statistics.median(warm)
            is_met = slow <= COLD_SECONDS and quick <= WARM_SECONDS
            missed += not is_met
            mark = "" if is_met else " **missed**"
            print(
                f"| {report.code} | {split} | {slow:.2f} | {quick * 1000:.0f}{mark} |", flush=True
            )
    print(f"\nMedian of {SAMPLES}; {missed} missed.")
    return 1 if missed else 0


def _seconds(client, address):
    began = time.perf_counter()
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert b"alert-warning" not in answer.content, address
    return time.perf_counter() - began


def _parts(url):
    import environ

    return {
        name: value
        for name, value in environ.Env.db_url_config(url).items()
        if name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
