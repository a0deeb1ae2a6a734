"""People of the workspace, for administrators."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from dealers.access import AdministratorMixin
from dealers.filters import UserFilter
from dealers.models import User
from dealers.selectors import users_for_list
from dealers.services.errors import Refused
from dealers.services.users import set_user_active
from dealers.views.paging import FilteredList


class UserList(AdministratorMixin, FilteredList):
    """Who may work here, with role, dealer and last login."""

    template_name = "dealers/users.html"
    filter_class = UserFilter
    sorts = {
        "name": ("sort_name", "id"),
        "joined": ("date_joined", "id"),
    }

    def get_queryset(self):
        return users_for_list()


class UserSwitch(AdministratorMixin, View):
    """Switches a person's access on or off (``is_active`` comes from the address)."""

    http_method_names = ("post", "options")
    is_active = False

    def post(self, request, pk):
        try:
            user = set_user_active(
                user_id=pk, is_active=self.is_active, by=request.user, now=timezone.now()
            )
        except User.DoesNotExist:
            raise Http404 from None
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            text = (
                _("%(name)s may log in again.")
                if user.is_active
                else _("%(name)s is switched off and logged out.")
            )
            messages.success(request, text % {"name": user.name})
        back = request.POST.get("next", "")
        if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return redirect(back)
        return redirect("user_list")
