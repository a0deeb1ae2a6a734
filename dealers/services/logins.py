"""Logins, passwords and second factors in the journal, as the libraries tell of them."""

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from dealers.models import AuditKind, User
from dealers.services.audit import record


def listen():
    """Connect the receivers; called once, when Django starts."""
    user_logged_in.connect(logged_in)
    user_logged_out.connect(logged_out)
    user_login_failed.connect(login_failed)
    authentication_failed.connect(code_failed)
    password_changed.connect(password_set)
    password_reset.connect(password_set)
    authenticator_added.connect(factor_added)
    authenticator_removed.connect(factor_removed)


def logged_in(sender, user, **kwargs):
    record(by=user, changed=user, kind=AuditKind.LOGIN)


def logged_out(sender, user, **kwargs):
    # Nobody was logged in: a log-out sent twice.
    if user is not None:
        record(by=user, changed=user, kind=AuditKind.LOGOUT)


def login_failed(sender, credentials, **kwargs):
    """Somebody gave a wrong password or a name that nobody has."""
    typed = str(credentials.get("email") or credentials.get("username") or "").replace("\0", "")
    user = User.objects.filter(email=typed.lower()).first() if typed else None
    label = None if user else typed
    record(by=None, changed=user, kind=AuditKind.LOGIN_FAILED, label=label)


def code_failed(sender, user, **kwargs):
    record(
        by=None,
        changed=user,
        kind=AuditKind.LOGIN_FAILED,
        text="wrong code of the second factor",
    )


def password_set(sender, user, **kwargs):
    record(by=user, changed=user, kind=AuditKind.PASSWORD)


def factor_added(sender, user, authenticator, **kwargs):
    _factor(AuditKind.FACTOR_ADDED, user, authenticator)


def factor_removed(sender, user, authenticator, **kwargs):
    _factor(AuditKind.FACTOR_REMOVED, user, authenticator)


def _factor(kind, user, authenticator):
    record(by=user, changed=user, kind=kind, data={"factor": authenticator.type})
