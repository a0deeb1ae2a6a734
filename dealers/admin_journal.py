"""What superusers change in Django admin comes into the journal as well."""

from django.contrib import admin
from django.db import models

from dealers.models import AuditKind
from dealers.services.audit import record
from suz.common.text import HIDDEN


class JournaledMixin:
    """Records what was added, changed and removed, with the values before and after.

    Values of ``private_fields`` are left out. ``journal_kind`` is what a change is called.
    """

    journal_kind = AuditKind.CHANGED
    private_fields = ("password", "password1", "password2")

    def journal_data(self, obj):
        """Details that a record about the object has beside what was changed."""
        return {}

    def save_model(self, request, obj, form, change):
        changes = [self._change(form, name) for name in form.changed_data] if change else []
        super().save_model(request, obj, form, change)
        if changes or not change:
            kind = self.journal_kind if change else AuditKind.CREATED
            record(
                by=request.user,
                changed=obj,
                kind=kind,
                data=self.journal_data(obj) | {"changes": changes},
            )

    def save_related(self, request, form, formsets, change):
        touched = [rows for rows in formsets if rows.has_changed()]
        super().save_related(request, form, formsets, change)
        for rows in touched:
            text = str(rows.model._meta.verbose_name_plural)
            data = self.journal_data(form.instance)
            record(
                by=request.user, changed=form.instance, kind=AuditKind.CHANGED, text=text, data=data
            )

    def delete_model(self, request, obj):
        record(by=request.user, changed=obj, kind=AuditKind.REMOVED, data=self.journal_data(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            record(
                by=request.user, changed=obj, kind=AuditKind.REMOVED, data=self.journal_data(obj)
            )
        super().delete_queryset(request, queryset)

    def _change(self, form, name):
        if name in self.private_fields:
            return {"field": name, "before": HIDDEN, "after": HIDDEN}
        field = form.fields[name]
        before = form.initial.get(name)
        if before is not None and hasattr(field, "queryset"):
            before = _chosen(field.queryset.model, before)
        return {"field": name, "before": _plain(before), "after": _plain(form.cleaned_data[name])}


def _chosen(model, value):
    """Records by number, or as they are."""
    many = isinstance(value, list | tuple)
    found = [
        one if isinstance(one, models.Model) else model._default_manager.filter(pk=one).first()
        for one in (value if many else [value])
    ]
    return found if many else found[0]


def _plain(value):
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | models.QuerySet):
        return [str(one) for one in value]
    return str(value)


class JournaledAdmin(JournaledMixin, admin.ModelAdmin):
    """A page of Django admin whose changes come into the journal."""
