"""People of the workspace, for administrators."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from dealers.access import AdministratorMixin, WorkspaceMixin
from dealers.filters import UserFilter
from dealers.second_factor import ReauthenticationMixin
from dealers.selectors import users_for_list
from dealers.services.errors import Refused
from dealers.services.users import people_managed_by, set_head, set_user_active
from dealers.views.paging import FilteredList
from suz.common.returning import own_path


class UserList(ReauthenticationMixin, AdministratorMixin, FilteredList):
    """Who may work here, with role, dealer and last login."""

    template_name = "dealers/users.html"
    filter_class = UserFilter
    sorts = {
        "name": ("sort_name", "id"),
        "joined": ("date_joined", "id"),
    }

    def get_queryset(self):
        return users_for_list()


class Managed(WorkspaceMixin, View):
    """Something done to a person whom one may manage; others are not found."""

    http_method_names = ("post", "options")

    def act(self, user_id):
        """Do it and return what is to be said."""
        raise NotImplementedError

    def post(self, request, pk):
        get_object_or_404(people_managed_by(request.user), pk=pk)
        try:
            messages.success(request, self.act(pk))
        except Refused as refusal:
            messages.error(request, refusal.message)
        if back := own_path(request.POST.get("next", "")):
            return redirect(back)
        if request.user.is_dealer:
            return redirect("dealer_managers", pk=request.user.dealer_id)
        return redirect("user_list")


class UserSwitch(Managed):
    """Switches a person's access on or off (``is_active`` comes from the address)."""

    is_active = False

    def act(self, user_id):
        user = set_user_active(
            user_id=user_id, is_active=self.is_active, by=self.request.user, now=timezone.now()
        )
        text = (
            _("%(name)s may log in again.")
            if user.is_active
            else _("%(name)s is switched off and logged out.")
        )
        return text % {"name": user.name}


class UserHead(Managed):
    """Makes a dealer's manager a head manager or takes that back (``is_head``)."""

    is_head = False

    def act(self, user_id):
        user = set_head(user_id=user_id, is_head=self.is_head, by=self.request.user)
        text = (
            _("%(name)s is a head manager now.")
            if user.is_head
            else _("%(name)s is no head manager any more.")
        )
        return text % {"name": user.name}
