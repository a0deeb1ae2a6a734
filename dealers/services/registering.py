"""A new dealer."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Dealer, Role
from dealers.services.audit import record
from dealers.services.errors import Refused
from dealers.services.invitations import invite
from suz.common.text import latin


@transaction.atomic
def register_dealer(*, name, main_region, head_name, head_email, by, now):
    """Register a dealer, invite its head manager and return the Dealer.

    It gets no orders until an administrator authorises it. Raises Refused where the name or the
    e-mail is taken.
    """
    try:
        with transaction.atomic():
            dealer = Dealer.objects.create(
                name=name, slug=_free_slug(name), main_region=main_region, registered_at=now
            )
    except IntegrityError:
        raise Refused(_("There is a dealer of this name already.")) from None
    record(by=by, changed=dealer, kind=AuditKind.REGISTERED, now=now)
    invite(
        email=head_email,
        name=head_name,
        role=Role.DEALER_MANAGER,
        dealer=dealer,
        is_head=True,
        by=by,
        now=now,
    )
    return dealer


def _free_slug(name):
    base = latin(name)[:140] or "dealer"
    taken = set(Dealer.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
