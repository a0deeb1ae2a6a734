"""The columns of the list of orders: what there are, who may have which, what a person chose."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import ListColumns


@dataclass(frozen=True)
class Column:
    """A column. ``sort`` names what its title sorts by; a fixed one is always there."""

    code: str
    name: str
    sort: str = ""
    is_fixed: bool = False
    is_usual: bool = True
    for_dealers: bool = True


COLUMNS = {
    column.code: column
    for column in (
        Column("number", _("Number"), sort="number", is_fixed=True),
        Column("status", _("Status"), is_fixed=True),
        Column("created", _("Created"), sort="created"),
        Column("customer", _("Customer")),
        Column("products", _("Products")),
        Column("dealer", _("Dealer"), for_dealers=False),
        Column("manager", _("Manager"), is_usual=False),
        Column("source", pgettext_lazy("order", "Source"), is_usual=False),
        Column("sum", _("Sum"), sort="sum"),
        Column("term", _("Term"), sort="term"),
        Column("earned", _("Earned"), is_usual=False),
    )
}


def columns_for(user):
    """The columns that the user may have, in their order."""
    return [column for column in COLUMNS.values() if column.for_dealers or user.is_manufacturer]


def usual_columns(user):
    """Codes of the columns that the user sees without having chosen any."""
    return [column.code for column in columns_for(user) if column.is_usual]


def chosen_columns(user):
    """Codes of the columns that the user sees: the own choice, else the usual ones."""
    row = ListColumns.objects.filter(user=user).only("columns").first()
    if row is None:
        return usual_columns(user)
    return [
        column.code for column in columns_for(user) if column.is_fixed or column.code in row.columns
    ]


def choose_columns(*, by, columns):
    """Remember the user's choice; nothing chosen means the usual columns again."""
    if not columns:
        ListColumns.objects.filter(user=by).delete()
        return
    ListColumns.objects.update_or_create(user=by, defaults={"columns": list(columns)})
