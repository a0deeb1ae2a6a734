"""A list as a table for download."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from dealers.second_factor import ReauthenticationMixin
from dealers.services.exports import MOST_ROWS, TooManyRows, record_export
from suz.common.sheets import FORMATS, XLSX, table_response


class TableExportMixin(ReauthenticationMixin):
    """What a list shows, as a file; who took it is kept in the journal.

    Stands before the mixin that says who may have it. ``table`` names the list in the journal and
    in the file's name, ``resumes_at`` is the list's page, where a refusal is told too.
    """

    http_method_names = ("post", "options")
    table = ""
    titles = ()

    def get_queryset(self):
        """The rows in their order."""
        raise NotImplementedError

    def count(self, found):
        """How many rows there are, at the most one more than may be taken."""
        return found.order_by()[: MOST_ROWS + 1].count()

    def rows(self, found):
        """The cells of each row of the queryset, as ``table_response`` takes them."""
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        kind = request.POST.get("kind", XLSX)
        kind = kind if kind in FORMATS else XLSX
        found = self.get_queryset()
        try:
            record_export(count=self.count(found), table=self.table, by=request.user, kind=kind)
        except TooManyRows as refusal:
            messages.error(request, refusal.message)
            return redirect(f"{reverse(self.resumes_at)}?{request.GET.urlencode()}")
        name = f"{self.table}-{timezone.localdate():%Y-%m-%d}"
        titles = [str(title) for title in self.titles]
        return table_response(kind, name, titles, self.rows(found[:MOST_ROWS]))
