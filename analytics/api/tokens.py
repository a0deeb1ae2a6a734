"""Giving tokens out, taking them back, and knowing whose a request is."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from analytics.models import ApiToken
from dealers.models import AuditKind
from dealers.services.audit import record

PREFIX = "suz_"
SECRET_BYTES = 32
SHOWN = 10
# So many may be in force at once.
MOST = 20
# The time of the last use is written no more often than this.
NOTED = timedelta(minutes=1)
LONGEST = 200


class TokenRefused(Exception):
    """The token cannot be made; the message is for people."""


@transaction.atomic
def create_token(*, name, scopes, by, now):
    """Make a token that acts as ``by``, a dealer's head manager; returns (ApiToken, secret).

    The secret is told this once. Raises TokenRefused.
    """
    if not (by.is_dealer and by.is_head):
        raise TokenRefused(_("Only the dealer's head manager makes tokens."))
    if ApiToken.objects.filter(dealer=by.dealer, revoked_at__isnull=True).count() >= MOST:
        raise TokenRefused(_("There are 20 tokens already: revoke those that are not needed."))
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        dealer=by.dealer,
        user=by,
        name=name,
        scopes=sorted(set(scopes)),
        prefix=secret[:SHOWN],
        digest=_digest(secret),
        created_at=now,
    )
    data = {"name": name, "scopes": token.scopes}
    record(by=by, changed=by.dealer, kind=AuditKind.TOKEN_ADDED, data=data, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, token_id, dealer_id, by, now):
    """End a token of the dealer for good; raises ApiToken.DoesNotExist where it has none such."""
    token = ApiToken.objects.select_for_update().get(pk=token_id, dealer=dealer_id)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
        data = {"name": token.name}
        record(by=by, changed=token.dealer, kind=AuditKind.TOKEN_REVOKED, data=data, now=now)
    return token


def authenticate(secret, *, now):
    """The ApiToken in force with this secret, or None; one query, and a second now and then.

    A token ends with its person's access, with the dealer's, and when it is revoked. Found by the
    digest, so the time that a comparison takes tells nothing of the secret.
    """
    if not secret or len(secret) > LONGEST:
        return None
    token = in_force(digest=_digest(secret))
    if token is not None and (token.used_at is None or token.used_at < now - NOTED):
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def in_force(**which):
    """The ApiToken with these fields and its person, or None where it or their access ended.

    One query.
    """
    token = (
        ApiToken.objects.select_related("user", "dealer")
        .filter(
            revoked_at__isnull=True,
            dealer__is_active=True,
            user__is_active=True,
            user__dealer=F("dealer"),
            **which,
        )
        .first()
    )
    if token is not None:
        # The dealer that the services read is the one just looked up.
        token.user.dealer = token.dealer
    return token


def _digest(secret):
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
