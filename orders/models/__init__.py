"""Cart, customer, order and everything kept with it."""

from orders.models.attention import Attention, AttentionReason
from orders.models.carts import Cart, CartLine
from orders.models.complaints import (
    Complaint,
    ComplaintEntry,
    ComplaintEntryKind,
    ComplaintFile,
    Outcome,
)
from orders.models.conversations import Ask, Conversation, OrderLookup
from orders.models.customer_records import (
    CustomerDeed,
    CustomerErasure,
    CustomerMerge,
    CustomerNote,
)
from orders.models.customers import Consent, ConsentVersion, Customer
from orders.models.files import CommentFile
from orders.models.history import HistoryEntry, HistoryKind
from orders.models.lists import ListColumns
from orders.models.offers import Assignment, Offer, OfferState
from orders.models.orders import ContactKind, Order, OrderLine, OrderSource
from orders.models.promo_codes import PromoCode, PromoCodeState
from orders.models.quotes import DealerQuote
from orders.models.reasons import Party, Reason, ReasonKind

__all__ = [
    "Ask",
    "Assignment",
    "Attention",
    "AttentionReason",
    "Cart",
    "CartLine",
    "CommentFile",
    "Complaint",
    "ComplaintEntry",
    "ComplaintEntryKind",
    "ComplaintFile",
    "Consent",
    "ConsentVersion",
    "ContactKind",
    "Conversation",
    "Customer",
    "CustomerDeed",
    "CustomerErasure",
    "CustomerMerge",
    "CustomerNote",
    "DealerQuote",
    "HistoryEntry",
    "HistoryKind",
    "ListColumns",
    "Offer",
    "OfferState",
    "Order",
    "OrderLine",
    "OrderLookup",
    "OrderSource",
    "Outcome",
    "Party",
    "PromoCode",
    "PromoCodeState",
    "Reason",
    "ReasonKind",
]
