"""Who may see which orders."""

from django.db import models

from orders.models.offers import Offer, OfferState
from orders.statuses import Status


class OrderQuerySet(models.QuerySet):
    """Reads of orders, scoped by who looks."""

    def alive(self):
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user, *, only_own=False):
        """Orders that the user may open: all for the manufacturer, own and offered for a dealer.

        With ``only_own`` (a setting) a dealer sees its accepted orders alone.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_manufacturer:
            return self.alive()
        if user.is_dealer and user.dealer.is_active:
            own = models.Q(dealer_id=user.dealer_id)
            if only_own:
                return self.alive().filter(own)
            return self.alive().filter(own | self._offered(user.dealer_id))
        return self.none()

    def visible_parts(self, user, *, only_own=False):
        """The orders of ``visible_to`` in parts that an index can walk, none in two of them."""
        if not user.is_authenticated or not user.is_active:
            return []
        if user.is_manufacturer:
            return [self.alive()]
        if user.is_dealer and user.dealer.is_active:
            own = self.alive().filter(dealer_id=user.dealer_id)
            # A new order has no dealer, so what is offered is never the dealer's own.
            return [own] if only_own else [own, self.offered_to(user.dealer_id)]
        return []

    def offered_to(self, dealer_id):
        """New orders that the dealer may accept now."""
        return self.alive().filter(self._offered(dealer_id))

    @staticmethod
    def _offered(dealer_id):
        return models.Q(status=Status.NEW) & models.Exists(
            Offer.objects.filter(
                order_id=models.OuterRef("pk"), dealer_id=dealer_id, state=OfferState.OPEN
            )
        )
