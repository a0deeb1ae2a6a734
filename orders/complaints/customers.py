"""What complaints keep of customers: for the history, the customer's file and erasure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.complaints.timeline import FOR_CUSTOMER
from orders.customer_history import Section, Source, timed
from orders.models import Complaint, ComplaintEntry, ComplaintEntryKind, ComplaintFile
from orders.services.files import erase_files
from suz.common.erasing import ERASED

# What the customer said, word for word.
OWN_WORDS = (ComplaintEntryKind.FILED, ComplaintEntryKind.WROTE)


class Complaints(Source):
    """Complaints about the customer's orders, by when they came."""

    code = "complaints"
    title = gettext_lazy("Complaints")
    template = "orders/customers/complaint.html"

    def rows(self, customer, orders):
        complaints = Complaint.objects.filter(order__in=orders)
        return timed(complaints, "created_at").select_related("category", "owner")

    def sections(self, customer, orders):
        columns = {
            "complaint": _("Complaint"),
            "order": _("Order"),
            "at": _("Time"),
            "who": _("Who"),
            "text": _("Text"),
            "files": _("Files"),
        }
        entries = ComplaintEntry.objects.filter(
            complaint__order__in=orders, kind__in=FOR_CUSTOMER
        ).select_related("complaint")
        rows = [
            {
                "complaint": one.complaint_id,
                "order": one.complaint.order_id,
                "at": one.created_at,
                "who": _("Customer") if one.kind in OWN_WORDS else _("Manufacturer"),
                "text": one.text,
                "files": ", ".join(file.name for file in one.files.all()),
            }
            for one in entries.prefetch_related("files").order_by("pk")
        ]
        return [Section(self.code, _("Complaints"), columns, rows)]

    def files(self, orders):
        found = ComplaintFile.objects.filter(
            entry__complaint__order__in=orders, entry__kind__in=FOR_CUSTOMER
        ).select_related("entry")
        for one in found.order_by("pk"):
            yield f"complaint-{one.entry.complaint_id}-{one.pk}-{one.name}", one.file

    def erase(self, orders, words):
        """The customer's words and all files go, what staff wrote stays without the person."""
        Complaint.objects.filter(order__in=orders).update(text=ERASED)
        entries = list(ComplaintEntry.objects.filter(complaint__order__in=orders))
        for one in entries:
            own = one.kind in OWN_WORDS and one.text
            one.text = ERASED if own else words.clean(one.text)
            one.data = words.clean_facts(one.data)
        ComplaintEntry.objects.bulk_update(entries, ["text", "data"], batch_size=500)
        return erase_files(ComplaintFile.objects.filter(entry__complaint__order__in=orders))
