"""Costs: a file comes in, is applied or taken back; a cost is written or removed by hand."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from analytics.costs.reading import Line, read_lines
from analytics.models import Cost, CostAlias, CostUpload, Origin
from analytics.models.costs import UploadState
from dealers.models import AuditKind
from dealers.services.audit import record

BATCH = 1_000
KEPT_BAD = 200


class CostsRefused(Exception):
    """What was asked for cannot be done; the message is for people."""


@transaction.atomic
def receive(*, rows, file_name, source, vat, by, now, today):
    """Read a table's rows and keep what they say as a preview; returns the CostUpload.

    Raises NoTable, CostsRefused where there is no usable row.
    """
    lines, bad = read_lines(rows, source=source, vat=vat, today=today)
    if not lines:
        raise CostsRefused(_("There is no row with a day, a campaign and a cost."))
    return CostUpload.objects.create(
        file_name=file_name,
        lines=[_plain(line) for line in lines],
        bad=[[one.row, one.reason] for one in bad[:KEPT_BAD]],
        created_by=by,
        created_at=now,
    )


def compared(upload):
    """{"new", "changed", "same"}: how many lines of a preview are which."""
    lines = [line_of(one) for one in upload.lines]
    present = {_key(cost): cost.amount for cost in _present(lines)}
    new = sum(line.key not in present for line in lines)
    changed = sum(line.key in present and present[line.key] != line.amount for line in lines)
    return {"new": new, "changed": changed, "same": len(lines) - new - changed}


@transaction.atomic
def apply(*, upload_id, by, now):
    """Put the lines of a preview in place of what stood for their days and campaigns.

    Applied already is a success. Raises CostsRefused.
    """
    upload = CostUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == UploadState.APPLIED:
        return upload
    if upload.state != UploadState.PREVIEW:
        raise CostsRefused(_("This upload was taken back: upload the file once more."))
    lines = [line_of(one) for one in upload.lines]
    upload.before = [_plain(_of(cost)) for cost in _put(lines)]
    upload.state, upload.applied_at = UploadState.APPLIED, now
    upload.save()
    data = {"file": upload.file_name, "count": len(lines)}
    record(by=by, changed=upload, kind=AuditKind.COSTS, data=data, now=now)
    return upload


@transaction.atomic
def undo(*, upload_id, by, now):
    """Bring back what an applied upload replaced. Raises CostsRefused for an older one.

    Only the last applied upload can be taken back, else later ones would lose their ground.
    """
    upload = CostUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == UploadState.UNDONE:
        return upload
    last = CostUpload.objects.filter(state=UploadState.APPLIED).order_by("-applied_at", "-pk")
    if upload.state != UploadState.APPLIED or last.first() != upload:
        raise CostsRefused(_("Only the last applied upload can be taken back."))
    lines = [line_of(one) for one in upload.lines]
    ids = [cost.pk for cost in _present(lines)]
    Cost.objects.filter(pk__in=ids).delete()
    _put([line_of(one) for one in upload.before])
    upload.state, upload.undone_at = UploadState.UNDONE, now
    upload.save()
    data = {"file": upload.file_name, "count": len(lines)}
    record(by=by, changed=upload, kind=AuditKind.COSTS_BACK, data=data, now=now)
    return upload


@transaction.atomic
def write(*, line, by, now):
    """Set one cost by hand, in place of what stands for the day, source and campaign."""
    _put([line])
    cost = _present([line])[0]
    data = {"day": line.day.isoformat(), "campaign": line.campaign, "amount": str(line.amount)}
    record(by=by, changed=cost, kind=AuditKind.COST_WRITTEN, data=data, now=now)
    return cost


@transaction.atomic
def remove(*, cost_id, by, now):
    """Remove a cost; one that is gone already is a success."""
    cost = Cost.objects.select_for_update().filter(pk=cost_id).first()
    if cost is None:
        return
    data = {"day": cost.day.isoformat(), "campaign": cost.campaign, "amount": str(cost.amount)}
    record(by=by, changed=cost, kind=AuditKind.COST_REMOVED, data=data, now=now)
    cost.delete()


@transaction.atomic
def call_it(*, source, campaign, visit_source, visit_campaign, by, now):
    """Say that a campaign of the costs is one of the visits. Raises CostsRefused."""
    origin = Origin.objects.filter(source=visit_source, campaign=visit_campaign).first()
    if origin is None:
        raise CostsRefused(_("There is no such campaign among the visits."))
    alias, _made = CostAlias.objects.update_or_create(
        source__iexact=source,
        campaign__iexact=campaign,
        defaults={"visit_source": visit_source, "visit_campaign": visit_campaign},
        create_defaults={
            "source": source,
            "campaign": campaign,
            "visit_source": visit_source,
            "visit_campaign": visit_campaign,
        },
    )
    data = {"campaign": campaign, "is": visit_campaign}
    record(by=by, changed=alias, kind=AuditKind.COST_ALIAS, data=data, now=now)
    return alias


def _present(lines):
    """Costs that stand for the days, sources and campaigns of lines, in the order of ids."""
    keys = {line.key for line in lines}
    days = [line.day for line in lines]
    found = (
        Cost.objects.filter(day__range=(min(days), max(days)))
        .annotate(lower=Lower("campaign"))
        .filter(Q(lower__in={campaign for _day, _source, campaign in keys}))
        .order_by("pk")
    )
    return [cost for cost in found if _key(cost) in keys]


def _put(lines):
    """Write the costs of lines; returns those that stood in their place before."""
    if not lines:
        return []
    before = _present(lines)
    present = {_key(cost): cost for cost in before}
    rows = []
    for line in lines:
        cost = present.get(line.key)
        rows.append(
            Cost(
                day=line.day,
                source=cost.source if cost else line.source,
                campaign=cost.campaign if cost else line.campaign,
                amount=line.amount,
                clicks=line.clicks,
                impressions=line.impressions,
            )
        )
    Cost.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["day", "source", "campaign"],
        update_fields=["amount", "clicks", "impressions"],
    )
    return before


def _key(cost):
    return cost.day, cost.source.lower(), cost.campaign.lower()


def _of(cost):
    return Line(cost.day, cost.source, cost.campaign, cost.amount, cost.clicks, cost.impressions)


def _plain(line):
    return [
        line.day.isoformat(),
        line.source,
        line.campaign,
        str(line.amount),
        line.clicks,
        line.impressions,
    ]


def line_of(plain):
    """A Line as an upload keeps it."""
    day, source, campaign, amount, clicks, impressions = plain
    return Line(
        datetime.date.fromisoformat(day), source, campaign, Decimal(amount), clicks, impressions
    )
