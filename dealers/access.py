"""Who may open a page of the workspace: written below every app, found here by those above."""

from suz.common.access import AdministratorMixin, DealerMixin, ManufacturerMixin, WorkspaceMixin

__all__ = ["AdministratorMixin", "DealerMixin", "ManufacturerMixin", "WorkspaceMixin"]
