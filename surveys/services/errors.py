"""Refusals, each with a sentence for people."""

from django.utils.translation import gettext as _

from dealers.services.errors import Refused


class SurveyClosed(Refused):
    """The survey cannot be answered any more: answered, voided or too old."""

    def __init__(self):
        super().__init__(_("This survey cannot be answered any more."))


class AlreadyAnswered(SurveyClosed):
    """The survey has been answered; what came first counts."""
