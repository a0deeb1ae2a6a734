"""Where the local tools keep things."""

import hashlib
import os
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]

# A unix socket's path has at most 107 bytes; the longest name of ours is ".s.PGSQL.5432.lock".
SOCKET_DIR_LIMIT = 107 - len("/.s.PGSQL.5432.lock")


def state_dir(profile: str) -> Path:
    """Return the folder that holds the servers' data of `profile` ("demo" or "test").

    Both live under $SUZ_STATE (default: .local in the repository), apart from one another, so that
    tests that stop and restart servers never touch a running demo.
    """
    root = Path(os.environ.get("SUZ_STATE") or BASE_DIR / ".local").expanduser().resolve()
    return root / profile


def socket_dir(state: Path) -> Path:
    """Return a folder for unix sockets of `state` that is short enough for the kernel."""
    preferred = state / "run"
    if len(os.fsencode(preferred)) <= SOCKET_DIR_LIMIT:
        return preferred
    digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"suz-{digest}"
