"""`python -m suz.local`: run a command with embedded services, or see to the services."""

import argparse
import os
import shlex
import signal
import subprocess
import sys

from suz.local.errors import LocalError
from suz.local.services import DEMO, TEST, Services, running


def main(arguments: list[str]) -> int:
    """Carry out one sub-command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m suz.local", description=__doc__)
    parser.add_argument(
        "--test",
        action="store_const",
        const=TEST,
        default=DEMO,
        dest="profile",
        help="the tests' servers instead of the demo's",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a command with the services up")
    run.add_argument("--keep", action="store_true", help="leave the services running afterwards")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="the command, after --")
    commands.add_parser("env", help="start the services and print their addresses for the shell")
    commands.add_parser("stop", help="stop the services")
    commands.add_parser("demo", help="start the whole product with demo data")
    commands.add_parser("demo-reset", help="remove the demo's data")
    options = parser.parse_args(arguments)
    try:
        return HANDLERS[options.command](options)
    except LocalError as error:
        print(f"suz: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(options: argparse.Namespace) -> int:
    """Run a command with the services up and pass its exit status on."""
    command = options.arguments
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        raise LocalError("name the command to run, for example: run -- python manage.py shell.")
    if options.keep:
        return call(command, Services(options.profile).start())
    with running(options.profile) as addresses:
        return call(command, addresses)


def call(command: list[str], addresses: dict[str, str]) -> int:
    """Run a command to its end; Ctrl-C is for the command, which may need time to close."""
    try:
        process = subprocess.Popen(command, env=os.environ | addresses)
    except OSError as error:
        raise LocalError(f"{command[0]} cannot be run: {error.strerror}.") from error
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    return process.wait()


def env(options: argparse.Namespace) -> int:
    """Print the addresses as export lines, for `eval`."""
    for name, value in Services(options.profile).start().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def stop(options: argparse.Namespace) -> int:
    """Stop the services."""
    Services(options.profile).stop()
    return 0


def demo(options: argparse.Namespace) -> int:
    """Start the whole product."""
    from suz.local.demo_server import serve

    return serve()


def demo_reset(options: argparse.Namespace) -> int:
    """Remove the demo's data."""
    from suz.local.demo_server import reset

    return reset()


HANDLERS = {"run": run, "env": env, "stop": stop, "demo": demo, "demo-reset": demo_reset}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
