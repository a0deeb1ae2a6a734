"""A log of what a system was told, a page at a time."""

from dataclasses import dataclass
from typing import Any

from analytics.models import Dispatch, DispatchState
from analytics.outgoing.forms import LogForm
from suz.common.keyset import Page, paginate

PAGE_SIZE = 50
COUNTED = 2_000


@dataclass(frozen=True)
class Log:
    """A page of a log with the form that narrows it; ``failed`` to COUNTED and one more."""

    form: Any
    page: Page
    is_narrowed: bool
    failed: int

    @property
    def failed_label(self):
        return f"{COUNTED}+" if self.failed > COUNTED else str(self.failed)


def log_of(endpoints, query):
    """The log of some systems (a queryset or list) as an address asks for it: three queries."""
    form = LogForm(query)
    dispatches = Dispatch.objects.filter(endpoint__in=endpoints)
    page = paginate(
        form.narrow(dispatches).select_related("endpoint"),
        keys=("-id",),
        size=PAGE_SIZE,
        after=query.get("after", ""),
        before=query.get("before", ""),
        limit=COUNTED,
    )
    failed = dispatches.filter(state=DispatchState.DEAD).exclude(event="test")
    return Log(
        form=form,
        page=page,
        is_narrowed=any(query.get(name) for name in form.fields),
        failed=failed[: COUNTED + 1].count(),
    )
