"""What the services of orders write, done to unsaved rows.

Each function mirrors one of ``orders.services`` (named in its docstring) row by row; the tests
compare what both leave behind. Services work on one order in the database at a time, which takes
minutes for a year of orders.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.pricing import recommended_quote
from dealers.models import PointsEntry
from orders import messages
from orders.discounts import after, ends
from orders.models import (
    Assignment,
    Attention,
    Consent,
    ContactKind,
    HistoryEntry,
    HistoryKind,
    OfferState,
    Order,
    OrderLine,
    Party,
)
from orders.services.accepting import DISTRIBUTION_REASONS, forced_quote_row
from orders.services.placing import quote_row
from orders.statuses import Status
from suz.common.links import fingerprint
from suz.local.demo.history import calls
from suz.local.demo.history.story import Story
from suz.local.demo.notices import news_of
from telephony.states import Result

# The texts as delivered.
CONSENT_VERSION = "1"


class Deeds:
    """Writes into Rows; messages only about what happened after ``tell_since``."""

    def __init__(self, rows, world, settings, shop, tell_since):
        self.rows = rows
        self.world = world
        self.settings = settings
        self.tell_since = tell_since
        self.category_names = {
            product.pk: shop.category_names[product.family.category_id] for product in shop.products
        }

    def place(self, rng, pk, basket, moment, *, chooses, code=None):
        """orders.services.placing.place_order; ``chooses``: orders from one dealer of the list.

        ``code`` is a PromoCode that works there and then, as far as the goods reach its sum.
        """
        buyer, place = basket.buyer, basket.buyer.city
        quotes = self.world.quotes(place, basket, moment)
        upper = quotes[-1] if quotes else recommended_quote(basket.items)
        if not buyer.is_known:
            self.rows.add(buyer.row)
            buyer.is_known = True
        cut = code.cut if code and code.cut.is_reached(upper.goods_total) else None
        discount = cut.of(upper.goods_total) if cut else Decimal(0)
        chosen = rng.choice(quotes).dealer_id if quotes and chooses else None
        order = Order(
            pk=pk,
            form_key=uuid.UUID(int=rng.getrandbits(128), version=4),
            cart_digest=fingerprint(
                *(f"{item.product_id}×{item.quantity}" for item in basket.items)
            ),
            customer=buyer.row,
            customer_name=buyer.row.name,
            phone=buyer.row.phone,
            email=buyer.row.email,
            place=place,
            region=place.parent or place,
            address=buyer.address,
            latitude=buyer.latitude if basket.with_pin else None,
            longitude=buyer.longitude if basket.with_pin else None,
            comment=basket.comment,
            wants_delivery=basket.wants_delivery,
            wants_installation=basket.wants_installation,
            chosen_dealer_id=chosen,
            price_min=quotes[0].total if quotes else upper.total,
            price_max=upper.total,
            goods_total=upper.goods_total,
            services_total=upper.total - upper.goods_total,
            promo_code=code if cut else None,
            discount=discount,
            total=upper.total - discount,
            due_on=timezone.localdate(moment) + timedelta(days=self.settings.term_days),
            created_at=moment,
        )
        self.rows.add(order)
        if cut:
            code.uses += 1
            # What the model would read from the quotes, which are not written yet.
            order.promised_range = ends(
                cut, [(one.goods_total, one.total) for one in quotes or [upper]]
            )
        lines = [
            self.rows.add(self._line(order, position, product, quantity, price))
            for position, ((product, quantity), price) in enumerate(
                zip(basket.lines, upper.prices, strict=True), start=1
            )
        ]
        story = Story(order, basket, lines, {})
        for offer in quotes:
            story.quotes[offer.dealer_id] = self.rows.add(quote_row(order, offer, moment))
        kinds = [Consent.Kind.PROCESSING, Consent.Kind.DEALER]
        for kind in kinds + [Consent.Kind.CALLS] * basket.calls_consent:
            self.rows.add(
                Consent(
                    customer=buyer.row,
                    order=order,
                    kind=kind,
                    text_version=CONSENT_VERSION,
                    given_at=moment,
                    address=basket.network_address,
                )
            )
        facts = {"lines": len(lines), "dealers": len(quotes)}
        self._tell(story, HistoryKind.PLACED, moment, data=facts, by_customer=True, is_visible=True)
        if self._is_recent(moment):
            messages.placed(order, lines, moment, **news_of(order))
        return story

    def _line(self, order, position, product, quantity, price):
        return OrderLine(
            order=order,
            position=position,
            product=product,
            category_name=self.category_names[product.pk],
            name=product.name,
            unit=product.unit,
            length_mm=product.length_mm,
            width_mm=product.width_mm,
            thickness_mm=product.thickness_mm,
            colour=product.colour,
            quantity=quantity,
            price=price,
            placed_price=price,
            total=price * quantity,
        )

    def accept(self, story, manager, moment):
        """orders.services.accepting.accept_offer"""
        order, offer = story.order, story.offers[manager.dealer_id]
        self._take(story, manager.dealer, manager, moment, offered_at=offer.opened_at)
        offer.state, offer.closed_at, offer.closed_by = OfferState.ACCEPTED, moment, manager
        self._withdraw_offers(story, moment)
        facts = {
            "dealer": order.dealer.name,
            "manager": manager.name,
            "strategy": str(offer.strategy),
        }
        self._resolve(story, moment, by=manager, reasons=DISTRIBUTION_REASONS)
        self._tell(story, HistoryKind.ACCEPTED, moment, by=manager, data=facts, is_visible=True)
        if self._is_recent(moment):
            messages.accepted(order, moment)

    def decline(self, story, manager, reason, moment):
        """orders.services.accepting.decline_offer"""
        offer = story.offers[manager.dealer_id]
        offer.state, offer.closed_at = OfferState.DECLINED, moment
        offer.closed_by, offer.reason = manager, reason
        story.declined.setdefault(manager.dealer_id, moment)
        story.course.offers[manager.dealer_id] = moment
        facts = {"dealer": manager.dealer.name, "reason": reason.text}
        self._tell(
            story, HistoryKind.DECLINED, moment, by=manager, dealer=manager.dealer, data=facts
        )

    def assign(self, story, dealer, by, moment):
        """orders.services.accepting.assign, of an order that no dealer has"""
        order = story.order
        self._withdraw_offers(story, moment)
        if dealer.pk not in story.quotes:
            terms = self.world.terms_at(dealer.pk, order.place, moment)
            row = forced_quote_row(order, story.lines, terms, moment)
            story.quotes[dealer.pk] = self.rows.add(row)
        self._take(story, dealer, None, moment, offered_at=None)
        self._resolve(story, moment, by=by, reasons=DISTRIBUTION_REASONS)
        facts = {"dealer": dealer.name}
        self._tell(story, HistoryKind.ASSIGNED, moment, by=by, data=facts, is_visible=True)
        if self._is_recent(moment):
            messages.assigned(order, moment)

    def contact(self, story, by, moment):
        """orders.services.progress.mark_contacted, or orders.services.contact.prove_contact"""
        order = story.order
        order.contact_kind, order.contacted_at = calls.contact_kind(self.settings, order), moment
        order.status = Status.PROCESSED
        facts = {"kind": str(order.contact_kind)}
        if order.contact_kind == ContactKind.CALL:
            facts["call"] = calls.bridge(self.rows, order, by, moment)
        self._tell(story, HistoryKind.CONTACTED, moment, by=by, data=facts, is_visible=True)

    def robot(self, story, moment, *, is_answered):
        """telephony: the robot has called, orders.services.contact keeps what came of it"""
        call = calls.robot(self.rows, story.order, moment, is_answered=is_answered)
        facts = {"kind": f"robot_{call.result or 'missed'}", "call": call}
        if call.result == Result.CONFIRMED:
            story.order.confirmed_at = moment
        self._tell(story, HistoryKind.CONTACTED, moment, data=facts)

    def move(self, story, target, by, moment):
        """orders.services.progress.move"""
        facts = {"from": str(story.order.status), "to": str(target)}
        story.order.status = target
        self._tell(story, HistoryKind.STATUS, moment, by=by, data=facts, is_visible=True)

    def complete(self, story, by, moment):
        """orders.services.progress.complete"""
        order, points = story.order, self.settings.points_completed
        order.status, order.earned, order.closed_at = Status.COMPLETED, order.total, moment
        self._end(story, Assignment.End.COMPLETED, moment)
        self.points(order.dealer_id, points, PointsEntry.Kind.COMPLETED, moment, order=order)
        self._resolve(story, moment, by=by)
        facts = {"earned": str(order.earned), "points": points}
        self._tell(story, HistoryKind.COMPLETED, moment, by=by, data=facts, is_visible=True)
        if self._is_recent(moment):
            messages.completed(order, moment)

    def cancel(self, story, by, reason, moment):
        """orders.services.progress.cancel"""
        order = story.order
        self._give_back(order)
        order.status, order.cancel_reason, order.closed_at = Status.CANCELLED, reason, moment
        self._withdraw_offers(story, moment)
        if order.dealer_id:
            self._end(story, Assignment.End.CANCELLED, moment, reason)
            self._take_points(story, order.dealer_id, reason, moment)
        self._resolve(story, moment, by=by)
        facts = {"reason": reason.text, "party": reason.party}
        self._tell(story, HistoryKind.CANCELLED, moment, by=by, data=facts, is_visible=True)
        if self._is_recent(moment):
            messages.cancelled(order, reason, moment)

    def give_up(self, story, by, reason, moment):
        """orders.services.accepting.give_up"""
        order, dealer = story.order, story.order.dealer
        self._end(story, Assignment.End.GIVEN_UP, moment, reason)
        facts = {"dealer": dealer.name, "reason": reason.text, "party": reason.party}
        self._tell(
            story, HistoryKind.GIVEN_UP, moment, by=by, data=facts, dealer=dealer, is_visible=True
        )
        self._take_points(story, dealer.pk, reason, moment)
        if self._is_recent(moment):
            messages.given_up(order, dealer, reason, moment)
        story.given_up.add(dealer.pk)
        order.cycle += 1
        order.status, order.dealer, order.manager = Status.NEW, None, None
        order.accepted_at, order.contact_kind, order.contacted_at = None, "", None
        order.confirmed_at = None
        self._set_prices(story, [line.placed_price for line in story.lines], order.price_max)
        story.offers = {}

    def comment(self, story, by, text, is_visible, moment):
        """orders.services.comments.add_comment"""
        self._tell(story, HistoryKind.COMMENT, moment, by=by, text=text, is_visible=is_visible)

    def delete(self, story, by, moment):
        """orders.services.progress.delete_order"""
        order = story.order
        self._withdraw_offers(story, moment)
        if order.dealer_id and story.assignment.ended_at is None:
            self._end(story, Assignment.End.CANCELLED, moment)
        self._resolve(story, moment, by=by)
        if order.status != Status.CANCELLED:
            self._give_back(order)
        order.deleted_at, order.deleted_by = moment, by
        self._tell(story, HistoryKind.DELETED, moment, by=by, dealer=None)

    def overdue(self, story, moment):
        """orders.services.progress.mark_overdue"""
        order = story.order
        order.overdue_at = moment
        self.raise_attention(story, "overdue", moment)
        facts = {"due_on": order.due_on.isoformat()}
        self._tell(story, HistoryKind.OVERDUE, moment, data=facts)
        if self._is_recent(moment):
            messages.overdue(order, moment)

    def raise_attention(self, story, reason, moment):
        """orders.services.attention.raise_attention"""
        if reason in story.attention:
            return False
        row = Attention(order=story.order, reason=reason, raised_at=moment)
        story.attention[reason] = self.rows.add(row)
        return True

    def unclaimed(self, story, reason, moment):
        """What distribution does with an order that nobody has: the list, and a message."""
        if self.raise_attention(story, reason, moment) and self._is_recent(moment):
            messages.unclaimed(story.order, reason, moment)

    def points(self, dealer_id, amount, kind, moment, *, order=None, reason="", by=None):
        """dealers.services.points.add_points"""
        standing = self.world.standing[dealer_id]
        standing.points += amount
        self.rows.add(
            PointsEntry(
                dealer_id=dealer_id,
                amount=amount,
                balance=standing.points,
                kind=kind,
                order_id=order.pk if order else None,
                cycle=order.cycle if order else None,
                reason=reason,
                created_by=by,
                created_at=moment,
            )
        )

    def offered(self, story, dealer_ids, moment):
        """What distribution tells of offers just made."""
        if self._is_recent(moment):
            quotes = [story.quotes[pk] for pk in dealer_ids]
            offers = [
                (
                    story.order,
                    story.lines,
                    quote.dealer_id,
                    after(story.cut, quote.goods_total, quote.total),
                )
                for quote in quotes
            ]
            messages.offered(offers, moment)

    def _is_recent(self, moment):
        return moment >= self.tell_since

    def _take(self, story, dealer, manager, moment, *, offered_at):
        order = story.order
        order.status, order.dealer, order.manager = Status.ACCEPTED, dealer, manager
        order.accepted_at, order.contact_kind, order.contacted_at = moment, "", None
        order.confirmed_at = None
        story.assignment = self.rows.add(
            Assignment(
                order=order,
                dealer=dealer,
                cycle=order.cycle,
                manager=manager,
                by_hand=offered_at is None,
                offered_at=offered_at,
                started_at=moment,
            )
        )
        self.world.received.add((dealer.pk, order.pk))
        if offered_at is not None:
            minutes = (moment - offered_at).total_seconds() / 60
            self.world.standing[dealer.pk].accepted.append((moment, minutes))
        quote = story.quotes[dealer.pk]
        self._set_prices(story, quote.prices, quote.total)

    def _set_prices(self, story, prices, total):
        order = story.order
        for line, price in zip(story.lines, prices, strict=True):
            line.price = price
            line.total = price * line.quantity
        order.goods_total = sum(line.total for line in story.lines)
        order.services_total = total - order.goods_total
        order.discount = Decimal(0)
        if order.promo_code and order.promo_code.cut.is_reached(story.placed_goods):
            order.discount = order.promo_code.cut.of(order.goods_total)
        order.total = total - order.discount

    def _give_back(self, order):
        if order.promo_code:
            order.promo_code.uses -= 1

    def _withdraw_offers(self, story, moment):
        for offer in story.offers.values():
            if offer.state == OfferState.OPEN:
                offer.state, offer.closed_at = OfferState.WITHDRAWN, moment

    def _end(self, story, end, moment, reason=None):
        assignment = story.assignment
        assignment.ended_at, assignment.end, assignment.reason = moment, end, reason

    def _take_points(self, story, dealer_id, reason, moment):
        if reason.party == Party.DEALER:
            self.points(
                dealer_id,
                -self.settings.points_failed,
                PointsEntry.Kind.FAILED,
                moment,
                order=story.order,
                reason=reason.text,
            )

    def _resolve(self, story, moment, *, by, reasons=None):
        for reason in list(story.attention):
            if reasons is None or reason in reasons:
                row = story.attention.pop(reason)
                row.resolved_at, row.resolved_by = moment, by

    def _tell(self, story, kind, moment, *, by=None, dealer=..., **fields):
        self.rows.add(
            HistoryEntry(
                order=story.order,
                kind=kind,
                actor=by,
                dealer=story.order.dealer if dealer is ... else dealer,
                created_at=moment,
                **fields,
            )
        )
