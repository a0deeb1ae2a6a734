"""People, places, dealers, points, settings."""

from dealers.models.audit import AuditKind, AuditRecord
from dealers.models.dealers import Dealer, DealerPhone, Outlet
from dealers.models.invitations import Invitation, InvitationState
from dealers.models.limits import RateCounter
from dealers.models.places import Place
from dealers.models.points import PointsEntry
from dealers.models.settings import SystemSettings
from dealers.models.users import Role, User

__all__ = [
    "AuditKind",
    "AuditRecord",
    "Dealer",
    "DealerPhone",
    "Invitation",
    "InvitationState",
    "Outlet",
    "Place",
    "PointsEntry",
    "RateCounter",
    "Role",
    "SystemSettings",
    "User",
]
