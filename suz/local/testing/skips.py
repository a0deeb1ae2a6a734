"""A skipped test is a failed one: what is not checked must not look green."""

import pytest

SENTENCE = "skipping is not allowed, make the test run: "


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip inside a test into a failure."""
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    """Turn a skipped module into an error of collection."""
    return _forbid_skip((yield))


def _forbid_skip(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{SENTENCE}{reason}"
    return report
