"""The list of complaints as a table for download: what the filters show, as far as one may see."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from suz.common.masking import without_phones

CHUNK = 500
TITLES = (
    gettext_lazy("Number"),
    gettext_lazy("Order"),
    gettext_lazy("State"),
    gettext_lazy("Category"),
    gettext_lazy("Text"),
    gettext_lazy("Dealer"),
    gettext_lazy("Region"),
    gettext_lazy("Responsible"),
    gettext_lazy("Created"),
    gettext_lazy("Answer by"),
    pgettext_lazy("complaint", "Overdue"),
    gettext_lazy("Answered"),
    pgettext_lazy("complaint", "Closed"),
    gettext_lazy("Outcome"),
    gettext_lazy("Points"),
)


def export_rows(complaints, user):
    """One row a complaint, read in pieces. A dealer's texts have no phones, whatever it may see."""
    words = without_phones if user.is_dealer else str
    for one in complaints.iterator(chunk_size=CHUNK):
        yield (
            one.pk,
            one.order_id,
            str(one.state_info.name),
            one.category.text,
            words(one.text),
            one.dealer.name if one.dealer_id else "",
            one.region.name,
            one.owner.name if one.owner_id and user.is_manufacturer else "",
            one.created_at,
            one.due_on,
            _("yes") if one.is_overdue else "",
            one.answered_at,
            one.closed_at,
            one.get_outcome_display(),
            one.points or None,
        )
