"""What a report by mail says: figures against the period before, charts, tables."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from email.mime.image import MIMEImage

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from analytics.mailing.charts import bars, lines
from analytics.models.mailing import Rhythm
from analytics.reports.figures import FIGURES
from analytics.reports.measuring import measure
from analytics.reports.own import FIGURES_SHOWN
from analytics.reports.scope import BEFORE, Scope
from analytics.reports.words import cell, change, shown
from suz.common.sheets import safe_text

SALT = "analytics.mailing"
SUMMARY = (
    "visits", "orders", "accepted", "completed", "revenue", "mean_order", "cost", "return",
    "to_accept", "unclaimed", "cancelled_share", "stars", "complaints",
)  # fmt: skip
CHANNELS = ("visits", "orders", "completed", "revenue", "cost", "return")
DEALERS = (
    "offered",
    "took",
    "to_take",
    "to_contact",
    "no_contact",
    "completed",
    "revenue",
    "stars",
)
IN_MAIL = 8
QUARTER = 90
# Under this the mail says that a campaign loses money.
LOSS = 0


@dataclass(frozen=True)
class Line:
    """A figure of the mail in words."""

    name: str
    value: str
    change: str
    is_good: bool | None


@dataclass(frozen=True)
class Report:
    """Everything of a mail; ``pictures`` are PNG by name, ``book`` the xlsx."""

    subject: str
    html: str
    text: str
    pictures: dict
    book: bytes
    context: dict


def report_of(mail):
    """The Report of a ReportMail, as the reports' pages count it at this moment."""
    schedule = mail.schedule
    user = schedule.user
    scope = Scope(
        since=mail.since,
        until=mail.until,
        region=schedule.region_id if user.is_manufacturer else None,
        dealer=user.dealer_id if user.is_dealer else None,
    )
    with translation.override(settings.LANGUAGE_CODE):
        return _dealers(mail, scope) if user.is_dealer else _manufacturers(mail, scope)


def message_of(mail):
    """The e-mail of a ReportMail; sent twice it has the same Message-ID."""
    report, user = report_of(mail), mail.schedule.user
    address = settings.PUBLIC_URL + reverse("report_mail_off", args=[token_of(mail.schedule)])
    message = EmailMultiAlternatives(
        report.subject,
        report.text,
        to=[user.email],
        headers={
            "Message-ID": f"<report-{mail.pk}@suz>",
            "List-Unsubscribe": f"<{address}>",
        },
    )
    message.attach_alternative(report.html, "text/html")
    message.mixed_subtype = "related"
    for name, content in report.pictures.items():
        picture = MIMEImage(content, "png")
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        message.attach(picture)
    message.attach(
        f"{mail.until:%Y-%m-%d}.xlsx",
        report.book,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    return message


def token_of(schedule):
    """What the link that ends a report by mail carries."""
    return signing.dumps(schedule.pk, salt=SALT)


def schedule_of(token):
    """The id of a schedule, or None for a token that is none."""
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None


def _manufacturers(mail, scope):
    before = scope.compared(BEFORE)
    by_time = measure(scope, list(SUMMARY), _split(mail), before=before)
    channels = measure(scope, list(CHANNELS), "channel")
    # A week says nothing of a campaign: its orders are not completed yet.
    quarter = replace(scope, since=scope.until - timedelta(days=QUARTER - 1))
    campaigns = measure(quarter, list(CHANNELS), "campaign")
    dealers = measure(scope, list(DEALERS), "dealer")
    losing = [
        row for row in campaigns.rows
        if row.values["return"] is not None and row.values["return"] < LOSS and row.key
    ]  # fmt: skip
    waiting = [row for row in dealers.rows if row.values["no_contact"] and row.key]
    shown_channels = channels.rows[:IN_MAIL]
    pictures = {
        "orders": _orders_chart(by_time),
        "channels": bars(
            [row.label for row in shown_channels],
            [
                (str(FIGURES[code].name), [float(row.values[code] or 0) for row in shown_channels])
                for code in ("revenue", "cost")
            ],
        )
        if shown_channels
        else None,
    }
    context = {
        "lines": _lines(by_time.total, by_time.before, SUMMARY),
        "losing": [
            (row.label, shown("cost", row.values["cost"]), shown("return", row.values["return"]))
            for row in sorted(losing, key=lambda row: row.values["return"])[:IN_MAIL]
        ],
        "waiting": [(row.label, row.values["no_contact"]) for row in waiting[:IN_MAIL]],
        "address": settings.PUBLIC_URL + reverse("reports"),
        "region": mail.schedule.region.name if mail.schedule.region_id else "",
    }
    tables = {
        _("By time"): by_time,
        _("Channels"): channels,
        _("Campaigns"): campaigns,
        _("Dealers"): dealers,
    }
    return _report(mail, _("Summary of the shop"), context, pictures, tables)


def _dealers(mail, scope):
    before = scope.compared(BEFORE)
    codes = list(FIGURES_SHOWN)
    total = measure(scope, codes, before=before)
    by_time = measure(scope, ["orders", "completed", "revenue"], _split(mail))
    context = {
        "lines": _lines(total.total, total.before, codes),
        "address": settings.PUBLIC_URL + reverse("scorecard"),
        "dealer": mail.schedule.user.dealer.name,
    }
    pictures = {"orders": _orders_chart(by_time)}
    return _report(mail, _("Our figures"), context, pictures, {_("By time"): by_time})


def _split(mail):
    return "day" if mail.schedule.rhythm == Rhythm.WEEKLY else "week"


def _orders_chart(table):
    if not table.rows:
        return None
    return lines(
        [row.label[:5] for row in table.rows],
        [
            (str(FIGURES[code].name), [row.values[code] or 0 for row in table.rows])
            for code in ("orders", "completed")
        ],
    )


def _lines(values, before, codes):
    found = []
    for code in codes:
        changed = change(code, values.get(code), (before or {}).get(code))
        text, is_good = changed or ("", None)
        found.append(Line(str(FIGURES[code].name), shown(code, values.get(code)), text, is_good))
    return found


def _report(mail, title, context, pictures, tables):
    days = f"{date_format(mail.since, 'j E')} — {date_format(mail.until, 'j E Y')}"
    pictures = {name: content for name, content in pictures.items() if content}
    context |= {
        "title": title,
        "days": days,
        "pictures": list(pictures),
        "off": settings.PUBLIC_URL + reverse("report_mail_off", args=[token_of(mail.schedule)]),
    }
    return Report(
        subject=f"{title}: {days}",
        html=render_to_string("analytics/mailing/mail.html", context),
        text=render_to_string("analytics/mailing/mail.txt", context),
        pictures=pictures,
        book=_book(tables),
        context=context,
    )


def _book(tables):
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(table.figures), 16)
            for column, code in enumerate(table.figures, 1):
                sheet.write_string(0, column, str(FIGURES[code].name), bold)
            rows = [(row.label, row.values) for row in table.rows]
            for line, (label, values) in enumerate([*rows, (_("In all"), table.total)], 1):
                sheet.write_string(line, 0, safe_text(label))
                for column, code in enumerate(table.figures, 1):
                    value = cell(code, values.get(code))
                    if isinstance(value, str):
                        sheet.write_string(line, column, safe_text(value))
                    elif value is not None:
                        sheet.write_number(line, column, float(value))
    return output.getvalue()
