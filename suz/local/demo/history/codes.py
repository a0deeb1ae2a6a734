"""Promo codes that customers of the played year type."""

import random

from orders.models import PromoCode, PromoCodeState

TYPES_CODE = 0.07


class Codes:
    """Draws codes, with draws of its own: who has one changes nothing else of the year."""

    def __init__(self, codes):
        self.rng = random.Random("suz demo promo codes")
        self.codes = [(code, {one.pk for one in code.regions.all()}) for code in codes]

    def typed(self, city, moment):
        """A PromoCode that works there and then, or mostly None."""
        if self.rng.random() > TYPES_CODE:
            return None
        working = [
            code
            for code, regions in self.codes
            if code.state_at(moment) == PromoCodeState.RUNNING
            and (not regions or city.region_id in regions)
        ]
        return self.rng.choice(working) if working else None

    def write(self):
        """Keep how often each was used."""
        PromoCode.objects.bulk_update([code for code, _regions in self.codes], ["uses"])
