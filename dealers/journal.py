"""The journal as people read it: what each record says, and what it may be narrowed by."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from dealers.forms import SettingsForm
from dealers.models import AuditKind, AuditRecord, Role
from dealers.templatetags.dealers import FIELD_NAMES, signed
from notifications.events import EVENTS
from notifications.models import Audience, Channel, Mode
from notifications.models import SettingChange as MessageSetting
from suz.common.text import measure, money, number

SETTINGS = (
    "SETTINGS",
    "MESSAGES",
    "CONSENTS",
    "CHAIN",
    "REASON_ADDED",
    "REASON_RENAMED",
    "REASON_ON",
    "REASON_OFF",
    "REASON_MOVED",
    "SURVEYS",
    "ANALYTICS",
    "CHANNELS",
    "QUESTION_ADDED",
    "QUESTION_EDITED",
    "QUESTION_ON",
    "QUESTION_OFF",
    "QUESTION_MOVED",
    "QUESTION_REMOVED",
    "LEADSDB",
    "LEADSDB_SYNC",
    "LEADSDB_SYNC_STOP",
    "WEBHOOK_ADDED",
    "WEBHOOK",
    "WEBHOOK_SECRET",
    "TOKEN_ADDED",
    "TOKEN_REVOKED",
)
# Changes of the settings in the wide sense, which the settings' own tab shows.
OF_SETTINGS = tuple(AuditKind[name] for name in SETTINGS)
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
        gettext_lazy("Catalogue and promotions"),
        (
            "PRODUCT_HIDDEN",
            "PRODUCT_SHOWN",
            "PROMOTION_JOINED",
            "PROMOTION_LEFT",
            "PROMOTION_ENDED",
        ),
    ),
    (gettext_lazy("Settings"), SETTINGS),
    (
        gettext_lazy("Orders"),
        ("PHONE", "LINES", "DETAILS", "ORDER_DELETED", "ORDER_RESTORED"),
    ),
    (
        gettext_lazy("Surveys and reviews"),
        (
            "SURVEY_VOIDED",
            "REVIEW_PUBLISHED",
            "REVIEW_REJECTED",
            "REVIEW_REPLY",
            "REPLY_HIDDEN",
            "REPLY_SHOWN",
        ),
    ),
    (
        gettext_lazy("Customers"),
        (
            "CUSTOMER",
            "CUSTOMERS_MERGED",
            "CUSTOMERS_SPLIT",
            "CUSTOMER_FILE",
            "CUSTOMER_ERASED",
        ),
    ),
    (
        gettext_lazy("Costs of advertising"),
        ("COSTS", "COSTS_BACK", "COST_WRITTEN", "COST_REMOVED", "COST_ALIAS"),
    ),
    (gettext_lazy("Other"), ("EXPORT", "CREATED", "CHANGED", "REMOVED")),
)
# Kinds of objects in the order of the filter; models are named because some lie a layer above.
TYPES = (
    "orders.order",
    "orders.customer",
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
    "catalog.promotion",
    "orders.promocode",
    "surveys.invitation",
    "surveys.review",
    "surveys.question",
    "surveys.surveysettings",
    "analytics.endpoint",
    "analytics.syncrun",
)
# Where an object is looked at: the name of the address, which takes the object's number.
PAGES = {
    "orders.order": "order_card",
    "orders.customer": "customer_card",
    "orders.reason": "reason_rename",
    "orders.promocode": "promo_code",
    "dealers.dealer": "dealer_card",
    "catalog.category": "category_edit",
    "catalog.productfamily": "family",
    "catalog.product": "catalogue_product",
    "catalog.promotion": "promotion",
    "surveys.invitation": "survey_page",
}
# The page of a dealer's related product, which takes the dealer's number first.
RELATED_PAGE = "related_review"
# Of these some are really deleted, and then lead nowhere.
DELETABLE = ("catalog.productfamily", "catalog.product")
# What a change with a subject is a column of: a variant of the family.
PARTS = {"catalog.productfamily": "catalog.product"}
# Pages that are about no one object, with what they are asked.
LISTS = {
    "dealers.systemsettings": "settings",
    "orders.consentversion": "consent_texts",
    "distribution.chain": "chain",
    "dealers.user": "user_list",
    "surveys.review": "review_list",
    "surveys.question": "survey_settings",
    "surveys.surveysettings": "survey_settings",
    "analytics.endpoint": "integrations",
    "analytics.syncrun": "integrations",
}
TABLES = {
    "orders": gettext_lazy("table of orders"),
    "complaints": gettext_lazy("table of complaints"),
    "customers": gettext_lazy("table of customers"),
    "dealers": gettext_lazy("table of dealers"),
    "products": gettext_lazy("table of products"),
    "prices": gettext_lazy("price list"),
    "journal": gettext_lazy("the journal"),
    "surveys": gettext_lazy("answers to surveys"),
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
    "complaint": gettext_lazy("categories of complaints"),
}
# Texts that services give along with a record.
WORDS = {"wrong code of the second factor": gettext_lazy("wrong code of the second factor")}
CONSENT_TEXTS = {
    "processing": gettext_lazy("Processing of personal data"),
    "dealer": gettext_lazy("Passing the data to a dealer"),
    "calls": gettext_lazy("Calls by a robot"),
    "term": gettext_lazy("How long it holds and how to withdraw it"),
}
# Fields that are no columns of their object, or are called otherwise there.
FIELDS = {
    "customer_name": pgettext_lazy("customer", "name"),
    "variant": gettext_lazy("variant"),
    "price": gettext_lazy("price, ₽"),
    "in_stock": gettext_lazy("in stock"),
    "lines": gettext_lazy("contents of the order"),
    "services": gettext_lazy("services"),
    "pin": gettext_lazy("pin on the map"),
}
FLAGS = ("in_stock",)
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
    if "other" in data:
        found.append(_("customer № %(number)s") % {"number": data["other"]})
    if "orders" in data:
        count = data["orders"]
        found.append(ngettext("%(count)s order", "%(count)s orders", count) % {"count": count})
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
    if "promotion" in data:
        found.append(_("promotion “%(name)s”") % {"name": data["promotion"]})
    if "fields" in data:
        found.append(", ".join(_field_name(record, {"field": name}) for name in data["fields"]))
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
            capfirst(_field_name(record, change)),
            _words(record, change, "before"),
            _words(record, change, "after"),
        )
        for change in record.data.get("changes", ())
    ]


def setting_changes(moved):
    """SettingChanges in words."""
    record = AuditRecord(
        kind=AuditKind.SETTINGS, data={"changes": [vars(change) for change in moved]}
    )
    return changes(record)


def gone(records):
    """(type, number) of those objects of the records that were deleted since."""
    found = set()
    for label in DELETABLE:
        numbers = {one.object_id for one in records if one.object_type == label}
        if numbers:
            left = apps.get_model(label).objects.filter(pk__in=numbers).values_list("pk", flat=True)
            found |= {(label, number) for number in numbers.difference(left)}
    return found


def _field_name(record, change):
    """What a changed field is called, with what it belongs to where that is a part."""
    field = change["field"]
    if record.kind == AuditKind.SETTINGS and field in SettingsForm._meta.labels:
        return str(SettingsForm._meta.labels[field])
    if record.kind == AuditKind.MESSAGES:
        return _message_setting(change)
    if record.kind == AuditKind.CONSENTS:
        return str(CONSENT_TEXTS.get(field, field))
    if record.kind == AuditKind.CHAIN:
        return _("Chain")
    if record.object_type == "dealers.dealer" and field in FIELD_NAMES:
        return str(FIELD_NAMES[field])
    column = _column(record, change)
    name = str(FIELDS.get(field) or (column.verbose_name if column else field))
    return f"{change['subject']}: {name}" if change.get("subject") else name


def _message_setting(change):
    """Which text or choice of which message: its event, whom it is for, by what channel."""
    code, audience, channel = change["subject"].split(":")
    event = EVENTS.get(code)
    name = capfirst(event.name) if event else code
    whose = dict(Audience.choices).get(audience, audience)
    way = dict(Channel.choices).get(channel, channel)
    what = dict(MessageSetting.What.choices).get(change["field"], change["field"])
    return f"{name}, {whose}, {way}: {what}"


def _column(record, change):
    """The column of the database that a change is of, None where it is of none."""
    label = record.object_type
    if change.get("subject"):
        label = PARTS.get(label, label)
    try:
        column = apps.get_model(label)._meta.get_field(change["field"])
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return column if isinstance(column, models.Field) else None


def _words(record, change, side):
    """A value before or after, or each of a list of values, in words."""
    field, value = change["field"], change.get(side)
    if record.kind in (AuditKind.ASSORTMENT, AuditKind.ASSORTMENT_BACK):
        return [_terms(value)]
    if record.kind == AuditKind.MESSAGES:
        is_mode = field == MessageSetting.What.MODE
        return [
            str(dict(Mode.choices).get(value, value))
            if is_mode
            else value or _("the product’s own text")
        ]
    if field == "logo":
        return [_("picture") for _text in value or ()]
    if field == "picture":
        return _picture(change, side)
    if record.kind == AuditKind.SETTINGS and isinstance(value, list):
        return [value[-1]]
    values = value if isinstance(value, list) else [value]
    column = _column(record, change)
    if isinstance(column, models.BooleanField) or field in FLAGS:
        return [_("yes") if one in (True, "yes", "on") else _("no") for one in values]
    return [_word(one, column) for one in values]


def _picture(change, side):
    """Names of files say nothing to anybody: what happened to the picture."""
    if side == "before":
        return []
    if change.get("before") == change.get("after"):
        return [pgettext("picture", "changed")]
    return [_("another picture") if change.get("after") else _("no picture")]


def _word(value, column):
    if value is None or value == "":
        return str(UNSET)
    # Histories of dealers keep switches as words of their own.
    if value is True or value == "yes":
        return _("yes")
    if value is False or value == "no":
        return _("no")
    if isinstance(value, int):
        return number(value)
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    try:
        if isinstance(column, models.DateField) and (day := parse_date(value)):
            return date_format(day, "SHORT_DATE_FORMAT")
        if isinstance(column, models.DecimalField):
            written = money if "₽" in str(column.verbose_name) else measure
            return written(Decimal(value.replace(",", ".")))
    except (ValueError, InvalidOperation):
        return str(value)
    return str(value)


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
