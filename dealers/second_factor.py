"""The second factor of administrators, and asking once more who one is.

Both hold where SECOND_FACTOR_REQUIRED is set: everywhere but in the demo, where a second factor is
only recommended.
"""

import time
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suz.common.middleware import WORKSPACE

ADMIN = "/admin/"


def second_factor(get_response):
    """Middleware: lead an administrator without a second factor to where it is set up."""

    def respond(request):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.path_info.startswith((WORKSPACE, ADMIN))
            and request.user.is_authenticated
            and request.user.is_administrator
            and not has_second_factor(request.user)
        ):
            messages.warning(
                request, _("Administrators enter with a second factor: set it up to go on.")
            )
            return redirect("mfa_activate_totp")
        return get_response(request)

    return respond


def has_second_factor(user):
    """Whether codes of an application are set up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def proved_lately(request):
    """Whether the person has given the password or a code in the last minutes."""
    records = get_authentication_records(request, request.user)
    return bool(records) and (
        time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    )


def proven(view):
    """A view of an app below this one that asks administrators who they are once more."""

    @wraps(view)
    def respond(request, *args, **kwargs):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.user.is_authenticated
            and request.user.is_administrator
            and not proved_lately(request)
        ):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return respond


class ReauthenticationMixin:
    """A page that asks for the password or a code again where that was a while ago.

    Stands before the mixin that says who may open the page. ``resumes_at`` names the page on which
    one goes on where it is not this one (or ``resume_address`` gives it): a download is asked for
    once more from its list.
    """

    resumes_at = ""

    def resume_address(self, request):
        """Where one goes on; empty: here."""
        if not self.resumes_at:
            return ""
        query = request.GET.urlencode()
        return reverse(self.resumes_at) + (f"?{query}" if query else "")

    def dispatch(self, request, *args, **kwargs):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.user.is_authenticated
            and self.allows(request.user)
            and not proved_lately(request)
        ):
            if page := self.resume_address(request):
                return self._asked_first(request, page)
            raise ReauthenticationRequired
        return super().dispatch(request, *args, **kwargs)

    def _asked_first(self, request, page):
        messages.info(request, _("Confirm that it is you, then download once more."))
        ways = get_adapter().get_reauthentication_methods(request.user)
        address = ways[0]["url"] if ways else reverse("account_login")
        return redirect(f"{address}?{urlencode({REDIRECT_FIELD_NAME: page})}")
