"""The workspace's menus, by role."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from suz.common.providers import missing

register = template.Library()

EVERYBODY, DEALER, MANUFACTURER, ADMINISTRATOR = "everybody", "dealer", "manufacturer", "admin"
TESTER = "tester"


@dataclass(frozen=True)
class Entry:
    """A page of the menu; ``marks`` are the names of other addresses that belong to it."""

    name: str
    icon: str
    view: str
    audience: str = EVERYBODY
    tab: str = ""
    marks: tuple[str, ...] = ()
    starts_group: bool = False


ENTRIES = (
    Entry(
        _("Orders"),
        "clipboard-list",
        "order_list",
        marks=("order_card", "order_print", "order_add"),
    ),
    Entry(
        _("Customers"),
        "user",
        "customer_list",
        MANUFACTURER,
        marks=(
            "customer_card",
            "customer_edit",
            "customer_similar",
            "customer_merge",
            "customer_erase",
        ),
    ),
    Entry(_("Attention"), "alert-triangle", "attention_list", MANUFACTURER),
    Entry(_("Quality desk"), "gauge", "quality", MANUFACTURER),
    Entry(
        _("Analytics"),
        "chart-dots",
        "reports",
        MANUFACTURER,
        marks=(
            "report",
            "report_orders",
            "costs",
            "cost_uploads",
            "cost_upload",
            "costs_unmatched",
            "conversions",
            "report_mails",
            "report_mail_look",
        ),
    ),
    Entry(_("Our figures"), "chart-dots", "scorecard", DEALER),
    Entry(
        _("Complaints"),
        "message-report",
        "complaint_list",
        marks=("complaint", "complaint_add"),
    ),
    Entry(_("Messages"), "message", "message_list"),
    Entry(_("Mails and SMS"), "mail", "mail_list", MANUFACTURER, marks=("mail",)),
    Entry(
        _("Dealers"),
        "building-store",
        "dealer_list",
        MANUFACTURER,
        marks=(
            "dealer_card",
            "dealer_points",
            "dealer_terms",
            "dealer_profile",
            "dealer_managers",
            "dealer_register",
            "dealer_assortment",
            "dealer_related",
            "related_review",
        ),
        starts_group=True,
    ),
    Entry(
        _("Our profile"),
        "building-store",
        "own_dealer",
        DEALER,
        marks=("dealer_card", "dealer_profile", "dealer_managers"),
    ),
    Entry(_("Our points"), "coins", "own_points", DEALER, marks=("dealer_points",)),
    Entry(
        _("Our goods"),
        "box",
        "assortment",
        DEALER,
        marks=(
            "assortment_services",
            "related_list",
            "related_add",
            "related_edit",
            "catalogue",
            "category_list",
            "family",
        ),
    ),
    Entry(
        _("Catalogue"),
        "package",
        "catalogue",
        MANUFACTURER,
        marks=(
            "catalogue_product",
            "family",
            "family_add",
            "category_list",
            "category_add",
            "category_edit",
        ),
    ),
    Entry(
        _("Surveys"),
        "star",
        "survey_results",
        marks=("survey_list", "survey_page"),
    ),
    Entry(_("Reviews"), "message-star", "review_list"),
    Entry(_("Dealers' prices"), "chart-bar", "dealer_prices", MANUFACTURER),
    Entry(
        _("Promotions and promo codes"),
        "discount",
        "promotion_list",
        MANUFACTURER,
        marks=(
            "promotion",
            "promotion_add",
            "promotion_edit",
            "promo_code_list",
            "promo_code",
            "promo_code_add",
            "promo_code_edit",
        ),
    ),
    Entry(_("Promotions"), "discount", "own_promotions", DEALER),
    Entry(_("Phones"), "device-mobile", "simulator", TESTER),
    Entry(_("Strategies"), "route", "chain", ADMINISTRATOR),
    Entry(_("Staff"), "users", "user_list", ADMINISTRATOR, marks=("staff_invite",)),
    Entry(
        _("Settings"),
        "settings",
        "settings",
        ADMINISTRATOR,
        marks=(
            "reason_list",
            "reason_add",
            "reason_rename",
            "consent_texts",
            "consent_version",
            "settings_notifications",
            "settings_notification_text",
            "settings_history",
            "survey_settings",
            "survey_preview",
            "question_add",
            "question_edit",
            "integrations",
            "leadsdb_log",
        ),
    ),
    Entry(_("Journal"), "history", "journal", MANUFACTURER, marks=("journal_record",)),
    Entry(_("State of the system"), "heartbeat", "status", MANUFACTURER),
)
QUICK = (
    Entry(pgettext_lazy("orders", "Available"), "inbox", "order_list", tab="available"),
    Entry(pgettext_lazy("orders", "Mine"), "clipboard-list", "order_list", tab="mine"),
    Entry(_("Messages"), "message", "message_list"),
)


def _address(view, **query):
    try:
        return reverse(view, query={key: value for key, value in query.items() if value})
    except NoReverseMatch:
        return None


def _is_for(entry, user):
    return {
        EVERYBODY: True,
        DEALER: user.is_dealer,
        MANUFACTURER: user.is_manufacturer,
        ADMINISTRATOR: user.is_administrator,
        # Whoever holds a customer's phone in the simulator can prove any contact.
        TESTER: settings.TELEPHONY_PROVIDER == "simulator"
        and (settings.DEMO or user.is_administrator),
    }[entry.audience]


def _items(entries, request, tab):
    current = getattr(request.resolver_match, "url_name", "") if request.resolver_match else ""
    for entry in entries:
        address = _address(entry.view, tab=entry.tab)
        if address is None or not _is_for(entry, request.user):
            continue
        here = current == entry.view and (not entry.tab or entry.tab == tab)
        yield {
            "name": entry.name,
            "icon": entry.icon,
            "url": address,
            "view": entry.view,
            "is_current": here or current in entry.marks,
            "starts_group": entry.starts_group,
        }


@register.inclusion_tag("workspace/menu.html", takes_context=True)
def workspace_menu(context):
    """The side menu of wide screens and the bottom bar of phones."""
    request = context["request"]
    return {
        "items": list(_items(ENTRIES, request, "")),
        "quick": list(_items(QUICK, request, context.get("tab", ""))),
        "outside": _address("home"),
        "user": request.user,
        "figures": context.get("figures"),
    }


@register.inclusion_tag("workspace/missing_providers.html")
def missing_providers():
    """What is not set up, as red lines."""
    return {"missing": missing()}
