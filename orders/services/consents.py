"""The texts of the consents: every change is a new version."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import ConsentVersion
from orders.services.errors import OrderError


class ConsentsMoved(OrderError):
    """Somebody else has changed the texts since the form was made; ``version`` is theirs."""

    def __init__(self, version):
        super().__init__(
            _("Somebody has changed the texts while you were writing. Nothing is overwritten.")
        )
        self.version = version


@transaction.atomic
def save_texts(*, texts, seen, by, now):
    """Make the texts (by name, see ConsentVersion.TEXTS) the version that counts and return it.

    None where nothing has changed. ``seen`` is the number of the version that the form was made
    from; raises ConsentsMoved where it is no longer the newest one.
    """
    latest = ConsentVersion.objects.select_for_update(of=("self",)).order_by("-number").first()
    # Whoever waited for the lock still holds the row that was the newest before.
    latest = ConsentVersion.objects.select_related("created_by").order_by("-number").first()
    if latest.number != seen:
        raise ConsentsMoved(latest)
    changes = [
        {"field": name, "before": getattr(latest, name), "after": texts[name]}
        for name in ConsentVersion.TEXTS
        if texts[name] != getattr(latest, name)
    ]
    if not changes:
        return None
    version = ConsentVersion.objects.create(
        number=latest.number + 1, **texts, created_by=by, created_at=now
    )
    record(
        by=by,
        changed=version,
        kind=AuditKind.CONSENTS,
        label="",
        data={"changes": changes, "version": version.number},
        now=now,
    )
    return version
