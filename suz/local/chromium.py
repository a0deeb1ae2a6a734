"""`python -m suz.local.chromium`: see to the browser of the tests, Debian's Chromium."""

import os
import shutil
import subprocess
import sys

from suz.local.errors import LocalError

NAMES = ("chromium", "chromium-browser")


def find() -> str | None:
    """Return the path of Chromium, None where it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """Return the path of Chromium, installing it where apt and the rights are there."""
    if found := find():
        return found
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise LocalError("Chromium is missing: install it with `sudo apt-get install chromium`.")
    print("Installing Chromium for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
        done = subprocess.run(
            [apt, *command], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise LocalError(f"Chromium could not be installed: apt-get {command[0]} failed.")
    found = find()
    if found is None:
        raise LocalError("Chromium was installed but is not on the PATH.")
    return found


if __name__ == "__main__":
    try:
        ensure()
    except LocalError as error:
        sys.exit(f"suz: {error}")
