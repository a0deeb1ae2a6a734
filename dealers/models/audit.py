"""The journal: who did what when."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuditKind(models.TextChoices):
    """What was done; each is read as a sentence without a subject."""

    LOGIN = "login", _("logged in")
    LOGIN_FAILED = "login_failed", _("login failed")
    LOGOUT = "logout", _("logged out")
    PASSWORD = "password", _("password changed")
    FACTOR_ADDED = "factor_added", _("second factor set up")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    INVITED = "invited", _("person invited")
    INVITED_AGAIN = "invited_again", _("invitation sent again")
    INVITATION_REVOKED = "uninvited", _("invitation revoked")
    JOINED = "joined", _("invitation accepted")
    ACCESS_ON = "access_on", _("access switched on")
    ACCESS_OFF = "access_off", _("access switched off")
    HEAD_ON = "head_on", _("made head manager")
    HEAD_OFF = "head_off", _("no head manager any more")
    REGISTERED = "registered", _("dealer registered")
    PROFILE = "profile", _("dealer's profile changed")
    TERMS = "terms", _("dealer's terms changed")
    POINTS = "points", _("points entered by hand")
    ASSORTMENT = "assortment", _("stock and prices changed")
    ASSORTMENT_BACK = "unassortment", _("change of stock and prices taken back")
    SERVICES = "services", _("dealer's services changed")
    PRICES = "prices", _("price list applied")
    PRICES_BACK = "unprices", _("price list rolled back")
    PRODUCT_HIDDEN = "hidden", _("product kept out of the shop")
    PRODUCT_SHOWN = "shown", _("product let into the shop again")
    PROMOTION_JOINED = "promo_join", _("dealer takes part in a promotion")
    PROMOTION_LEFT = "promo_leave", _("dealer takes part in a promotion no more")
    PROMOTION_ENDED = "promo_end", _("promotion ended")
    SETTINGS = "settings", _("settings changed")
    MESSAGES = "messages", _("settings of messages changed")
    CONSENTS = "consents", _("texts of consents changed")
    REASON_ADDED = "reason_added", _("reason added")
    REASON_RENAMED = "reason_renamed", _("reason renamed")
    REASON_ON = "reason_on", _("reason switched on")
    REASON_OFF = "reason_off", _("reason switched off")
    REASON_MOVED = "reason_moved", _("reason moved in its list")
    CHAIN = "chain", _("strategies changed")
    PHONE = "phone", _("customer's phone shown")
    LINES = "lines", _("contents of the order changed")
    DETAILS = "details", _("details of the order changed")
    ORDER_DELETED = "order_deleted", _("order deleted")
    ORDER_RESTORED = "order_restored", _("order restored")
    QUESTION_ADDED = "question_add", _("question of the survey added")
    QUESTION_EDITED = "question_edit", _("question of the survey changed")
    QUESTION_ON = "question_on", _("question of the survey switched on")
    QUESTION_OFF = "question_off", _("question of the survey switched off")
    QUESTION_MOVED = "question_move", _("question of the survey moved")
    QUESTION_REMOVED = "question_gone", _("question of the survey taken out")
    SURVEYS = "surveys", _("settings of surveys changed")
    ANALYTICS = "analytics", _("settings of analytics changed")
    LEADSDB = "leadsdb", _("settings of LeadsDB changed")
    LEADSDB_SYNC = "leadsdb_sync", _("synchronisation with LeadsDB begun")
    LEADSDB_SYNC_STOP = "leadsdb_stop", _("synchronisation with LeadsDB stopped")
    WEBHOOK_ADDED = "webhook_added", _("webhook added")
    WEBHOOK = "webhook", _("webhook changed")
    WEBHOOK_SECRET = "webhook_secret", _("secret of a webhook renewed")
    TOKEN_ADDED = "token_added", _("API token made")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    COSTS = "costs", _("costs of advertising applied")
    COSTS_BACK = "costs_back", _("costs of advertising taken back")
    COST_WRITTEN = "cost_written", _("cost of advertising written")
    COST_REMOVED = "cost_removed", _("cost of advertising removed")
    COST_ALIAS = "cost_alias", _("campaign of costs named")
    CHANNELS = "channels", _("rules of channels changed")
    SURVEY_VOIDED = "survey_void", _("survey voided")
    REVIEW_PUBLISHED = "review_yes", _("review published")
    REVIEW_REJECTED = "review_no", _("review rejected")
    REVIEW_REPLY = "review_reply", _("review answered")
    REPLY_HIDDEN = "reply_hidden", _("answer to a review hidden")
    REPLY_SHOWN = "reply_shown", _("answer to a review shown again")
    CUSTOMER = "customer", _("customer’s contacts changed")
    CUSTOMERS_MERGED = "customers_merged", _("customers merged")
    CUSTOMERS_SPLIT = "customers_split", _("merging of customers taken back")
    CUSTOMER_FILE = "customer_file", _("all data of a customer downloaded")
    CUSTOMER_ERASED = "customer_erased", _("customer’s personal data erased")
    EXPORT = "export", _("table downloaded")
    CREATED = "created", pgettext_lazy("journal", "added")
    CHANGED = "changed", pgettext_lazy("journal", "changed")
    REMOVED = "removed", pgettext_lazy("journal", "removed")


def kinds():
    """The kinds, asked for when needed: a new one changes no table."""
    return AuditKind.choices


class AuditRecord(models.Model):
    """One deed, written in the transaction that did it. Append-only.

    ``actor`` is None where nobody is known: a login that failed, the system itself. ``object_type``
    is the label of the model ("orders.order"), ``label`` what the object was called then. ``data``
    holds the details (see dealers.journal) and never a customer's phone.
    """

    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # audit_by_actor begins with it
        verbose_name=_("who"),
    )
    kind = models.CharField(_("what"), max_length=16, choices=kinds)
    object_type = models.CharField(_("kind of object"), max_length=40, blank=True)
    object_id = models.BigIntegerField(_("number of the object"), null=True, blank=True)
    label = models.CharField(_("object"), max_length=200, blank=True)
    data = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("journal record")
        verbose_name_plural = _("journal records")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["kind", "-at", "-id"], name="audit_by_kind"),
            models.Index(fields=["object_type", "-at", "-id"], name="audit_by_type"),
            models.Index(fields=["object_type", "object_id", "-at", "-id"], name="audit_by_object"),
            models.Index(
                OpClass(Lower("label"), name="text_pattern_ops"), name="audit_label_prefix"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.label}".strip()
