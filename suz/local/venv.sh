#!/bin/sh
# Makes .venv and installs the requirements; the stamp is newer than both requirement files then.
set -eu
python=$1

fail() {
    echo "suz: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || [ "$(uname -s)" = Darwin ] || fail "Linux or macOS is needed to run here."
command -v "$python" >/dev/null 2>&1 || fail "$python is missing: install Python 3.11 or name another with make PYTHON=…"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is older than Python 3.11."
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python has no venv module: install the package python3.11-venv."

sum=$(cat requirements.txt requirements-dev.txt | "$python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
if [ "$(cat .venv/ready 2>/dev/null)" = "$sum" ]; then
    touch .venv/ready
    exit 0
fi
# A half-made environment has no interpreter that starts, or no pip.
.venv/bin/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv; "$python" -m venv .venv || fail "the environment .venv could not be made."; }
echo "Installing Python packages (once, about a minute) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt ||
    fail "the Python packages could not be installed: check the connection to the package index and start again."
echo "$sum" >.venv/ready
