"""`python -m tests.faults.supervisor worker|beat`: a Celery process that is started again.

As an init system does, it starts what was killed anew; by forking from a process that has
imported everything, so that a start takes a moment. Each start is a process group of its own. Ends
with its process when standard input is closed, so it never outlives the test.
"""

import importlib
import os
import signal
import sys
import threading

OPTIONS = ["--loglevel", "warning"]
ARGUMENTS = {
    "worker": ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle", *OPTIONS],
    "beat": ["beat", *OPTIONS],
}
# What each start and its first tick would load.
LOADED = (
    "celery.bin.celery",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "billiard.popen_fork",
    "billiard.sharedctypes",
    "kombu.pidbox",
    "kombu.transport.redis",
)


def main(kind):
    """Run until standard input ends."""
    import django
    from django.urls import get_resolver

    from suz.celery import app

    django.setup()
    app.loader.import_default_modules()
    app.finalize()
    for module in LOADED:
        importlib.import_module(module)
    get_resolver().check()
    running = []
    threading.Thread(target=_end_with_input, args=[running], daemon=True).start()
    while True:
        pid = os.fork()
        if not pid:
            os.setsid()
            app.start(ARGUMENTS[kind])
            os._exit(0)
        running[:] = [pid]
        os.waitpid(pid, 0)


def _end_with_input(running):
    # Not through sys.stdin: forked processes would wait for its lock, which this thread holds.
    os.read(0, 1)
    for pid in running:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
