"""What a dealer tells of itself and where it works: one form, one change, one line of history."""

from dataclasses import asdict, dataclass, field

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Dealer, DealerPhone, Outlet
from dealers.places import place_label
from dealers.services.audit import record
from dealers.services.errors import Refused

# Who may set what; see the matrix in docs/security.md.
OWN_FIELDS = ("logo", "email", "website", "description", "phones", "outlets")
MANAGER_FIELDS = ("name", *OWN_FIELDS)
FLAGS = ("is_authorised", "takes_site_orders", "site_calls")
# What decides over orders: changed by administrators, with a reason.
WEIGHTY_FIELDS = ("main_region", "additional_places", *FLAGS)
ADMINISTRATOR_FIELDS = (*MANAGER_FIELDS, *WEIGHTY_FIELDS)
PLAIN_FIELDS = ("name", "email", "website", "description", "main_region", *FLAGS)


@dataclass(frozen=True)
class OutletFacts:
    """An outlet as a form gives it; ``city`` is a Place, coordinates are degrees."""

    city: object
    address: str
    phone: str = ""
    hours: str = ""
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True)
class ProfileChange:
    """A field that changed, in words: what was there before and what after."""

    field: str
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)


class ProfileMoved(Refused):
    """Somebody else has changed the profile since the form was made; ``changes`` says what."""

    def __init__(self, changes):
        super().__init__(
            _("Somebody has changed the profile while you were writing. Nothing is overwritten.")
        )
        self.changes = changes


def fields_for(user):
    """Names of the fields of a profile that a user may set."""
    if user.is_administrator:
        return ADMINISTRATOR_FIELDS
    return MANAGER_FIELDS if user.is_manufacturer else OWN_FIELDS


def snapshot(dealer, fields):
    """The named fields in words, ``{name: [text, …]}``: compared, shown and kept in the history."""
    related = {
        "phones": lambda: [(phone.number, phone.note) for phone in dealer.phones.all()],
        "outlets": lambda: dealer.outlets.select_related("city__parent"),
        "additional_places": lambda: dealer.additional_places.select_related("parent"),
    }
    return in_words(
        {name: related[name]() if name in related else getattr(dealer, name) for name in fields}
    )


def in_words(values):
    """Values of fields as in a snapshot; phones and outlets as ``save_profile`` takes them."""
    words = {}
    for name, value in values.items():
        if name == "phones":
            words[name] = [f"{number} {note}".strip() for number, note in value]
        elif name == "outlets":
            words[name] = [_outlet_words(outlet) for outlet in value]
        elif name == "additional_places":
            words[name] = sorted(place_label(place) for place in value)
        elif name in FLAGS:
            words[name] = ["yes" if value else "no"]
        else:
            words[name] = [str(value)] if value else []
    return words


def differences(before, after):
    """ProfileChanges between two snapshots; of lists only what is gone and what is new."""
    changes = []
    for name, old in before.items():
        new = after.get(name, old)
        if old == new:
            continue
        gone, fresh = _minus(old, new), _minus(new, old)
        # The same items in another order are no change worth telling.
        if gone or fresh:
            changes.append(ProfileChange(name, gone, fresh))
    return changes


@transaction.atomic
def save_profile(*, dealer_id, values, seen, reason="", by):
    """Set fields of a dealer's profile and return the ProfileChanges.

    ``values`` maps names that ``by`` may set (``fields_for``) to values: ``phones`` a list of
    (number, note), ``outlets`` a list of OutletFacts, ``logo`` a file, "" to remove it or None to
    leave it. ``seen`` is the snapshot that the form was made from; where it is not the present one
    ProfileMoved is raised and nothing saved. Raises Refused where a weighty field would change
    without a reason. The change is kept in the dealer's history with who made it and why.
    """
    forbidden = set(values) - set(fields_for(by))
    if forbidden:
        raise ValueError(f"{by.role} may not set {', '.join(sorted(forbidden))}")
    dealer = (
        Dealer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("main_region")
        .get(pk=dealer_id)
    )
    now_there = snapshot(dealer, seen)
    if moved := differences(seen, now_there):
        raise ProfileMoved(moved)
    before = snapshot(dealer, values)
    old_logo = dealer.logo.name
    for name in PLAIN_FIELDS:
        if name in values:
            setattr(dealer, name, values[name])
    if values.get("logo") is not None:
        dealer.logo = values["logo"]
    if "phones" in values:
        _replace_phones(dealer, values["phones"])
    if "outlets" in values:
        _replace_outlets(dealer, values["outlets"])
    if "additional_places" in values:
        dealer.additional_places.set(
            place for place in values["additional_places"] if place != values.get("main_region")
        )
    if values.get("logo"):
        dealer.logo.save(values["logo"].name, values["logo"], save=False)
    changes = differences(before, snapshot(dealer, values))
    if not changes:
        return []
    if not reason and any(change.field in WEIGHTY_FIELDS for change in changes):
        raise Refused(_("Say why the territory or the terms change: the reason stays in history."))
    dealer.version += 1
    with pghistory.context(
        user=by.pk, reason=reason, changes=[asdict(change) for change in changes]
    ):
        dealer.save(
            update_fields=[
                "version",
                "logo",
                *(name for name in PLAIN_FIELDS if name in values),
            ]
        )
    record(
        by=by,
        changed=dealer,
        kind=AuditKind.PROFILE,
        data={"changes": [asdict(change) for change in changes], "reason": reason},
    )
    if old_logo and old_logo != dealer.logo.name:
        # Only what is really no longer named is deleted: the transaction may still fail.
        storage = dealer.logo.storage
        transaction.on_commit(lambda: storage.delete(old_logo))
    return changes


def _replace_phones(dealer, phones):
    """Rows that stay as they are keep their ids."""
    current = [(str(phone.number), phone.note) for phone in dealer.phones.all()]
    if current != [(str(number), note) for number, note in phones]:
        dealer.phones.all().delete()
        DealerPhone.objects.bulk_create(
            DealerPhone(dealer=dealer, number=number, note=note) for number, note in phones
        )


def _replace_outlets(dealer, outlets):
    """Outlets in the given order; those that stay as they are keep their ids."""
    known = list(dealer.outlets.select_related("city"))
    fresh = []
    for facts in outlets:
        same = next((outlet for outlet in known if _facts_of(outlet) == facts), None)
        if same is not None:
            known.remove(same)
        else:
            fresh.append(Outlet(dealer=dealer, **vars(facts)))
    Outlet.objects.filter(pk__in=[outlet.pk for outlet in known]).delete()
    Outlet.objects.bulk_create(fresh)


def _facts_of(outlet):
    return OutletFacts(
        city=outlet.city,
        address=outlet.address,
        phone=str(outlet.phone),
        hours=outlet.hours,
        latitude=outlet.latitude,
        longitude=outlet.longitude,
    )


def _outlet_words(outlet):
    place = f"{outlet.latitude:.5f}, {outlet.longitude:.5f}"
    parts = (place_label(outlet.city), outlet.address, str(outlet.phone), outlet.hours, place)
    return "; ".join(part for part in parts if part)


def _minus(texts, others):
    """Texts that the others lack, repeated ones counted."""
    left = list(others)
    gone = []
    for text in texts:
        if text in left:
            left.remove(text)
        else:
            gone.append(text)
    return gone
