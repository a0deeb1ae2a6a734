"""Fields that a role may not set are ignored when posted.

Every address that takes a POST is sent a good form twice by every role that may send one: as the
page has it, and with fields that the page does not have. Both must leave the same behind.
"""

import uuid

import lxml.html
import pytest
from django.db import transaction
from django.urls import reverse

from catalog.importing.models import PriceUpload
from catalog.models import (
    Category,
    DealerProduct,
    DealerService,
    Product,
    ProductFamily,
    Promotion,
    PromotionDealer,
)
from dealers.models import AuditRecord, Dealer, Invitation, PointsEntry, SystemSettings, User
from notifications.models import ChannelSetting, Preferences, RecipientChoice
from orders.consents import consent_token
from orders.models import (
    Assignment,
    Complaint,
    ComplaintEntry,
    ConsentVersion,
    Customer,
    CustomerNote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
    PromoCode,
    Reason,
)
from tests.factories import NOW, DealerFactory, OfferFactory, OrderFactory, reason
from tests.test_access_matrix import (
    ADMINISTRATOR,
    DEALER,
    MATRIX,
    ROLES,
    VISITOR,
    address,
    world,
)

__all__ = ["world"]

# What anybody would like to set, by names of fields and of columns.
EXTRA = {
    "points": "100000",
    "balance": "100000",
    "dealer_id": "1",
    "manager": "1",
    "manager_id": "1",
    "status": "completed",
    "cycle": "9",
    "price": "1",
    "placed_price": "1",
    "recommended_price": "1",
    "total": "1",
    "goods_total": "1",
    "earned_points": "500",
    "contact_kind": "call",
    "is_active": "on",
    "is_authorised": "on",
    "takes_site_orders": "on",
    "site_calls": "on",
    "whole_line": "on",
    "own_prices": "on",
    "main_region": "1",
    "registered_at": "2000-01-01",
    "role": "administrator",
    "is_head": "on",
    "is_superuser": "on",
    "is_staff": "on",
    "user": "1",
    "by": "1",
    "actor": "1",
    "made_by": "1",
    "created_by": "1",
    "customer": "1",
    "phone_shown": "on",
    "deleted_at": "2000-01-01",
    "state": "applied",
    "order": "1",
    "number": "99",
    "version": "99",
    "text_version": "99",
    "id": "1",
    "pk": "1",
}
# Fields of EXTRA that the page itself has, for those who may set them.
OWN = {
    # Whose phones are held is what the page asks for.
    "simulator_act": {"order", "manager"},
    "dealer_terms": {
        "is_active",
        "is_authorised",
        "takes_site_orders",
        "site_calls",
        "whole_line",
        "own_prices",
    },
    "dealer_profile": {"main_region", "is_authorised", "takes_site_orders", "site_calls"},
    "dealer_register": {"main_region"},
    "dealer_managers": {"is_head"},
    "staff_invite": {"role"},
    "assortment_row": {"price"},
    "assortment_terms": {"whole_line", "own_prices"},
    "assortment_services": {"price"},
    "order_assign": {"dealer"},
    "chain_switch": {"is_active"},
    "order_accept": {"cycle"},
    "complaint_add": {"order"},
    "integrations": {"user"},
}
WATCHED = (
    (Dealer, ("name", "points", "is_active", "is_authorised", "takes_site_orders", "site_calls")),
    (Dealer, ("whole_line", "own_prices", "main_region_id", "registered_at__year")),
    (User, ("email", "role", "dealer_id", "is_head", "is_active", "is_superuser")),
    (Invitation, ("email", "role", "dealer__name", "is_head", "invited_by_id")),
    (Order, ("status", "dealer_id", "manager_id", "cycle", "total", "goods_total")),
    (
        Order,
        ("price_min", "price_max", "deleted_at__year", "contact_kind", "earned", "phone", "source"),
    ),
    (OrderLine, ("product_id", "quantity", "price", "placed_price", "total")),
    (Offer, ("dealer_id", "state")),
    (Assignment, ("dealer_id", "manager_id", "end")),
    (HistoryEntry, ("kind", "actor_id", "dealer_id", "by_customer", "is_visible", "text")),
    (PointsEntry, ("dealer_id", "amount", "kind", "created_by_id")),
    (Category, ("name", "description", "position", "is_active")),
    (ProductFamily, ("name", "category_id", "position")),
    (Product, ("name", "recommended_price", "is_active", "owner_id", "hidden_at__year")),
    (Promotion, ("name", "percent", "starts_on", "ends_on", "ended_at__year", "created_by_id")),
    (PromotionDealer, ("promotion__name", "dealer_id", "joined_by_id")),
    (PromoCode, ("code", "percent", "amount", "uses", "max_uses", "is_active", "created_by_id")),
    (AuditRecord, ("kind", "actor_id", "object_type")),
    (DealerProduct, ("dealer_id", "product__name", "in_stock", "price")),
    (DealerService, ("dealer_id", "service", "price")),
    (PriceUpload, ("dealer_id", "state", "created_by_id")),
    (Reason, ("kind", "party", "text", "is_active")),
    (Complaint, ("order_id", "dealer_id", "state", "owner_id", "outcome", "text", "created_by_id")),
    (ComplaintEntry, ("kind", "text", "actor_id", "by_customer")),
    (ConsentVersion, ("number", "created_by_id")),
    (Customer, ("name", "phone", "email", "merged_into_id", "erased_at", "version", "bought")),
    (CustomerNote, ("customer_id", "author_id", "text", "deleted_at__year")),
    (ChannelSetting, ("event", "audience", "channel", "mode", "subject", "body")),
    (Preferences, ("user_id", "digest_hour", "sound")),
    (RecipientChoice, ("key", "by_email", "by_sms")),
    (SystemSettings, ("points_completed", "points_failed", "term_days", "dealers_see_only_own")),
)


def snapshot():
    """What stands in the watched columns; numbers of rows are let be, they differ each time."""
    return [
        (model.__name__, sorted(map(repr, model.objects.values_list(*fields))))
        for model, fields in WATCHED
    ]


def good_form(world, name, client):
    """A form that the address takes; {} where it asks for nothing."""
    order = world["order"]
    if name == "settings":
        form = client.get(reverse(name)).context["form"]
        return {field.name: field.value() for field in form if field.value() not in (None, False)}
    if name == "dealer_profile":
        page = client.get(address(world, name)).context
        form = {
            field.name: field.value()
            for field in page["form"]
            if field.value() not in (None, False, "")
        }
        for rows in (page["phones"], page["outlets"]):
            form |= {f"{rows.prefix}-TOTAL_FORMS": "0", f"{rows.prefix}-INITIAL_FORMS": "0"}
        return form | {"description": "О нас"}
    if name in EDITED:
        return form_of_page(client, address(world, name)) | edited(world, name)
    promotion = {
        "name": "Осень",
        "percent": "5",
        "starts_on": "2026-06-01",
        "ends_on": "2099-06-30",
    }
    return {
        "order_decline": {"reason": reason().pk},
        "order_give_up": {"reason": reason("give_up").pk},
        "order_move": {"target": "processed"},
        "order_complete": {"earned": "400"},
        "order_cancel": {"reason": reason("cancel").pk},
        "order_comment": {"text": "Слово"},
        "order_assign": {"dealer": world["dealer"].pk},
        "attention_assign": {"dealer": world["dealer"].pk},
        "order_reopen": {"reason": "Так надо"},
        "order_export": {"kind": "csv"},
        "dealer_export": {"kind": "csv"},
        "journal_export": {"kind": "csv"},
        "dealer_terms": {"reason": "Проверка", "is_active": "on"},
        "dealer_managers": {"email": "n@example.com", "name": "Новый"},
        "staff_invite": {
            "email": "n@example.com",
            "name": "Новый",
            "role": "manufacturer_manager",
        },
        "dealer_register": {
            "name": "Новый дилер",
            "main_region": world["region"].pk,
            "head_name": "Глава",
            "head_email": "head@example.com",
        },
        "points_add": {"amount": "5", "reason": "Проверка"},
        "catalogue_export": {"kind": "csv"},
        "catalogue_price": {"price": "777", "seen": world["product"].recommended_price},
        "category_add": {"name": "Новая"},
        "related_add": {"name": "Клей", "price": "300", "unit": "piece", "is_active": "on"},
        "related_review": {"reason": "Не наш товар"},
        "promotion_add": promotion,
        "dealer_promotion_add": {"promotion": world["promotion"].pk},
        "dealer_promotion_remove": {"promotion": world["promotion"].pk},
        "promo_code_add": {
            "code": "НОВЫЙ",
            "kind": "percent",
            "percent": "5",
            "starts_on": "2026-06-01",
        },
        "order_promo": {"code": world["promo_code"].code},
        "order_comment_show": {"visible": "0"},
        "reason_add": {"party": "customer", "text": "Иное"},
        "reason_rename": {"text": "Иное"},
        "consent_texts": {
            "processing": "а",
            "dealer": "б",
            "calls": "в",
            "term": "г",
            "seen": "1",
        },
        "settings_notification_text": {"subject": "Заказ", "body": "Заказ № {{ order }} изменён"},
        "settings_notification_preview": {"subject": "Заказ", "body": "Заказ № {{ order }}"},
        "settings_notification_test": {"subject": "Заказ", "body": "Заказ № {{ order }}"},
        "customer_channels": {"by_sms": "on"},
        **complaint_forms(world),
        "customer_export": {"kind": "csv"},
        "customer_note_add": {"text": "Слово"},
        "customer_note_edit": {"text": "Иначе"},
        "cart_add": {"product": world["product"].pk, "quantity": "1"},
        "order_add": {
            "action": "count",
            "form_key": uuid.UUID(int=7),
            "consent_version": consent_token(1),
            "name": "Роман",
            "phone": "8 900 123-45-67",
            "city": order.place.name,
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
            "lines-0-product": world["product"].pk,
            "lines-0-quantity": "1",
        },
    }.get(name, {})


def complaint_forms(world):
    """Good forms of what can be done to a complaint that nobody has taken yet."""
    seen = {"seen": world["complaint"].entries.get().pk}
    category = reason("complaint", "customer").pk
    # The same each time, so that both complaints that are compared are alike.
    new = {"category": category, "text": "Не привезли", "key": uuid.UUID(int=9)}
    return {
        "complaint_add": {"order": world["order"].pk} | new,
        "complaint_export": {"kind": "csv"},
        "complaint_take": seen,
        "complaint_give": {"owner": world["users"][ADMINISTRATOR].pk} | seen,
        "complaint_change": {"category": category, "due_on": "2099-01-01"} | seen,
        "complaint_note": {"text": "Заметка"},
        "complaint_statement": {"text": "Уже в пути"},
        "customer_complain": new,
        "customer_complain_again": {"text": "Всё ещё не привезли"},
    }


# Pages whose form is sent as it comes, with this changed.
EDITED = {
    "category_edit": {"description": "Иначе"},
    "family": {"description": "Иначе"},
    "family_add": {
        "name": "Новая",
        "variants-0-name": "Панель",
        "variants-0-recommended_price": "500",
        "variants-0-unit": "piece",
    },
    "related_edit": {"name": "Иначе"},
    "promotion_edit": {"text": "Иначе"},
    "promo_code_edit": {"note": "Иначе"},
    "settings_notifications": {"order_accepted-manufacturer-email": "mandatory"},
    "my_notifications": {"digest_hour": "9"},
    "order_edit": {},
    "order_lines": {"lines-0-quantity": "7"},
    "customer_edit": {"name": "Иначе"},
    "customer_merge": {},
}


def edited(world, name):
    """What a person changes in the form of the page."""
    changed = dict(EDITED[name])
    if name == "family_add":
        changed["category"] = world["product"].family.category_id
    if name == "order_edit":
        changed["manager"] = world["colleague"].pk
    return changed


def form_of_page(client, url):
    """The page's largest form that posts to the page itself, as a browser would send it."""
    page = lxml.html.fromstring(client.get(url).content.decode())
    forms = [form for form in page.forms if form.action in (None, "", url) and form.fields]
    form = max(forms, key=lambda one: len(one.fields))
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def left_behind(client, url, form):
    """What a POST leaves behind, and how it was answered; then it is undone."""
    with transaction.atomic():
        answer = client.post(url, form)
        left = snapshot()
        transaction.set_rollback(True)
    return answer.status_code, left


POSTED = sorted(name for name, (_readers, writers) in MATRIX.items() if writers)


@pytest.mark.parametrize("role", ROLES)
def test_fields_that_are_not_the_role_s_are_ignored(client, world, role):
    if role != VISITOR:
        client.force_login(world["users"][role], backend="dealers.auth.WorkspaceBackend")
    wrong = []
    before = snapshot()
    for name in POSTED:
        may = role in MATRIX[name][1]
        url = address(world, name)
        form = good_form(world, name, client) if may else {}
        # Of a page that the role may not use not even the page's own fields count.
        own = OWN.get(name, set()) if may and role == ADMINISTRATOR else set()
        if may and role == DEALER and name.startswith("assortment"):
            own = OWN.get(name, set())
        if may and role == DEALER and name == "dealer_managers":
            own = OWN[name]
        extra = {key: value for key, value in EXTRA.items() if key not in own | set(form)}
        if "dealer" not in own | set(form):
            extra["dealer"] = str(world["users"]["rival"].dealer_id)
        plain = left_behind(client, url, form)
        if left_behind(client, url, form | extra) != plain:
            wrong.append(name)
        if not may and plain[1] != before:
            wrong.append((name, "changed something"))
    assert not wrong


def test_an_offered_order_is_accepted_for_oneself_only(client, world):
    """The one POST by which a dealer comes to an order names nobody else."""
    dealer = DealerFactory(main_region=world["region"])
    order = OrderFactory(created_at=NOW)
    OfferFactory(order=order, dealer=dealer)
    OfferFactory(order=order, dealer=world["dealer"])
    client.force_login(world["users"][DEALER], backend="dealers.auth.WorkspaceBackend")
    extra = {key: value for key, value in EXTRA.items() if key not in OWN["order_accept"]}
    client.post(reverse("order_accept", args=[order.pk]), extra | {"dealer": dealer.pk})
    order.refresh_from_db()
    assert (order.dealer, order.manager) == (world["dealer"], world["users"][DEALER])
    assert order.status == "accepted"


def test_good_forms_are_good(client, world):
    """Without this the test above would compare refusals."""
    client.force_login(world["users"][ADMINISTRATOR], backend="dealers.auth.WorkspaceBackend")
    before = snapshot()
    for name in (
        "settings",
        "dealer_terms",
        "staff_invite",
        "dealer_register",
        "points_add",
        "reason_add",
        "consent_texts",
        "order_cancel",
        "order_comment",
        "order_edit",
        "order_promo",
        "category_add",
        "category_edit",
        "family",
        "family_add",
        "promotion_add",
        "promotion_edit",
        "dealer_promotion_remove",
        "promo_code_add",
        "promo_code_edit",
        "related_review",
        "settings_notifications",
        "settings_notification_text",
        "my_notifications",
        "customer_channels",
        "complaint_add",
        "complaint_take",
        "complaint_give",
        "complaint_change",
        "complaint_note",
        "customer_complain",
        "customer_complain_again",
        "customer_edit",
        "customer_merge",
        "customer_note_add",
    ):
        form = good_form(world, name, client)
        if name == "settings":
            form["term_days"] = 21
        if name == "dealer_terms":
            form["own_prices"] = "on"
        status, left = left_behind(client, address(world, name), form)
        assert (status, left != before) == (302, True), name


def test_good_forms_of_dealers_are_good(client, world):
    client.force_login(world["users"][DEALER], backend="dealers.auth.WorkspaceBackend")
    before = snapshot()
    for name in ("related_add", "related_edit", "order_edit", "complaint_statement"):
        status, left = left_behind(client, address(world, name), good_form(world, name, client))
        assert (status, left != before) == (302, True), name
