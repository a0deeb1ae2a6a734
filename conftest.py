"""Rules for every test: no skipping, no network beyond this machine, a real Chromium."""

from suz.local.testing.browser import (
    browser_context_args,
    browser_type_launch_args,
    playwright,
)
from suz.local.testing.data import pytest_collection_modifyitems
from suz.local.testing.network import refuse_network
from suz.local.testing.processes import private_services, process_environment
from suz.local.testing.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = [
    "browser_context_args",
    "browser_type_launch_args",
    "playwright",
    "private_services",
    "process_environment",
    "pytest_collection_modifyitems",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

refuse_network()
