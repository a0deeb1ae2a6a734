"""`python -m suz.local.health web|beat`: health checks of the containers."""

import http.client
import os
import sys
import time
from pathlib import Path

# Beat writes its schedule every three minutes.
BEAT_SILENCE_SECONDS = 600


def web(port: int = 8000) -> bool:
    """Tell whether requests can be served, as the proxy would ask."""
    hosts = [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name]
    headers = {"Host": hosts[0] if hosts else "localhost", "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def beat(schedule: str | None = None) -> bool:
    """Tell whether the clock has written its schedule lately."""
    file = Path(schedule or os.environ["CELERY_BEAT_SCHEDULE"])
    # The dbm in use decides on the ending.
    written = [found.stat().st_mtime for found in file.parent.glob(f"{file.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_SILENCE_SECONDS


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "beat": beat}[sys.argv[1]]() else 1)
