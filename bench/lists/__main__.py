"""`make bench-lists`: measure, print the table; fails where a number is missed."""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time

from bench.lists.databases import collect_files, prepare
from bench.lists.table import Figures, table
from bench.lists.worker import PROCESSOR, WALL, work

SIZES = (100_000, 1_000_000)
WARM_UP = 1
CLOCKS = {
    WALL: "the wall's",
    PROCESSOR: "the processor's work in the web process and in the database's server process",
}


def main(arguments):
    """Measure each list; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=SIZES, help="sizes, small first")
    parser.add_argument("--samples", type=int, default=30, help="of each view and size")
    parser.add_argument(
        "--clock",
        choices=(WALL, PROCESSOR),
        default=WALL,
        help="what is measured: time, or the processor's work where others use the machine",
    )
    parser.add_argument("--only", nargs="+", default=[""], help="views whose name holds one")
    parser.add_argument("--refill", action="store_true", help="fill the databases anew")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STATIC_ROOT"] = os.path.join(folder, "static")
        os.environ["MEDIA_ROOT"] = os.path.join(folder, "media")
        collect_files()
        urls = [prepare(size, refill=options.refill, say=_say) for size in options.orders]
        figures = measure(urls, samples=options.samples, only=options.only, clock=options.clock)
    print(f"\n{table(figures, options.orders)}\n\nClock: {CLOCKS[options.clock]}.")
    print(f"{time.monotonic() - began:.0f} s in all.")
    return 0 if all(one.is_met for one in figures) else 1


def measure(urls, *, samples, only, clock):
    """Figures of every view, each sample of a size beside those of the others."""
    workers = [_start(url, clock) for url in urls]
    try:
        names = [pipe.recv() for _process, pipe in workers]
        figures = []
        for index, (name, role) in enumerate(names[0]):
            if not any(part in name for part in only):
                continue
            figure = Figures(
                name, role, [[] for _url in urls], [[] for _url in urls], [0] * len(urls)
            )
            for sample in range(WARM_UP + samples):
                for place, (_process, pipe) in enumerate(workers):
                    pipe.send((index, sample))
                    floor, seconds, figure.rows[place] = pipe.recv()
                    if sample >= WARM_UP:
                        figure.floors[place].append(floor)
                        figure.seconds[place].append(seconds)
            figures.append(figure)
            _say(figure.line)
        return figures
    finally:
        for process, pipe in workers:
            pipe.send(None)
            process.join(10)


def _start(url, clock):
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=work, args=[there, url, clock], daemon=True)
    process.start()
    there.close()
    return process, here


def _say(sentence):
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
