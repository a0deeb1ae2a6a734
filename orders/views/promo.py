"""A promo code on an order's card."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from dealers.limits import PROMO_BY_SESSION
from dealers.models import SystemSettings
from orders.forms import PromoForm
from orders.promo_codes import find_code, staff_words, trouble_with
from orders.scope import has_contact
from orders.services.promo_codes import apply_code, remove_code
from orders.views.actions import ActionView
from orders.views.cards import visible_order
from suz.common.text import money


class PromoApplyView(ActionView):
    """Apply a code; staff is told precisely why one does not work, a dealer only so many times."""

    name = "promo"
    form_class = PromoForm

    def get_form(self, pk):
        order = visible_order(self.request.user, pk, SystemSettings.load())
        if not has_contact(self.request.user, order):
            # An offer is no right to try codes.
            raise Http404
        return PromoForm(
            self.request.POST, auto_id="promo_%s", trouble=lambda text: self.trouble(order, text)
        )

    def trouble(self, order, text):
        """Why the code does not work for the order, or nothing."""
        user, now = self.request.user, timezone.now()
        if user.is_dealer and not PROMO_BY_SESSION.hit(f"user {user.pk}", now=now):
            return _("Too many promo codes were tried. Try again tomorrow.")
        code = find_code(text)
        is_held = code is not None and code.pk == order.promo_code_id
        trouble = trouble_with(code, order.place, now=now, is_held=is_held)
        if trouble is None and user.is_dealer:
            PROMO_BY_SESSION.release(f"user {user.pk}", now=now)
        return staff_words(trouble) if trouble else ""

    def act(self, pk, data):
        order = apply_code(order_id=pk, text=data["code"], **self.actor)
        return _("The promo code is applied: discount %(sum)s.") % {"sum": money(order.discount)}


class PromoRemoveView(ActionView):
    """Take the code off."""

    def act(self, pk, data):
        remove_code(order_id=pk, **self.actor)
        return _("The promo code is removed.")
