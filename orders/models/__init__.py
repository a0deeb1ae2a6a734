"""Cart, customer, order and everything kept with it."""

from orders.models.attention import Attention, AttentionReason
from orders.models.carts import Cart, CartLine
from orders.models.customers import Consent, Customer
from orders.models.files import CommentFile
from orders.models.history import HistoryEntry, HistoryKind
from orders.models.lists import ListColumns
from orders.models.offers import Assignment, Offer, OfferState
from orders.models.orders import ContactKind, Order, OrderLine, OrderSource
from orders.models.quotes import DealerQuote
from orders.models.reasons import Party, Reason, ReasonKind

__all__ = [
    "Assignment",
    "Attention",
    "AttentionReason",
    "Cart",
    "CartLine",
    "CommentFile",
    "Consent",
    "ContactKind",
    "Customer",
    "DealerQuote",
    "HistoryEntry",
    "HistoryKind",
    "ListColumns",
    "Offer",
    "OfferState",
    "Order",
    "OrderLine",
    "OrderSource",
    "Party",
    "Reason",
    "ReasonKind",
]
