"""The journal as people read it: what each record says, and what it may be narrowed by."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dealers.filters import SELECT, search_filter
from dealers.forms import SettingsForm
from dealers.models import AuditKind, AuditRecord, Role, User
from dealers.templatetags.dealers import FIELD_NAMES, signed
from suz.common.search import digits_of
from suz.common.text import money, number

# Kinds of deeds in the order of the filter.
GROUPS = (
    (
        gettext_lazy("Logins"),
        ("LOGIN", "LOGIN_FAILED", "LOGOUT", "PASSWORD", "FACTOR_ADDED", "FACTOR_REMOVED"),
    ),
    (
        gettext_lazy("People"),
        (
            "INVITED",
            "INVITED_AGAIN",
            "INVITATION_REVOKED",
            "JOINED",
            "ACCESS_ON",
            "ACCESS_OFF",
            "HEAD_ON",
            "HEAD_OFF",
        ),
    ),
    (gettext_lazy("Dealers"), ("REGISTERED", "PROFILE", "TERMS", "POINTS")),
    (
        gettext_lazy("Prices and assortment"),
        ("ASSORTMENT", "ASSORTMENT_BACK", "SERVICES", "PRICES", "PRICES_BACK"),
    ),
    (
        gettext_lazy("Settings"),
        (
            "SETTINGS",
            "CONSENTS",
            "CHAIN",
            "REASON_ADDED",
            "REASON_RENAMED",
            "REASON_ON",
            "REASON_OFF",
            "REASON_MOVED",
        ),
    ),
    (gettext_lazy("Orders"), ("PHONE", "ORDER_DELETED", "ORDER_RESTORED")),
    (gettext_lazy("Other"), ("EXPORT", "CREATED", "CHANGED", "REMOVED")),
)
# Changes of the settings in the wide sense, which the settings' own tab shows.
OF_SETTINGS = tuple(
    AuditKind[name]
    for name in (
        "SETTINGS",
        "CONSENTS",
        "CHAIN",
        "REASON_ADDED",
        "REASON_RENAMED",
        "REASON_ON",
        "REASON_OFF",
        "REASON_MOVED",
    )
)
# Kinds of objects in the order of the filter; models are named because some lie a layer above.
TYPES = (
    "orders.order",
    "dealers.dealer",
    "dealers.user",
    "dealers.invitation",
    "dealers.systemsettings",
    "orders.consentversion",
    "orders.reason",
    "distribution.chain",
    "catalog.category",
    "catalog.productfamily",
    "catalog.product",
)
# Where an object is looked at: the name of the address, which takes the object's number.
PAGES = {
    "orders.order": "order_card",
    "orders.reason": "reason_rename",
    "dealers.dealer": "dealer_card",
}
# Pages that are about no one object, with what they are asked.
LISTS = {
    "dealers.systemsettings": "settings",
    "orders.consentversion": "consent_texts",
    "distribution.chain": "chain",
    "dealers.user": "user_list",
}
TABLES = {
    "orders": gettext_lazy("table of orders"),
    "dealers": gettext_lazy("table of dealers"),
    "products": gettext_lazy("table of products"),
    "prices": gettext_lazy("price list"),
    "journal": gettext_lazy("the journal"),
}
FACTORS = {
    "totp": gettext_lazy("codes of an application"),
    "recovery_codes": gettext_lazy("recovery codes"),
    "webauthn": gettext_lazy("key"),
}
REASON_LISTS = {
    "decline": gettext_lazy("reasons to decline"),
    "give_up": gettext_lazy("reasons to give up"),
    "cancel": gettext_lazy("reasons to cancel"),
}
# Texts that services give along with a record.
WORDS = {"wrong code of the second factor": gettext_lazy("wrong code of the second factor")}
CONSENT_TEXTS = {
    "processing": gettext_lazy("Processing of personal data"),
    "dealer": gettext_lazy("Passing the data to a dealer"),
    "calls": gettext_lazy("Calls by a robot"),
    "term": gettext_lazy("How long it holds and how to withdraw it"),
}
UNSET = gettext_lazy("not set")


@dataclass(frozen=True)
class Change:
    """A field's value before and after, in words."""

    field: str
    before: list
    after: list


def kind_choices():
    """Kinds of deeds by group, for a select."""
    return [
        (title, [(AuditKind[name].value, capfirst(AuditKind[name].label)) for name in names])
        for title, names in GROUPS
    ]


def type_choices():
    """Kinds of objects, for a select."""
    return [(label, capfirst(type_name(label))) for label in TYPES if type_name(label)]


def type_name(label):
    """What objects of a model's label are called; empty for a model that is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""


def notes(record):
    """What a record says besides its kind and its object: short texts."""
    data = record.data
    found = []
    if "table" in data:
        found.append(str(TABLES.get(data["table"], data["table"])))
    if "count" in data:
        found.append(_counted(record.kind, data["count"]))
    if "format" in data:
        found.append(data["format"])
    if "points" in data:
        found.append(_("%(points)s, balance %(balance)s") % _points(data))
    if "file" in data:
        found.append(_("file “%(name)s”") % {"name": data["file"]})
    if data.get("role"):
        found.append(_role(data))
    if data.get("dealer"):
        found.append(data["dealer"])
    if "factor" in data:
        found.append(str(FACTORS.get(data["factor"], data["factor"])))
    if "list" in data:
        found.append(str(REASON_LISTS.get(data["list"], data["list"])))
    if "version" in data:
        found.append(_("version %(number)s") % {"number": data["version"]})
    if data.get("text"):
        found.append(str(WORDS.get(data["text"], data["text"])))
    return found


def changes(record):
    """What became what, as Changes in words."""
    return [
        Change(
            field_name(record, change["field"]),
            _words(record, change["field"], change.get("before")),
            _words(record, change["field"], change.get("after")),
        )
        for change in record.data.get("changes", ())
    ]


def setting_changes(moved):
    """SettingChanges in words."""
    record = AuditRecord(
        kind=AuditKind.SETTINGS, data={"changes": [vars(change) for change in moved]}
    )
    return changes(record)


def field_name(record, field):
    """What a changed field is called."""
    if record.kind == AuditKind.SETTINGS and field in SettingsForm._meta.labels:
        return str(SettingsForm._meta.labels[field])
    if record.kind == AuditKind.CONSENTS:
        return str(CONSENT_TEXTS.get(field, field))
    if record.kind == AuditKind.CHAIN:
        return _("Chain")
    if record.object_type == "dealers.dealer" and field in FIELD_NAMES:
        return capfirst(FIELD_NAMES[field])
    try:
        return capfirst(apps.get_model(record.object_type)._meta.get_field(field).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return field


def _words(record, field, value):
    """A value, or each of a list of values, in words."""
    if record.kind in (AuditKind.ASSORTMENT, AuditKind.ASSORTMENT_BACK):
        return [_terms(value)]
    if field == "logo":
        return [_("picture") for _text in value or ()]
    if record.kind == AuditKind.SETTINGS and isinstance(value, list):
        return [value[-1]]
    values = value if isinstance(value, list) else [value]
    return [_word(one) for one in values]


def _word(value):
    if value is None or value == "":
        return str(UNSET)
    # Histories of dealers keep switches as words of their own.
    if value is True or value == "yes":
        return _("yes")
    if value is False or value == "no":
        return _("no")
    return number(value) if isinstance(value, int) else str(value)


def _terms(terms):
    """A dealer's word on a product: [in stock, own price or None]; None: it had none."""
    if terms is None:
        return str(UNSET)
    in_stock, price = terms
    stock = _("in stock") if in_stock else _("not in stock")
    return f"{stock}, {money(price)}" if price is not None else stock


def _counted(kind, count):
    if kind == AuditKind.EXPORT:
        text = ngettext("%(count)s row", "%(count)s rows", count)
    else:
        text = ngettext("%(count)s product", "%(count)s products", count)
    return text % {"count": number(count)}


def _points(data):
    return {"points": signed(data["points"]), "balance": number(data["balance"])}


def _role(data):
    role = Role(data["role"]).label if data["role"] in Role.values else data["role"]
    return _("%(role)s, head") % {"role": role} if data.get("is_head") else str(role)


ANY = pgettext_lazy("filter", "any")
# Days that no record is from; beyond them dates have no moment in every zone.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)
DATE = {"type": "date", "class": "form-control"}


class JournalFilter(django_filters.FilterSet):
    """Records by words, period, person, kind and object.

    ``object`` is "label:number" and comes by links only.
    """

    q = search_filter(gettext_lazy("Object or number of an order"))
    since = django_filters.DateFilter(
        label=pgettext_lazy("day", "From"),
        method="from_day",
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    until = django_filters.DateFilter(
        label=pgettext_lazy("day", "To"),
        method="to_day",
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    actor = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Who"),
        queryset=User.objects.order_by("name"),
        empty_label=pgettext_lazy("person", "anybody"),
        widget=forms.Select(attrs=SELECT),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("What"),
        choices=kind_choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    object_type = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of object"),
        choices=type_choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    object = django_filters.CharFilter(
        label="", method="of_object", max_length=60, widget=forms.HiddenInput
    )

    class Meta:
        model = AuditRecord
        fields = ()

    def search(self, queryset, name, value):
        found = Q(label_lower__startswith=value.lower())
        digits = digits_of(value)
        if digits and len(digits) < 19:
            found |= Q(object_type="orders.order", object_id=int(digits))
        return queryset.alias(label_lower=Lower("label")).filter(found)

    def from_day(self, queryset, name, value):
        return queryset if value < FIRST_DAY else queryset.filter(at__gte=_midnight(value))

    def to_day(self, queryset, name, value):
        if value >= LAST_DAY:
            return queryset
        if value < FIRST_DAY:
            return queryset.none()
        return queryset.filter(at__lt=_midnight(value + timedelta(days=1)))

    def of_object(self, queryset, name, value):
        label, _colon, digits = value.partition(":")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return queryset.none()
        return queryset.filter(object_type=label, object_id=int(digits))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
