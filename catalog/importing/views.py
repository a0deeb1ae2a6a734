"""Pages of price lists: upload, preview, history, download."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from catalog.importing import exporting
from catalog.importing.forms import ColumnsForm, UploadForm
from catalog.importing.headings import letter
from catalog.importing.models import RowKind, UploadState
from catalog.importing.selectors import last_editors, rows_of, tabs_of, uploads_visible_to
from catalog.importing.services import applying, receiving
from catalog.importing.services.errors import PricesEdited, UploadRefused
from dealers.access import DealerMixin, WorkspaceMixin
from dealers.models import AuditKind, Dealer
from dealers.selectors import dealers_visible_to
from dealers.services.audit import record
from suz.common.keyset import paginate
from suz.common.sheets import FORMATS, table_response

PAGE_SIZE = 50
HISTORY_SIZE = 20
SHOWN_EDITS = 100
YML_TYPE = "application/xml; charset=utf-8"


class PriceUploads(DealerMixin, View):
    """A dealer's manager uploads a price list; below, what was uploaded before."""

    def get(self, request):
        return _uploads_page(request, request.user.dealer, UploadForm())

    def post(self, request):
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = receiving.receive(
                    dealer_id=request.user.dealer_id,
                    file_name=file.name,
                    content=file.read(),
                    by=request.user,
                    now=timezone.now(),
                )
                return redirect("price_upload", pk=upload.pk)
            except UploadRefused as refusal:
                form.add_error("file", refusal.message)
        return _uploads_page(request, request.user.dealer, form)


class DealerPriceUploads(WorkspaceMixin, View):
    """The same for the manufacturer, to read."""

    def get(self, request, pk):
        dealer = get_object_or_404(dealers_visible_to(request.user), pk=pk)
        if request.user.is_dealer:
            return redirect("price_uploads")
        return _uploads_page(request, dealer, None)


class PriceUploadView(WorkspaceMixin, View):
    """One upload: its progress, its columns, its preview, what became of it."""

    def get(self, request, pk):
        return _upload_page(request, _found(request, pk))


class PriceUploadProgress(WorkspaceMixin, View):
    """Polled while a file is being read; then the page is asked for again."""

    def get(self, request, pk):
        upload = _found(request, pk)
        if upload.is_in_work:
            return render(request, "importing/progress.html", {"upload": upload})
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("price_upload", args=[upload.pk])
        return response


class UploadAction(DealerMixin, View):
    """What a dealer's manager does with an upload of the own dealer."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        upload = _found(request, pk)
        try:
            return self.act(request, upload) or redirect("price_upload", pk=pk)
        except UploadRefused as refusal:
            messages.error(request, refusal.message)
            return redirect("price_upload", pk=pk)

    def act(self, request, upload):
        raise NotImplementedError


class PriceUploadColumns(UploadAction):
    """Which column holds what."""

    def act(self, request, upload):
        form = ColumnsForm(request.POST, upload=upload)
        if form.is_valid():
            try:
                receiving.choose_columns(
                    upload_id=upload.pk,
                    heading_rows=form.cleaned_data["heading_rows"],
                    places=form.places,
                    by=request.user,
                    now=timezone.now(),
                )
                return None
            except UploadRefused as refusal:
                form.add_error(None, refusal.message)
        return _upload_page(request, upload, columns_form=form)


class PriceUploadApply(UploadAction):
    """All of the price list, or nothing."""

    def act(self, request, upload):
        revision = request.POST.get("revision", "")
        applied = applying.apply(
            upload_id=upload.pk,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
            by=request.user,
            now=timezone.now(),
        )
        count = applied.count(RowKind.NEW, RowKind.CHANGED)
        messages.success(
            request,
            ngettext(
                "The price list is applied: %(count)d product changed.",
                "The price list is applied: %(count)d products changed.",
                count,
            )
            % {"count": count},
        )


class PriceUploadRollBack(UploadAction):
    """Back to the prices before the upload."""

    def act(self, request, upload):
        try:
            applying.roll_back(upload_id=upload.pk, by=request.user, now=timezone.now())
        except PricesEdited as refusal:
            return _upload_page(request, upload, refusal=refusal)
        messages.success(request, _("The prices and the stock are as they were before the upload."))
        return None


class PriceUploadDiscard(UploadAction):
    """Puts a file aside that was not applied."""

    def act(self, request, upload):
        if not receiving.discard(upload_id=upload.pk, by=request.user, now=timezone.now()):
            raise UploadRefused(_("This price list can no longer be discarded."))
        messages.success(request, _("The file is discarded; no price has changed."))
        return redirect("price_uploads")


class PriceUploadReport(WorkspaceMixin, View):
    """Every row of an upload with its outcome, as a table."""

    def get(self, request, pk, kind):
        upload = _found(request, pk)
        if kind not in FORMATS or not upload.counts:
            raise Http404
        return table_response(
            kind,
            _("Report %(number)d") % {"number": upload.pk},
            exporting.report_titles(),
            exporting.report_rows(upload),
        )


class PriceDownload(WorkspaceMixin, View):
    """A dealer's price list in one of the formats that may be uploaded."""

    def get(self, request, pk, kind):
        dealer = get_object_or_404(dealers_visible_to(request.user), pk=pk)
        if kind not in (*FORMATS, exporting.YML):
            raise Http404
        now = timezone.now()
        name = f"{slugify(dealer.name, allow_unicode=True)}-{timezone.localdate(now):%Y-%m-%d}"
        record(
            by=request.user,
            changed=dealer,
            kind=AuditKind.EXPORT,
            data={"table": "prices", "format": kind},
            now=now,
        )
        if kind == exporting.YML:
            response = HttpResponse(exporting.price_list_yml(dealer, now=now), YML_TYPE)
            response["Content-Disposition"] = content_disposition_header(True, f"{name}.xml")
            return response
        return table_response(
            kind, name, exporting.price_list_titles(), exporting.price_list_rows(dealer)
        )


def _found(request, pk):
    return get_object_or_404(uploads_visible_to(request.user), pk=pk)


def _uploads_page(request, dealer, form):
    page = paginate(
        uploads_visible_to(request.user).filter(dealer=dealer),
        keys=("-id",),
        size=HISTORY_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"dealer": dealer, "form": form, "page": page}
    return render(request, "importing/list.html", context)


def _upload_page(request, upload, *, columns_form=None, refusal=None):
    context = {
        "upload": upload,
        "dealer": upload.dealer,
        "is_own": request.user.is_dealer,
        "changing": upload.count(RowKind.NEW, RowKind.CHANGED),
        "rejected": upload.count(RowKind.REJECTED),
        "skipped": upload.count(RowKind.SKIPPED),
    }
    if upload.state in (UploadState.COLUMNS, UploadState.READY) and request.user.is_dealer:
        context["columns_form"] = columns_form or ColumnsForm(upload=upload)
        width = max((len(cells) for _number, cells in upload.sample), default=0)
        context["letters"] = [letter(index) for index in range(width)]
    if refusal is not None:
        context["refusal"] = refusal.message
        context["edits"] = _edits(upload.dealer, refusal.edits[:SHOWN_EDITS])
        context["more_edits"] = max(0, len(refusal.edits) - SHOWN_EDITS)
    tabs = tabs_of(upload)
    if tabs:
        kinds = [kind for kind, _count in tabs]
        wanted = request.GET.get("rows", "")
        kind = wanted if wanted in kinds else kinds[0]
        context["tabs"], context["kind"] = tabs, kind
        context["page"] = paginate(
            rows_of(upload, kind),
            keys=("row",),
            size=PAGE_SIZE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    return render(request, "importing/upload.html", context)


def _edits(dealer: Dealer, edits):
    editors = last_editors(dealer.pk, [edit.product.pk for edit in edits])
    return [
        {"edit": edit, "editor": name, "at": at}
        for edit in edits
        for name, at in [editors.get(edit.product.pk, ("", None))]
    ]
