"""Inviting people to work here: by e-mail, with a link that works once."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Invitation, InvitationState, Role, User
from dealers.services.audit import record
from dealers.services.errors import Refused
from notifications.events import INVITATION
from notifications.models import Audience
from notifications.outbox import Draft, enqueue, withdraw
from suz.common import links

PURPOSE = "invitation"
VALID_FOR = timedelta(days=7)


def may_manage(user, *, role, dealer_id):
    """Whether a user invites and switches off people of this role and dealer."""
    if user.is_administrator:
        return True
    return (
        user.is_dealer
        and user.is_head
        and role == Role.DEALER_MANAGER
        and dealer_id == user.dealer_id
    )


@transaction.atomic
def invite(*, email, name, role, dealer=None, is_head=False, by, now):
    """Ask a person by e-mail to work here and return the Invitation.

    Raises Refused where the address belongs to somebody or is invited already.
    """
    if not may_manage(by, role=role, dealer_id=dealer and dealer.pk):
        raise ValueError(f"{by} may not invite people of this role")
    email = email.lower()
    if User.objects.filter(email=email).exists():
        raise Refused(_("A person with this e-mail works here already."))
    Invitation.objects.filter(
        email=email, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__lte=now
    ).update(revoked_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                name=name,
                role=role,
                dealer=dealer,
                is_head=is_head,
                invited_by=by,
                created_at=now,
                expires_at=now + VALID_FOR,
            )
    except IntegrityError:
        raise Refused(
            _("This e-mail has been invited already: revoke that invitation or send it again.")
        ) from None
    record(
        by=by,
        changed=invitation,
        kind=AuditKind.INVITED,
        data={"role": role, "dealer": dealer.name if dealer else "", "is_head": is_head},
        now=now,
    )
    _send(invitation, by=by, now=now)
    return invitation


@transaction.atomic
def resend(*, invitation_id, by, now):
    """Send an invitation with a new link; the earlier one no longer works. Raises Refused."""
    invitation = _open(invitation_id, now)
    invitation.version += 1
    invitation.expires_at = now + VALID_FOR
    invitation.save(update_fields=["version", "expires_at"])
    record(by=by, changed=invitation, kind=AuditKind.INVITED_AGAIN, now=now)
    withdraw(subject_key=_subject(invitation), event=INVITATION, now=now)
    _send(invitation, by=by, now=now)
    return invitation


@transaction.atomic
def revoke(*, invitation_id, by, now):
    """Make an invitation void. Raises Refused."""
    invitation = _open(invitation_id, now)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    record(by=by, changed=invitation, kind=AuditKind.INVITATION_REVOKED, now=now)
    withdraw(subject_key=_subject(invitation), event=INVITATION, now=now)
    return invitation


def invitation_for(token, *, now):
    """The Invitation that a link opens, or None: wrong, old, revoked and used ones look alike."""
    found = Invitation.objects.filter(pk=links.object_id(token)).select_related("dealer").first()
    return found if found and _opens(found, token, now) else None


@transaction.atomic
def accept(*, token, password, now):
    """Make the invited person a user and return it, or None where the link no longer works."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("dealer")
        .filter(pk=links.object_id(token))
        .first()
    )
    if invitation is None or not _opens(invitation, token, now):
        return None
    if User.objects.filter(email=invitation.email).exists():
        return None
    user = User.objects.create_user(
        invitation.email,
        password,
        name=invitation.name,
        role=invitation.role,
        dealer=invitation.dealer,
        is_head=invitation.is_head,
        date_joined=now,
    )
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    record(by=user, changed=user, kind=AuditKind.JOINED, now=now)
    return user


def _opens(invitation, token, now):
    return (
        links.verify(token, PURPOSE, invitation.pk, invitation.version)
        and invitation.state_at(now) == InvitationState.SENT
        and (invitation.dealer is None or invitation.dealer.is_active)
    )


def _open(invitation_id, now):
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if invitation.state_at(now) in (InvitationState.ACCEPTED, InvitationState.REVOKED):
        raise Refused(_("This invitation has been answered or revoked meanwhile."))
    return invitation


def _subject(invitation):
    return f"invitation:{invitation.pk}"


def _send(invitation, *, by, now):
    path = reverse("invitation", args=[links.sign(PURPOSE, invitation.pk, invitation.version)])
    is_dealers = invitation.role == Role.DEALER_MANAGER
    enqueue(
        [
            Draft(
                event=INVITATION,
                audience=Audience.DEALER if is_dealers else Audience.MANUFACTURER,
                subject_key=_subject(invitation),
                context={
                    "dealer": invitation.dealer.name if invitation.dealer else "",
                    "manager": by.name,
                    "link": path,
                },
                url=path,
                email=invitation.email,
                on_site=False,
            )
        ],
        now=now,
    )
