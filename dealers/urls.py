"""Addresses of dealers, points, people and settings, under /workspace/."""

from django.urls import path

from dealers.views.dealers import DealerCard, DealerExport, DealerList, DealerTerms, OwnDealer
from dealers.views.invitations import (
    DealerManagers,
    DealerRegister,
    InvitationPage,
    InvitationResend,
    InvitationRevoke,
    StaffInvite,
)
from dealers.views.journal import (
    JournalExport,
    JournalList,
    JournalRecord,
    SettingsHistory,
)
from dealers.views.me import OwnProfile
from dealers.views.points import PointsAdd, PointsLedger
from dealers.views.profile import DealerProfile
from dealers.views.settings import Settings
from dealers.views.users import UserHead, UserList, UserSwitch

urlpatterns = [
    path("dealers/", DealerList.as_view(), name="dealer_list"),
    path("dealers/export/", DealerExport.as_view(), name="dealer_export"),
    path("dealers/register/", DealerRegister.as_view(), name="dealer_register"),
    path("dealers/<int:pk>/managers/", DealerManagers.as_view(), name="dealer_managers"),
    path("dealers/<int:pk>/", DealerCard.as_view(), name="dealer_card"),
    path("dealers/<int:pk>/profile/", DealerProfile.as_view(), name="dealer_profile"),
    path("dealers/<int:pk>/terms/", DealerTerms.as_view(), name="dealer_terms"),
    path("dealers/<int:pk>/points/", PointsLedger.as_view(), name="dealer_points"),
    path("dealers/<int:pk>/points/add/", PointsAdd.as_view(), name="points_add"),
    path("dealer/", OwnDealer.as_view(), {"page": "dealer_card"}, name="own_dealer"),
    path("dealer/points/", OwnDealer.as_view(), {"page": "dealer_points"}, name="own_points"),
    path("me/", OwnProfile.as_view(), name="own_profile"),
    path("settings/", Settings.as_view(), name="settings"),
    path("settings/history/", SettingsHistory.as_view(), name="settings_history"),
    path("journal/", JournalList.as_view(), name="journal"),
    path("journal/export/", JournalExport.as_view(), name="journal_export"),
    path("journal/<int:pk>/", JournalRecord.as_view(), name="journal_record"),
    path("staff/", UserList.as_view(), name="user_list"),
    path("staff/invite/", StaffInvite.as_view(), name="staff_invite"),
    path("staff/<int:pk>/head/", UserHead.as_view(is_head=True), name="user_head"),
    path("staff/<int:pk>/no-head/", UserHead.as_view(), name="user_no_head"),
    path("invitation/<str:token>/", InvitationPage.as_view(), name="invitation"),
    path("invitations/<int:pk>/send/", InvitationResend.as_view(), name="invitation_resend"),
    path("invitations/<int:pk>/revoke/", InvitationRevoke.as_view(), name="invitation_revoke"),
    path("staff/<int:pk>/activate/", UserSwitch.as_view(is_active=True), name="user_activate"),
    path("staff/<int:pk>/deactivate/", UserSwitch.as_view(), name="user_deactivate"),
]
