"""Costs of advertising: the list, uploads, and campaigns that no visit has."""

import django_filters
from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from analytics.costs import services
from analytics.costs.matching import campaigns, unmatched
from analytics.costs.reading import EARLIEST, Line, NoTable
from analytics.models import Cost, CostUpload
from analytics.models.costs import UploadState
from analytics.reports.loading import today
from catalog.importing.files.limits import MAX_BYTES, Unreadable
from catalog.importing.files.process import read_apart
from catalog.importing.wording import failure_text
from dealers.access import ManufacturerMixin
from dealers.filters import DATE, search_filter
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList

UPLOADS, LINES = 20, 30


class CostFilter(django_filters.FilterSet):
    """Narrows the list of costs."""

    q = search_filter(gettext_lazy("Campaign or source"))
    since = django_filters.DateFilter(
        "day", "gte", label=gettext_lazy("Day from"), widget=forms.DateInput(attrs=DATE)
    )
    until = django_filters.DateFilter(
        "day", "lte", label=gettext_lazy("Day to"), widget=forms.DateInput(attrs=DATE)
    )

    class Meta:
        model = Cost
        fields = ()

    def search(self, queryset, name, value):
        text = value.replace("\x00", "")
        return queryset.filter(campaign__icontains=text) | queryset.filter(source__icontains=text)


class CostForm(forms.Form):
    """One cost by hand."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=100)
    campaign = forms.CharField(label=gettext_lazy("Campaign"), max_length=150)
    amount = forms.DecimalField(
        label=gettext_lazy("Cost with VAT, ₽"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
    )

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not EARLIEST <= day <= today():
            raise forms.ValidationError(_("The day is in the future or too long ago."))
        return day


class UploadForm(forms.Form):
    """A file and what it does not say itself."""

    file = forms.FileField(
        label=gettext_lazy("File of Direct, Ads or your own, csv or xlsx"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Source, as in utm_source"),
        max_length=100,
        initial="yandex",
        help_text=gettext_lazy("Where the file has a column of its own, that one counts."),
    )
    vat = forms.DecimalField(
        label=gettext_lazy("Add VAT, %"),
        min_value=0,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        initial=0,
        localize=True,
        help_text=gettext_lazy("0 where the sums are with VAT already."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB: split it into parts."))
        return file


class CostList(ManufacturerMixin, FilteredList):
    """Costs by day; a form adds or changes one."""

    template_name = "analytics/costs/list.html"
    filter_class = CostFilter
    sorts = {"day": ("-day", "-pk"), "amount": ("-amount", "-pk"), "campaign": ("campaign", "pk")}

    def get_queryset(self):
        return Cost.objects.all()

    def get_context_data(self, **kwargs):
        kwargs.setdefault("cost_form", CostForm(auto_id="cost_%s"))
        return super().get_context_data(unmatched=len(unmatched()), **kwargs)

    def post(self, request, *args, **kwargs):
        form = CostForm(request.POST, auto_id="cost_%s")
        if not form.is_valid():
            context = self.get_context_data(cost_form=form)
            return self.render_to_response(context, status=422)
        line = Line(
            form.cleaned_data["day"],
            form.cleaned_data["source"].lower(),
            form.cleaned_data["campaign"],
            form.cleaned_data["amount"],
        )
        services.write(line=line, by=request.user, now=timezone.now())
        messages.success(request, _("The cost is kept."))
        return redirect("costs")


class CostExport(TableExportMixin, ManufacturerMixin, View):
    """The costs as a file."""

    resumes_at = "costs"
    table = "costs"
    titles = (
        gettext_lazy("Day"),
        gettext_lazy("Source"),
        gettext_lazy("Campaign"),
        gettext_lazy("Cost with VAT, ₽"),
        gettext_lazy("Clicks"),
        gettext_lazy("Impressions"),
    )

    def get_queryset(self):
        rows = Cost.objects.order_by("-day", "-pk")
        return CostFilter(self.request.GET, queryset=rows, request=self.request).qs

    def rows(self, found):
        return (
            [row.day, row.source, row.campaign, row.amount, row.clicks, row.impressions]
            for row in found.iterator(chunk_size=2_000)
        )


class CostRemove(ManufacturerMixin, View):
    """POST: the cost is gone."""

    http_method_names = ("post",)

    def post(self, request, pk):
        services.remove(cost_id=pk, by=request.user, now=timezone.now())
        messages.success(request, _("The cost is removed."))
        return redirect("costs")


class CostUploads(ManufacturerMixin, FormView):
    """A file comes in; earlier ones below."""

    template_name = "analytics/costs/uploads.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs):
        uploads = CostUpload.objects.select_related("created_by").defer("lines", "before", "bad")
        return super().get_context_data(uploads=uploads[:UPLOADS], **kwargs)

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            table = read_apart(file.read())
            upload = services.receive(
                rows=table.rows,
                file_name=file.name.replace("\x00", "")[:255],
                source=form.cleaned_data["source"].lower(),
                vat=form.cleaned_data["vat"],
                by=self.request.user,
                now=timezone.now(),
                today=today(),
            )
        except Unreadable as error:
            form.add_error("file", failure_text(error.failure))
        except (NoTable, services.CostsRefused) as error:
            form.add_error("file", str(error))
        else:
            return redirect("cost_upload", pk=upload.pk)
        return self.form_invalid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class CostUploadPage(ManufacturerMixin, TemplateView):
    """What a file says, before it counts and after."""

    http_method_names = ("get", "head", "options")
    template_name = "analytics/costs/upload.html"

    def get_context_data(self, pk, **kwargs):
        upload = get_object_or_404(CostUpload.objects.select_related("created_by"), pk=pk)
        is_preview = upload.state == UploadState.PREVIEW
        lines = [services.line_of(line) for line in upload.lines]
        return super().get_context_data(
            upload=upload,
            is_preview=is_preview,
            is_applied=upload.state == UploadState.APPLIED,
            numbers=services.compared(upload) if is_preview else None,
            sample=lines[:LINES],
            total=sum(line.amount for line in lines),
            **kwargs,
        )


class CostUploadAction(ManufacturerMixin, View):
    """POST: apply the upload, or take it back."""

    http_method_names = ("post",)
    deed = None
    done = ""

    def post(self, request, pk):
        get_object_or_404(CostUpload, pk=pk)
        try:
            type(self).deed(upload_id=pk, by=request.user, now=timezone.now())
        except services.CostsRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self.done)
        return redirect("cost_upload", pk=pk)


class CostUploadApply(CostUploadAction):
    deed = staticmethod(services.apply)
    done = gettext_lazy("The costs are applied: reports count them from now on.")


class CostUploadUndo(CostUploadAction):
    deed = staticmethod(services.undo)
    done = gettext_lazy("The upload is taken back: what it replaced counts again.")


class Unmatched(ManufacturerMixin, TemplateView):
    """Campaigns of costs that no visit has; each can be said to be one that visits have."""

    http_method_names = ("get", "head", "post", "options")
    template_name = "analytics/costs/unmatched.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(rows=unmatched(), choices=campaigns(), **kwargs)

    def post(self, request):
        visit_source, parted, visit_campaign = request.POST.get("is", "").partition("\t")
        source, campaign = request.POST.get("source", ""), request.POST.get("campaign", "")
        if not parted or "\x00" in f"{source}{campaign}{visit_source}{visit_campaign}":
            messages.error(request, _("Choose a campaign of the visits."))
            return redirect("costs_unmatched")
        try:
            services.call_it(
                source=source[:100],
                campaign=campaign[:150],
                visit_source=visit_source,
                visit_campaign=visit_campaign,
                by=request.user,
                now=timezone.now(),
            )
        except services.CostsRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("“%(one)s” counts as “%(other)s” now.")
                % {"one": campaign[:150], "other": visit_campaign},
            )
        return redirect("costs_unmatched")
