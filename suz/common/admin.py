"""What superusers may not do to records, whatever Django would let them."""


class KeptMixin:
    """Records that are switched off or corrected, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyMixin(KeptMixin):
    """Records that only the product writes: ledgers, histories, decisions, messages."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LargeMixin:
    """Tables that grow: the list does not count every row."""

    show_full_result_count = False
    list_per_page = 50
