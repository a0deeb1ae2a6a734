"""Who may log in, and for how long."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend

from suz.common.net import client_network


class WorkspaceBackend(ModelBackend):
    """Ends the sessions of a deactivated user or dealer at their next request."""

    def get_user(self, user_id):
        return self._usable(self._users().filter(pk=user_id).first())

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and self._usable(user) is not None

    @staticmethod
    def _users():
        from dealers.models import User

        return User.objects.select_related("dealer")

    @staticmethod
    def _usable(user):
        if user is None or not user.is_active:
            return None
        if user.is_dealer and not user.dealer.is_active:
            return None
        return user


class AccountAdapter(DefaultAccountAdapter):
    """Users are invited, nobody signs up; attempts are counted by the client's own address."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        # Behind a proxy of ours everybody would else have the proxy's address and one limit.
        return client_network(request)
