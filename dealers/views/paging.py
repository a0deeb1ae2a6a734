"""Lists with a filter, a choice of order and pages."""

from django.views.generic import TemplateView

from suz.common.keyset import paginate

PAGE_SIZE = 50


class FilteredList(TemplateView):
    """Rows that pass a filter set, in one of the orders of ``sorts``.

    ``sorts`` maps what stands in the address to sort keys that end in a unique one; "-" before it
    turns the direction of all keys. The first of them is the default.
    """

    filter_class = None
    sorts = {}
    page_size = PAGE_SIZE

    def get_queryset(self):
        raise NotImplementedError

    def get_sort(self):
        """The wanted order as in the address, and its keys."""
        wanted = self.request.GET.get("sort", "")
        name = wanted.removeprefix("-")
        if name not in self.sorts:
            wanted = name = next(iter(self.sorts))
        keys = self.sorts[name]
        if wanted.startswith("-"):
            keys = tuple(key[1:] if key.startswith("-") else f"-{key}" for key in keys)
        return wanted, keys

    def get_context_data(self, **kwargs):
        query = self.request.GET
        narrowed = self.filter_class(query, queryset=self.get_queryset(), request=self.request)
        sort, keys = self.get_sort()
        page = paginate(
            narrowed.qs,
            keys=keys,
            size=self.page_size,
            after=query.get("after", ""),
            before=query.get("before", ""),
        )
        is_narrowed = any(query.get(name) for name in narrowed.filters)
        return super().get_context_data(
            form=narrowed.form, page=page, sort=sort, is_narrowed=is_narrowed, **kwargs
        )
