"""What administrators do with the outbox and with connected systems."""

import uuid
from datetime import timedelta

import pghistory
import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from analytics.leadsdb import content as leadsdb
from analytics.models import Dispatch, DispatchState, Endpoint, EndpointKind
from analytics.outgoing import sources
from analytics.outgoing.delivery import TEST
from analytics.webhooks import content as webhooks
from analytics.webhooks.events import EVENTS
from dealers.models import AuditKind, Dealer
from dealers.services.audit import record
from suz.common.sealing import seal

logger = structlog.get_logger(__name__)

KEEP = timedelta(days=90)
FINISHED = (DispatchState.SENT, DispatchState.OUTDATED, DispatchState.CANCELLED)
CLEANED = 5_000


class EndpointRefused(Exception):
    """The settings cannot be saved so; the message is for people. ``field`` is what is wrong."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message, self.field = message, field


class DispatchRefused(Exception):
    """The message cannot be sent again now; the message is for people."""


@transaction.atomic
def save_leadsdb(*, url, user, secret, is_on, by, now):
    """Set where orders go; returns whether anything changed. An empty secret keeps the former one.

    Switched on, orders that change from now on are sent; switched off, what waits is not. Raises
    EndpointRefused.
    """
    endpoint = Endpoint.objects.select_for_update().filter(kind=EndpointKind.LEADSDB).first()
    if endpoint is None:
        endpoint = Endpoint(kind=EndpointKind.LEADSDB, created_at=now)
    sealed = seal(secret, purpose=leadsdb.PURPOSE) if secret else endpoint.secret
    if is_on and not (url and user and sealed):
        raise EndpointRefused(_("To switch it on, give address, user and secret."))
    values = {"url": url, "user": user}
    return _save(endpoint, values, sealed, is_on, AuditKind.LEADSDB, by, now)


@transaction.atomic
def add_webhook(*, dealer_id, url, events, is_on, by, now):
    """Add a system of a dealer; returns it with its secret, which nobody can read later.

    Raises EndpointRefused.
    """
    dealer = Dealer.objects.get(pk=dealer_id)
    endpoint = Endpoint(kind=EndpointKind.WEBHOOK, dealer=dealer, created_at=now)
    secret = webhooks.new_secret()
    sealed = seal(secret, purpose=webhooks.PURPOSE)
    _save_webhook(endpoint, url, events, sealed, is_on, by, now)
    return endpoint, secret


@transaction.atomic
def save_webhook(*, endpoint_id, url, events, is_on, by, now):
    """Change a dealer's system; returns whether anything changed. Raises EndpointRefused."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id, kind=EndpointKind.WEBHOOK)
    return _save_webhook(endpoint, url, events, endpoint.secret, is_on, by, now)


@transaction.atomic
def renew_secret(*, endpoint_id, by, now):
    """Give a dealer's system a new secret, at once in place of the former one; returns it."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id, kind=EndpointKind.WEBHOOK)
    secret = webhooks.new_secret()
    endpoint.secret = seal(secret, purpose=webhooks.PURPOSE)
    endpoint.save(update_fields=["secret"])
    record(by=by, changed=endpoint, kind=AuditKind.WEBHOOK_SECRET, now=now)
    return secret


@transaction.atomic
def ask_test(*, endpoint_id, by, now):
    """Queue a message that only tries the connection; returns its Dispatch."""
    test = Dispatch.objects.create(
        endpoint_id=endpoint_id,
        event=TEST,
        key=f"test-{uuid.uuid4()}",
        occurred_at=now,
        due_at=now,
    )
    logger.info("endpoint_tested", endpoint=endpoint_id, by=by.pk)
    return test


@transaction.atomic
def retry(*, dispatch_id, by, now):
    """Send what has failed once more, from the first attempt on. Raises DispatchRefused."""
    failed = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.DEAD).exclude(event=TEST)
    endpoint_id = failed.values_list("endpoint", flat=True).first()
    if endpoint_id is None or not _retry(failed, endpoint_id, by, now):
        raise DispatchRefused(_("Only a failed message can be sent again."))


@transaction.atomic
def retry_all(*, endpoint_id, by, now):
    """Send all that a system has not taken once more; returns how much it is."""
    failed = Dispatch.objects.filter(endpoint=endpoint_id, state=DispatchState.DEAD)
    return _retry(failed.exclude(event=TEST), endpoint_id, by, now)


def forget_old(*, now):
    """Delete what was finished long ago, some of it at a time; what failed stays."""
    old = Dispatch.objects.filter(state__in=FINISHED, tried_at__lt=now - KEEP)
    return Dispatch.objects.filter(pk__in=old.values("pk")[:CLEANED]).delete()[0]


def _retry(failed, endpoint_id, by, now):
    count = failed.update(state=DispatchState.PENDING, due_at=now, attempts=0, error="")
    if count:
        # Whoever presses the button does not want to wait for the end of a pause.
        Endpoint.objects.filter(pk=endpoint_id).update(failures=0, resume_at=None)
        logger.info("dispatches_retried", endpoint=endpoint_id, count=count, by=by.pk)
    return count


def _save_webhook(endpoint, url, events, sealed, is_on, by, now):
    if not events:
        raise EndpointRefused(_("Choose at least one event."), "events")
    values = {"url": url, "events": [code for code in EVENTS if code in events]}
    others = Endpoint.objects.filter(dealer=endpoint.dealer, url=url).exclude(pk=endpoint.pk)
    taken = EndpointRefused(_("This address of the dealer is there already."), "url")
    if others.exists():
        raise taken
    kind = AuditKind.WEBHOOK if endpoint.pk else AuditKind.WEBHOOK_ADDED
    try:
        with transaction.atomic():
            return _save(endpoint, values, sealed, is_on, kind, by, now)
    except IntegrityError as error:
        raise taken from error


def _save(endpoint, values, sealed, is_on, kind, by, now):
    """Save what differs, with the record of it; the secret's record says only that it is new."""
    if is_on != endpoint.is_on:
        values["enabled_since"] = now if is_on else None
    changes = [
        {"field": name, "before": _plain(name, before), "after": _plain(name, value)}
        for name, value in values.items()
        if (before := getattr(endpoint, name)) != value
    ]
    has_new_secret = sealed != endpoint.secret
    if not changes and not has_new_secret:
        return False
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.secret = sealed
    endpoint.failures, endpoint.resume_at = 0, None
    with pghistory.context(user=by.pk):
        endpoint.save()
    if not is_on:
        Dispatch.objects.filter(endpoint=endpoint, state=DispatchState.PENDING).exclude(
            event=TEST
        ).update(state=DispatchState.CANCELLED, tried_at=now, error=_("Sending was switched off."))
    elif "enabled_since" in values:
        sources.begin()
    data = {"changes": changes}
    if has_new_secret and endpoint.kind == EndpointKind.LEADSDB:
        data["fields"] = ["secret"]
    if endpoint.dealer_id:
        data["dealer"] = endpoint.dealer.name
    record(by=by, changed=endpoint, kind=kind, data=data, now=now)
    return True


def _plain(name, value):
    if name == "events":
        return [str(EVENTS[code]) for code in value if code in EVENTS]
    return value.isoformat() if hasattr(value, "isoformat") else value
