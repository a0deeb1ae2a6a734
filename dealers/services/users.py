"""People of the workspace: switched off and on, never deleted."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Role, User
from dealers.services.audit import record
from dealers.services.errors import Refused
from dealers.services.sessions import end_sessions


def people_managed_by(user):
    """Those whom a user may switch off and on: all, or of a head manager the own dealer's."""
    if user.is_administrator:
        return User.objects.all()
    if user.is_dealer and user.is_head:
        return User.objects.filter(role=Role.DEALER_MANAGER, dealer=user.dealer_id)
    return User.objects.none()


@transaction.atomic
def save_own_profile(*, by, name, phone):
    """Set one's own name and phone (empty: none) and return the user."""
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
    changed = [
        field
        for field, value in (("name", name), ("phone", phone))
        if str(getattr(user, field)) != str(value)
    ]
    user.name, user.phone = name, phone
    if changed:
        user.save(update_fields=changed)
        record(by=by, changed=user, text=f"own profile: {', '.join(changed)}")
    return user


@transaction.atomic
def set_head(*, user_id, is_head, by):
    """Make a dealer's manager a head manager or take that back, and return the user.

    Raises Refused for oneself, so that a dealer with a head keeps one, and for people of the
    manufacturer.
    """
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    if user.pk == by.pk:
        raise Refused(_("Another head manager or the manufacturer changes your own rights."))
    if user.role != Role.DEALER_MANAGER:
        raise Refused(_("Only a dealer has head managers."))
    if user.is_head != is_head:
        user.is_head = is_head
        user.save(update_fields=["is_head"])
        record(by=by, changed=user, kind=AuditKind.HEAD_ON if is_head else AuditKind.HEAD_OFF)
    return user


@transaction.atomic
def set_user_active(*, user_id, is_active, by, now):
    """Switch a person's access on or off and return the user.

    Switching off ends their sessions. Raises Refused for oneself and for the last active
    administrator.
    """
    # All administrators are locked together: two of them may switch each other off at once.
    administrators = list(
        User.objects.select_for_update(no_key=True)
        .filter(role=Role.ADMINISTRATOR, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    if user.is_active == is_active:
        return user
    if not is_active:
        if user.pk == by.pk:
            raise Refused(_("You cannot switch off your own access."))
        if administrators == [user.pk]:
            raise Refused(_("The last administrator cannot be switched off."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    record(
        by=by,
        changed=user,
        kind=AuditKind.ACCESS_ON if is_active else AuditKind.ACCESS_OFF,
        now=now,
    )
    if not is_active:
        end_sessions([user.pk], now=now)
    return user
