"""Errors are told to Sentry where an address of one is given; what it gets is cleaned."""

from suz.common.logs import cleaned

# What people typed, and who they are, stays here.
DROPPED = ("cookies", "data", "env", "headers", "query_string")


def start_reporting(dsn, *, release="", environment="", transport=None):
    """Send errors to the Sentry of ``dsn``; without one nothing is sent or installed."""
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        environment=environment or None,
        transport=transport,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        # Values of variables hold customers.
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_people,
        before_breadcrumb=without_values,
    )


def without_people(event, _hint):
    """An event without what names or reaches anybody."""
    request = event.get("request", {})
    for name in DROPPED:
        request.pop(name, None)
    event.pop("user", None)
    return cleaned(event)


def without_values(crumb, _hint):
    """A breadcrumb cleaned; statements of SQL are left out, for they hold values."""
    return None if crumb.get("category") == "query" else cleaned(crumb)
