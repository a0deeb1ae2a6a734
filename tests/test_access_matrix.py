"""Who may do what, as data; role × address × method is generated from it.

An address that is missing here fails. "Nobody" of a role answers as a missing page does (404), a
visitor who is not logged in is sent to the login. What is allowed answers without an error: a page,
a redirect to somewhere of ours, or a refusal in words (an action that does not fit the order's
status, a form that lacks fields).
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from analytics.api.tokens import create_token
from analytics.mailing.content import token_of
from analytics.models import CostUpload, ReportSchedule, SyncRun
from analytics.outgoing.services import add_webhook, ask_test
from catalog.importing.models import PriceUpload
from dealers.models import AuditRecord, Role
from dealers.services.invitations import invite
from distribution.models import Chain, ChainStage
from notifications.outbox import Draft, enqueue
from orders.links import channels_link, customer_link, find_link, order_token
from orders.models import ComplaintFile, CustomerMerge, CustomerNote, Order, Reason
from orders.services.accepting import accept_offer
from orders.services.comments import add_comment
from orders.services.files import keep_files
from orders.services.lookups import ask_for_code
from surveys.links import survey_token
from surveys.models import Question
from suz.common.attachments import clean_attachment
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    ComplaintFactory,
    CustomerFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    ProductFactory,
    PromoCodeFactory,
    PromotionDealerFactory,
    PromotionFactory,
    RelatedProductFactory,
    UserFactory,
    answered_survey,
    recording_of,
)
from tests.uploads import picture_upload

ADMINISTRATOR, MANAGER, DEALER, RIVAL, VISITOR = (
    "administrator",
    "manager",
    "dealer",
    "rival",
    "visitor",
)
ROLES = (ADMINISTRATOR, MANAGER, DEALER, RIVAL, VISITOR)
MANUFACTURER = {ADMINISTRATOR, MANAGER}
STAFF = {*MANUFACTURER, DEALER, RIVAL}
OWN = {*MANUFACTURER, DEALER}
EVERYBODY = set(ROLES)
DEALERS = {DEALER, RIVAL}
SIGNED = frozenset({"signed"})
CALLBACKS = ("answer", "status", "notice", "joined", "dialled", "pressed", "recorded")

# Address: (who may GET, who may POST). None: the method does not exist (405 for those who may do
# the other).
# What the customer's personal link opens beside the page itself.
BY_LINK = (
    *("customer_print", "customer_messages", "customer_file_preview", "customer_change"),
    *("customer_cancel", "customer_write", "customer_seen", "customer_confirm", "customer_choose"),
)
MATRIX = {
    # Storefront.
    "home": (EVERYBODY, None),
    "category": (EVERYBODY, None),
    "product": (EVERYBODY, None),
    "where": (EVERYBODY, None),
    "where_outlets": (EVERYBODY, None),
    "dealer_page": (EVERYBODY, None),
    "shop_promotions": (EVERYBODY, None),
    "shop_promotion": (EVERYBODY, None),
    "place": (EVERYBODY, None),
    "place_choose": (None, EVERYBODY),
    "place_search": (EVERYBODY, None),
    "place_nearest": (EVERYBODY, None),
    "cart": (EVERYBODY, None),
    "cart_add": (None, EVERYBODY),
    "cart_update": (None, EVERYBODY),
    "checkout": (EVERYBODY, EVERYBODY),
    "checkout_price": (None, EVERYBODY),
    "consents": (EVERYBODY, None),
    "shop_feed": (EVERYBODY, None),
    "dealer_feed": (EVERYBODY, None),
    # By an API token alone, as analytics/exchange/tests try.
    "exchange": (EVERYBODY, EVERYBODY),
    "healthz": (EVERYBODY, None),
    "readyz": (EVERYBODY, None),
    "counting": (EVERYBODY, EVERYBODY),
    "customer_order": (EVERYBODY, None),
    "customer_file": (EVERYBODY, None),
    "customer_channels": (EVERYBODY, EVERYBODY),
    "find_order": (EVERYBODY, EVERYBODY),
    "find_code": (EVERYBODY, EVERYBODY),
    # What the personal link opens besides.
    "customer_print": (EVERYBODY, None),
    "customer_messages": (EVERYBODY, None),
    "customer_file_preview": (EVERYBODY, None),
    "customer_change": (EVERYBODY, EVERYBODY),
    "customer_cancel": (EVERYBODY, EVERYBODY),
    **{f"customer_{deed}": (None, EVERYBODY) for deed in ("write", "seen", "confirm", "choose")},
    # The survey is about a completed order of the dealer; its customer has answered.
    "survey": (EVERYBODY, EVERYBODY),
    "survey_save": (None, EVERYBODY),
    "survey_review": (EVERYBODY, EVERYBODY),
    "dealer_reviews": (EVERYBODY, None),
    "customer_complain": (EVERYBODY, EVERYBODY),
    "customer_complain_again": (None, EVERYBODY),
    "customer_complaint_file": (EVERYBODY, None),
    # Orders. The dealer has the order; the rival was never offered it.
    "workspace": (EVERYBODY, EVERYBODY),  # leads on to the list of orders
    "order_list": (STAFF, None),
    "order_available": (STAFF, None),
    "order_add": (MANUFACTURER, MANUFACTURER),
    "order_columns": (None, STAFF),
    "order_export": (None, STAFF),
    "order_card": (OWN, None),
    "order_print": (OWN, None),
    "order_lines": (OWN, OWN),
    "order_phone": (None, MANUFACTURER),
    "order_accept": (None, {DEALER}),
    "order_decline": (None, {DEALER}),
    "order_give_up": (None, {DEALER}),
    "order_contacted": (None, OWN),
    "order_move": (None, OWN),
    "order_complete": (None, OWN),
    "order_cancel": (None, OWN),
    "order_comment": (None, OWN),
    "order_promo": (None, OWN),
    "order_promo_remove": (None, OWN),
    "order_comment_show": (None, OWN),  # the dealer wrote it
    "order_history": (OWN, None),
    "order_seen": (None, OWN),
    "order_no_answer": (None, OWN),
    "order_wish": (None, OWN),
    "order_link": (None, OWN),
    "order_file": (OWN, None),
    "order_file_preview": (OWN, None),
    "order_edit": (OWN, OWN),
    "order_assign": (None, MANUFACTURER),
    "order_reopen": (None, {ADMINISTRATOR}),
    "order_delete": (None, {ADMINISTRATOR}),
    "order_deleted": ({ADMINISTRATOR}, None),
    "order_restore": (None, {ADMINISTRATOR}),
    # Complaints. The complaint is about the dealer, which reads it and states what it has to say.
    "complaint_list": (STAFF, None),
    "complaint_add": (MANUFACTURER, MANUFACTURER),
    "complaint_export": (None, STAFF),
    "complaint": (OWN, None),
    "complaint_statement": (None, {DEALER}),
    "complaint_file": (OWN, None),
    "complaint_file_preview": (OWN, None),
    **{
        f"complaint_{deed}": (None, MANUFACTURER)
        for deed in ("take", "give", "change", "note", "ask", "answer", "close", "reopen")
    },
    "distribution_restart": (None, MANUFACTURER),
    "attention_list": (MANUFACTURER, None),
    "attention_assign": (MANUFACTURER, MANUFACTURER),
    "attention_seen": (None, MANUFACTURER),
    # Customers: the manufacturer's alone.
    "customer_list": (MANUFACTURER, None),
    "customer_export": (None, MANUFACTURER),
    "customer_card": (MANUFACTURER, None),
    "customer_history": (MANUFACTURER, None),
    "customer_phone": (None, MANUFACTURER),
    "customer_edit": (MANUFACTURER, MANUFACTURER),
    "customer_note_add": (None, MANUFACTURER),
    "customer_note_edit": (None, {MANAGER}),  # the manager wrote it
    "customer_note_delete": (None, {MANAGER}),
    "customer_similar": (MANUFACTURER, None),
    "customer_merge": (MANUFACTURER, MANUFACTURER),
    "customer_split": (None, MANUFACTURER),
    "customer_data": (None, MANUFACTURER),
    "customer_erase": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    # Strategies and settings.
    "chain": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "chain_preview": (None, {ADMINISTRATOR}),
    "chain_add": (None, {ADMINISTRATOR}),
    "chain_region": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "chain_region_preview": (None, {ADMINISTRATOR}),
    "chain_switch": (None, {ADMINISTRATOR}),
    "chain_remove": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "settings": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "settings_history": ({ADMINISTRATOR}, None),
    "consent_texts": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "consent_version": ({ADMINISTRATOR}, None),
    "journal": (MANUFACTURER, None),
    "journal_record": (MANUFACTURER, None),
    "journal_export": (None, MANUFACTURER),
    "reason_list": ({ADMINISTRATOR}, None),
    "reason_add": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    **{f"reason_{change}": (None, {ADMINISTRATOR}) for change in ("up", "down", "on", "off")},
    "reason_rename": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "user_list": ({ADMINISTRATOR}, None),
    "user_activate": (None, {ADMINISTRATOR, DEALER}),
    "user_deactivate": (None, {ADMINISTRATOR, DEALER}),
    # Surveys and reviews: the manufacturer's, and what is about the dealer.
    "survey_results": (STAFF, None),
    "survey_list": (STAFF, None),
    "survey_export": (None, STAFF),
    "survey_page": (OWN, None),
    "survey_void": (None, {ADMINISTRATOR}),
    "order_survey": (None, OWN),
    "review_list": (STAFF, None),
    "review_publish": (None, MANUFACTURER),
    "review_reject": (None, MANUFACTURER),
    "review_reply": (None, {DEALER}),
    "reply_hide": (None, {ADMINISTRATOR}),
    "reply_show": (None, {ADMINISTRATOR}),
    "survey_settings": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "analytics_settings": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "channels": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "survey_preview": ({ADMINISTRATOR}, None),
    "question_add": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "question_edit": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    **{
        f"question_{change}": (None, {ADMINISTRATOR})
        for change in ("up", "down", "on", "off", "remove")
    },
    # Connected systems. The webhooks are the dealer's, whose head manager reads their log.
    "integrations": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "leadsdb_test": (None, {ADMINISTRATOR}),
    "outgoing_test": ({ADMINISTRATOR}, None),
    "leadsdb_sync": (None, {ADMINISTRATOR}),
    "leadsdb_sync_stop": (None, {ADMINISTRATOR}),
    "leadsdb_sync_progress": ({ADMINISTRATOR}, None),
    "leadsdb_log": ({ADMINISTRATOR}, None),
    "leadsdb_retry_all": (None, {ADMINISTRATOR}),
    "outgoing_retry": (None, {ADMINISTRATOR}),
    "dealer_webhooks": ({ADMINISTRATOR, DEALER}, None),
    "webhook_add": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "webhook_edit": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "webhook_secret": (None, {ADMINISTRATOR}),
    "webhook_test": (None, {ADMINISTRATOR}),
    "webhook_retry_all": (None, {ADMINISTRATOR}),
    # Dealers and points. The page is the dealer's own.
    "dealer_list": (MANUFACTURER, None),
    "dealer_export": (None, MANUFACTURER),
    "dealer_card": (OWN, None),
    "dealer_profile": (OWN, OWN),
    "dealer_register": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "dealer_managers": (OWN, {ADMINISTRATOR, DEALER}),
    "invitation": (EVERYBODY, EVERYBODY),
    "invitation_resend": (None, {ADMINISTRATOR, DEALER}),
    "invitation_revoke": (None, {ADMINISTRATOR, DEALER}),
    "staff_invite": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "user_head": (None, {ADMINISTRATOR, DEALER}),
    "user_no_head": (None, {ADMINISTRATOR, DEALER}),
    "dealer_terms": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "dealer_points": (OWN, None),
    "points_add": (None, {ADMINISTRATOR}),
    "own_dealer": (DEALERS, DEALERS),
    "own_points": (DEALERS, DEALERS),
    # Assortment and prices: each dealer has its own, the manufacturer reads.
    "assortment": (DEALERS, DEALERS),
    "assortment_row": (None, DEALERS),
    "assortment_terms": (None, DEALERS),
    "assortment_undo": (None, DEALERS),
    "assortment_services": (DEALERS, DEALERS),
    "dealer_assortment": (MANUFACTURER, None),
    "dealer_prices": (MANUFACTURER, None),
    # The catalogue: the manufacturer edits, dealers read.
    "catalogue": (STAFF, MANUFACTURER),
    "catalogue_price": (None, MANUFACTURER),
    "catalogue_export": (None, MANUFACTURER),
    "catalogue_product": (MANUFACTURER, None),
    "family": (STAFF, MANUFACTURER),
    "family_add": (MANUFACTURER, MANUFACTURER),
    "category_list": (STAFF, None),
    "category_add": (MANUFACTURER, MANUFACTURER),
    "category_edit": (MANUFACTURER, MANUFACTURER),
    **{f"category_{change}": (None, MANUFACTURER) for change in ("up", "down", "on", "off")},
    # Related products. The product is the dealer's.
    "related_list": (DEALERS, None),
    "related_add": (DEALERS, DEALERS),
    "related_edit": ({DEALER}, {DEALER}),
    "related_remove": (None, {DEALER}),
    "dealer_related": (MANUFACTURER, None),
    "related_review": (MANUFACTURER, MANUFACTURER),
    # Promotions and promo codes.
    "promotion_list": (MANUFACTURER, None),
    "promotion_add": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "promotion": (MANUFACTURER, None),
    "promotion_edit": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "promotion_end": (None, {ADMINISTRATOR}),
    "own_promotions": (DEALERS, None),
    "promotion_join": (None, DEALERS),
    "promotion_leave": (None, DEALERS),
    "dealer_promotion_add": (None, MANUFACTURER),
    "dealer_promotion_remove": (None, MANUFACTURER),
    "promo_code_list": (MANUFACTURER, None),
    "promo_code_add": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "promo_code": (MANUFACTURER, None),
    "promo_code_edit": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "promo_code_on": (None, {ADMINISTRATOR}),
    "promo_code_off": (None, {ADMINISTRATOR}),
    # Price lists. The upload is the dealer's.
    "price_uploads": (DEALERS, DEALERS),
    "dealer_price_uploads": (OWN, None),
    "price_upload": (OWN, None),
    "price_upload_progress": (OWN, None),
    "price_upload_columns": (None, {DEALER}),
    "price_upload_apply": (None, {DEALER}),
    "price_upload_roll_back": (None, {DEALER}),
    "price_upload_discard": (None, {DEALER}),
    "price_upload_report": (OWN, None),
    "price_download": (OWN, None),
    # Calls: the order and the recording are the dealer's.
    "order_call": (None, {DEALER}),
    "order_calls": (OWN, None),
    "recording": (OWN, None),
    # Whoever holds a customer's phone there can prove any contact; all may in the demo only.
    "simulator": ({ADMINISTRATOR}, None),
    "simulator_phones": ({ADMINISTRATOR}, None),
    "simulator_act": (None, {ADMINISTRATOR}),
    # The provider's callbacks: 403 without its signature, whoever asks.
    **{f"telephony_{name}": (None, SIGNED) for name in CALLBACKS},
    "own_profile": (STAFF, STAFF),
    # Messages. The message is the dealer's.
    "bell": (STAFF, None),
    "message_list": (STAFF, None),
    "messages_read": (None, STAFF),
    "message_open": (None, {DEALER}),
    "message_read": (None, {DEALER}),
    "my_notifications": (STAFF, STAFF),
    "settings_notifications": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "settings_notification_text": ({ADMINISTRATOR}, {ADMINISTRATOR}),
    "settings_notification_preview": (None, {ADMINISTRATOR}),
    "settings_notification_test": (None, {ADMINISTRATOR}),
    "status": (MANUFACTURER, None),
    "quality": (MANUFACTURER, None),
    "reports": (MANUFACTURER, None),
    "report": (MANUFACTURER, None),
    "scorecard": (DEALERS, None),
    "api_tokens": ({ADMINISTRATOR, DEALER}, {DEALER}),
    "api_token_revoke": (None, {ADMINISTRATOR, DEALER}),
    "conversions": (MANUFACTURER, None),
    "conversions_file": (None, MANUFACTURER),
    "status_export": (None, MANUFACTURER),
    "report_mails": (STAFF, STAFF),
    "report_mail_look": (STAFF, None),
    "report_mail_off": (EVERYBODY, EVERYBODY),
    "costs": (MANUFACTURER, MANUFACTURER),
    "cost_export": (None, MANUFACTURER),
    "cost_remove": (None, MANUFACTURER),
    "cost_uploads": (MANUFACTURER, MANUFACTURER),
    "cost_upload": (MANUFACTURER, None),
    "cost_upload_apply": (None, MANUFACTURER),
    "cost_upload_undo": (None, MANUFACTURER),
    "costs_unmatched": (MANUFACTURER, MANUFACTURER),
    "report_orders": (MANUFACTURER, None),
    "report_export": (None, MANUFACTURER),
    "mail_list": (MANUFACTURER, None),
    "mail": (MANUFACTURER, None),
    "mail_html": (MANUFACTURER, None),
    "mail_retry": (None, {ADMINISTRATOR}),
    "mail_cancel": (None, {ADMINISTRATOR}),
}
# The product's libraries have rights of their own: tests/test_access_libraries.py.
FOREIGN = ("admin", "account_", "mfa_", "djdt")
# "metrics" is for whoever sends the environment's token: see analytics/operations/tests.
PLAIN = {"media", "metrics"}
# Providers' reports: only what they have signed, tested in notifications/tests.
HOOKS = {"sms_status", "sms_status_smsru"}
# About no one order.
LISTS_OF_ORDERS = (
    "order_list",
    "order_available",
    "order_add",
    "order_columns",
    "order_deleted",
    "order_export",
)
# About no one complaint.
LISTS_OF_COMPLAINTS = ("complaint_list", "complaint_add", "complaint_export")
# About one promotion.
PROMOTION_PAGES = (
    "shop_promotion",
    "promotion",
    "promotion_edit",
    "promotion_end",
    "promotion_join",
    "promotion_leave",
)
# Parts of pages that are asked for by themselves: no login page may land inside them.
POLLED = {"bell", "order_calls", "simulator_phones"}


def addresses(patterns=None, prefix=""):
    """Names of all our addresses."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name and not pattern.name.startswith(FOREIGN):
                yield pattern.name
        # Programs come in by tokens only: analytics/api/tests tries each address of theirs.
        elif getattr(pattern, "namespace", None) not in ("admin", "api-1"):
            yield from addresses(pattern.url_patterns)


def test_every_address_has_its_line():
    assert set(addresses()) - PLAIN - HOOKS == set(MATRIX)


@pytest.fixture
def world(db):
    """An order of a dealer, a rival, people, a message, a product."""
    city = CityFactory()
    dealer = DealerFactory(main_region=city.parent)
    users = {
        ADMINISTRATOR: AdministratorFactory(),
        MANAGER: ManagerFactory(),
        DEALER: UserFactory(dealer=dealer, is_head=True),
        RIVAL: UserFactory(dealer=DealerFactory(main_region=city.parent)),
    }
    order = OrderFactory(place=city)
    OfferFactory(order=order, dealer=dealer)
    accept_offer(order_id=order.pk, by=users[DEALER], now=NOW)
    message = enqueue(
        [
            Draft(
                event="order_assigned",
                audience="dealer",
                subject_key="order:1",
                context={"order": order.pk, "place": "x", "lines": [], "total": "1"},
                url=reverse("order_card", args=[order.pk]),
                user=users[DEALER],
            )
        ],
        now=NOW,
    )[0]
    comment = add_comment(
        order_id=order.pk,
        by=users[DEALER],
        text="Слово",
        files=[clean_attachment(picture_upload())],
        is_visible=True,
        now=NOW,
    )
    complaint = ComplaintFactory(order=Order.objects.get(pk=order.pk))
    filed = complaint.entries.get()
    keep_files(filed, [clean_attachment(picture_upload())], model=ComplaintFile)
    product = ProductFactory()
    related = RelatedProductFactory(owner=dealer)
    chain = Chain.objects.create(region=city.parent)
    today = timezone.localdate()
    promotion = PromotionFactory(starts_on=today, ends_on=today)
    PromotionDealerFactory(promotion=promotion, dealer=dealer)
    ChainStage.objects.create(chain=chain, position=1, strategy="base")
    return {
        "users": users,
        "order": order,
        "dealer": dealer,
        "colleague": UserFactory(dealer=dealer),
        "invitation": invite(
            email="new@example.com",
            name="Новый",
            role=Role.DEALER_MANAGER,
            dealer=dealer,
            by=users[ADMINISTRATOR],
            now=timezone.now(),
        ),
        "message": message,
        "note": CustomerNote.objects.create(
            customer=order.customer, author=users[MANAGER], text="Слово", created_at=NOW
        ),
        "double": CustomerFactory(),
        "merge": CustomerMerge.objects.create(
            kept=order.customer,
            merged=CustomerFactory(merged_into=order.customer),
            by=users[MANAGER],
            at=timezone.now(),
        ),
        "comment": comment,
        "file": comment.files.get(),
        "lookup": ask_for_code(number=order.pk, phone=str(order.phone), now=timezone.now()),
        "complaint": complaint,
        "complaint_file": filed.files.get(),
        "recording": recording_of(order, users[DEALER]),
        "product": product,
        "related": related,
        "survey": answered_survey(dealer),
        "region": city.parent,
        "promotion": promotion,
        "promo_code": PromoCodeFactory(),
        **connected(dealer, users[ADMINISTRATOR], users[DEALER]),
        "price_upload": PriceUpload.objects.create(
            dealer=dealer,
            created_by=users[DEALER],
            created_at=NOW,
            state="ready",
            counts={"new": 1},
        ),
    }


def connected(dealer, administrator, head):
    """A webhook of the dealer, a trial of it, and a synchronisation with LeadsDB that has ended."""
    webhook, _secret = add_webhook(
        dealer_id=dealer.pk,
        url="https://hooks.example.com/",
        events=["order.cancelled"],
        is_on=True,
        by=administrator,
        now=NOW,
    )
    SyncRun.objects.create(
        since=NOW.date(), state="finished", by=administrator, started_at=NOW, mark_at=NOW, total=0
    )
    return {
        "cost_upload": CostUpload.objects.create(
            file_name="direct.csv",
            lines=[["2026-06-01", "yandex", "Лето", "10.00", 1, 2]],
            created_by=administrator,
            created_at=NOW,
        ),
        "schedule": ReportSchedule.objects.create(user=head, rhythm="weekly"),
        "webhook": webhook,
        "api_token": create_token(name="1С", scopes=["read"], by=head, now=NOW)[0],
        "trial": ask_test(endpoint_id=webhook.pk, by=administrator, now=NOW),
    }


def address(world, name):
    """The address of the world's thing that the name is about."""
    product = world["product"]
    if name == "customer_order":
        return customer_link(world["order"])
    if name == "customer_file":
        return f"{customer_link(world['order'])}files/{world['file'].pk}/"
    if name == "customer_channels":
        return channels_link(world["order"])
    if name.startswith("customer_complain"):
        token = order_token(world["order"])
        things = {
            "customer_complain_again": [world["complaint"].pk],
            "customer_complaint_file": [world["complaint_file"].pk],
        }
        return reverse(name, args=[token, *things.get(name, [])])
    if name == "find_code":
        return find_link(world["lookup"])
    if name in BY_LINK:
        token = customer_link(world["order"]).rstrip("/").rsplit("/", 1)[1]
        more = [world["file"].pk] if name == "customer_file_preview" else []
        return reverse(name, args=[token, *more])
    if name in ("survey", "survey_save", "survey_review"):
        return reverse(name, args=[survey_token(world["survey"])])
    if name.startswith("telephony_"):
        more = {"telephony_status": ["manager"], "telephony_joined": [1], "telephony_pressed": [1]}
        return reverse(name, args=[world["recording"].call.uuid, *more.get(name, [])])
    arguments = {
        "recording": [world["recording"].pk],
        "category": [product.family.category.slug],
        "product": [product.pk, product.slug],
        "assortment_row": [product.pk],
        "dealer_assortment": [world["dealer"].pk],
        "dealer_page": [world["dealer"].slug],
        "dealer_reviews": [world["dealer"].slug],
        "survey_page": [world["survey"].pk],
        "survey_void": [world["survey"].pk],
        "catalogue_price": [product.pk],
        "catalogue_product": [product.pk],
        "family": [product.family_id],
        "related_edit": [world["related"].pk],
        "related_remove": [world["related"].pk],
        "dealer_related": [world["dealer"].pk],
        "related_review": [world["dealer"].pk, world["related"].pk],
        "reason_add": ["cancel"],
        "invitation": ["1-wrong"],
        "consent_version": [1],
        "report": ["overview"],
        "report_mail_look": ["weekly"],
        "report_export": ["overview"],
    }
    if name.startswith(("review_", "reply_")) and name != "review_list":
        arguments[name] = [world["survey"].review.pk]
    if name.startswith("question_") and name != "question_add":
        arguments[name] = [Question.objects.current().first().pk]
    if name == "journal_record":
        arguments[name] = [AuditRecord.objects.first().pk]
    if name.startswith("category_") and name not in ("category_list", "category_add"):
        arguments[name] = [product.family.category_id]
    if name.startswith("chain_") and name not in ("chain_preview", "chain_add"):
        arguments[name] = [world["region"].pk]
    if name.startswith("order_") and name not in LISTS_OF_ORDERS:
        arguments[name] = [world["order"].pk]
    if name.startswith("complaint") and name not in LISTS_OF_COMPLAINTS:
        arguments[name] = [world["complaint"].pk]
    if name in ("complaint_file", "complaint_file_preview"):
        arguments[name].append(world["complaint_file"].pk)
    if name == "order_comment_show":
        arguments[name].append(world["comment"].pk)
    if name in ("order_file", "order_file_preview"):
        arguments[name].append(world["file"].pk)
    if name in ("distribution_restart", "attention_assign", "attention_seen"):
        arguments[name] = [world["order"].pk]
    if name in (
        "dealer_card",
        "dealer_profile",
        "dealer_managers",
        "dealer_terms",
        "dealer_points",
        "points_add",
    ):
        arguments[name] = [world["dealer"].pk]
    if name in ("message_open", "message_read"):
        arguments[name] = [world["message"].pk]
    if name.startswith("settings_notification_"):
        arguments[name] = ["order_offered", "dealer", "email"]
    if name in ("mail", "mail_html", "mail_retry", "mail_cancel"):
        arguments[name] = [world["message"].deliveries.get().pk]
    if name in ("user_activate", "user_deactivate", "user_head", "user_no_head"):
        arguments[name] = [world["colleague"].pk]
    if name.startswith("invitation_"):
        arguments[name] = [world["invitation"].pk]
    if name.startswith("reason_") and name not in ("reason_list", "reason_add"):
        arguments[name] = [Reason.objects.first().pk]
    if name.startswith("price_upload_") or name == "price_upload":
        arguments[name] = [world["price_upload"].pk]
    if name == "price_upload_report":
        arguments[name].append("csv")
    if name == "dealer_price_uploads":
        arguments[name] = [world["dealer"].pk]
    if name == "price_download":
        arguments[name] = [world["dealer"].pk, "csv"]
    if name in ("promo_code", "promo_code_edit", "promo_code_on", "promo_code_off"):
        arguments[name] = [world["promo_code"].pk]
    if name.startswith("customer_") and name not in ("customer_list", "customer_export"):
        arguments[name] = [world["order"].customer_id]
    if name in ("customer_note_edit", "customer_note_delete"):
        arguments[name].append(world["note"].pk)
    if name == "customer_merge":
        arguments[name].append(world["double"].pk)
    if name == "customer_split":
        arguments[name].append(world["merge"].pk)
    if name in ("outgoing_test", "outgoing_retry"):
        arguments[name] = [world["trial"].pk]
    if name == "report_mail_off":
        arguments[name] = [token_of(world["schedule"])]
    if name == "dealer_feed":
        arguments[name] = [world["dealer"].slug]
    if name in ("cost_upload", "cost_upload_apply", "cost_upload_undo"):
        arguments[name] = [world["cost_upload"].pk]
    if name == "cost_remove":
        arguments[name] = [1]
    if name == "api_token_revoke":
        arguments[name] = [world["dealer"].pk, world["api_token"].pk]
    if name in ("dealer_webhooks", "webhook_add", "api_tokens"):
        arguments[name] = [world["dealer"].pk]
    if name in ("webhook_edit", "webhook_secret", "webhook_test", "webhook_retry_all"):
        arguments[name] = [world["dealer"].pk, world["webhook"].pk]
    if name in PROMOTION_PAGES:
        arguments[name] = [world["promotion"].pk]
    if name.startswith("dealer_promotion_"):
        arguments[name] = [world["dealer"].pk]
    return reverse(name, args=arguments.get(name, []))


def expected(role, roles, known):
    """Statuses that a role may get."""
    if known == SIGNED:
        return {403} if roles else {405}
    if roles is None:
        # Nobody may: whether a page is there at all is told only to those who may see it.
        return {405} if role in known else {302, 404, 405}
    if role in roles:
        return {200, 204, 302, 400, 409, 422}
    return {302} if role == VISITOR else {404}


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_access(world, name):
    known = set().union(*(roles or set() for roles in MATRIX[name]))
    login = reverse("account_login")
    wrong = []
    for method, roles in zip(("get", "post"), MATRIX[name], strict=True):
        for role in ROLES:
            client = Client()
            if role != VISITOR:
                client.force_login(world["users"][role], backend="dealers.auth.WorkspaceBackend")
            # What one role does is undone before the next one tries.
            with transaction.atomic():
                response = getattr(client, method)(address(world, name))
                if response.streaming:
                    # Reading to the end closes the file.
                    list(response.streaming_content)
                transaction.set_rollback(True)
            is_sent_to_login = response.get("Location", "").startswith(login)
            is_right = response.status_code in expected(role, roles, known)
            if name in POLLED and role == VISITOR:
                is_right = response.status_code == 403
            elif (
                role == VISITOR
                and known.isdisjoint({VISITOR, *SIGNED})
                and response.status_code == 302
            ):
                is_right = is_sent_to_login
            elif is_sent_to_login:
                is_right = False
            if not is_right:
                wrong.append((method, role, response.status_code, response.get("Location")))
    assert not wrong


def test_every_role_is_tried(world):
    assert {user.role for user in world["users"].values()} == set(Role.values)
