"""Who may open a page of the workspace; the wrong role finds nothing there.

Knows a user by its properties only, so that apps below ``dealers`` may use it too.
"""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404


class WorkspaceMixin(LoginRequiredMixin):
    """For every user of the workspace. ``allows`` narrows it; a refusal answers 404."""

    # Django's form views would take PUT for POST.
    http_method_names = ("get", "head", "post", "options")

    def allows(self, user):
        return True

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.allows(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ManufacturerMixin(WorkspaceMixin):
    """For the manufacturer's managers and administrators."""

    def allows(self, user):
        return user.is_manufacturer


class AdministratorMixin(WorkspaceMixin):
    """For administrators."""

    def allows(self, user):
        return user.is_administrator


class DealerMixin(WorkspaceMixin):
    """For dealers' managers."""

    def allows(self, user):
        return user.is_dealer
