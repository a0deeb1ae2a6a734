"""Version 1 of the interface: addresses, what they take and what they answer.

Every address calls the service or selector that the page of the dealer's cabinet calls; nothing is
decided here. docs/api.md is written for those who use it.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja import Status as Answer
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import AfterValidator, Field

from analytics.api.prices import RowsRefused, Wanted, set_terms
from analytics.api.steps import take_step
from analytics.api.tokens import authenticate
from analytics.models.tokens import Scope
from analytics.outgoing.requests import moment, rubles
from analytics.webhooks.content import order_json
from catalog.models import Product
from catalog.services.assortment import terms_of
from dealers.limits import API_BY_TOKEN, API_MISSES
from dealers.models import SystemSettings
from distribution.services import catch_up
from orders.card import card_of
from orders.models import HistoryEntry, Order, ReasonKind
from orders.models import Reason as ReasonRow
from orders.selectors import Tab, orders_of_tab
from orders.services import accepting, comments
from orders.services.errors import OrderError, OrderGone, OrderNotFound
from orders.statuses import Status
from orders.views.cards import visible_order
from suz.common.net import client_network

MOST_ROWS = 2_000
PAGE, MOST_ON_PAGE = 50, 200
BIGGEST_ID = 2**63 - 1


def _without_nul(text):
    if "\x00" in text:
        raise ValueError("NUL")
    return text


Words = Annotated[str, AfterValidator(_without_nul)]
Number = Annotated[int, Field(ge=1, le=BIGGEST_ID)]


class Token(HttpBearer):
    """``Authorization: Bearer suz_…``; tokens are made in the dealer's cabinet."""

    def __init__(self, scope):
        super().__init__()
        self.scope = scope

    def authenticate(self, request, token):
        now = timezone.now()
        place = client_network(request)
        if API_MISSES.is_exhausted(place, now=now):
            raise HttpError(429, _("Too many wrong tokens from here. Try again later."))
        found = authenticate(token, now=now)
        if found is None:
            API_MISSES.hit(place, now=now)
            return None
        if not API_BY_TOKEN.hit(found.pk, now=now):
            raise HttpError(429, _("Too many requests: at most 600 a minute."))
        if self.scope not in found.scopes:
            raise HttpError(403, _("This token may not do that."))
        request.user = found.user
        return found


READ, ORDERS, PRICES = (Token(scope) for scope in (Scope.READ, Scope.ORDERS, Scope.PRICES))


class Problem(Schema):
    """Why a request was refused: ``message`` for people, ``code`` for programs."""

    code: Literal["invalid", "unauthorised", "forbidden", "missing", "refused", "gone", "limited"]
    message: str
    rows: list[dict] = []


class Line(Schema):
    position: int
    product_id: int
    name: str
    unit: str
    quantity: int
    price: str
    total: str


class Customer(Schema):
    name: str
    phone: str | None
    email: str
    address: str
    latitude: float | None
    longitude: float | None


class OrderOut(Schema):
    """An order as the dealer's managers see it: sums in rubles as text, moments in UTC.

    ``customer`` is null while an order is only offered; its ``phone`` is null while it is hidden.
    """

    number: int
    is_offered: bool
    status: str
    status_name: str
    created_at: str
    accepted_at: str | None
    closed_at: str | None
    due_on: str
    region: str
    city: str
    wants_delivery: bool
    wants_installation: bool
    manager: str | None
    customer: Customer | None
    comment: str
    lines: list[Line]
    goods: str | None
    delivery: str | None
    installation: str | None
    discount: str | None
    total: str | None


class Summary(Schema):
    """An order in a list; GET /orders/{number} tells all of it."""

    number: int
    status: str
    created_at: str
    region: str
    city: str


class Summaries(Schema):
    """``next`` is what to send as ``after`` for more, null at the end."""

    items: list[Summary]
    next: int | None


class ReasonOut(Schema):
    id: int
    kind: str
    text: str


class Because(Schema):
    reason_id: Number


class Shown(Schema):
    """``cycle``: the one that was shown, where known."""

    cycle: Annotated[int, Field(ge=1, le=32_000)] | None = None


class Step(Schema):
    """``earned``: what the customer paid, rubles, with completed; ``reason_id`` with cancelled."""

    status: Status
    earned: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None
    reason_id: Number | None = None


class Comment(Schema):
    """``is_visible``: the customer reads it too and is told of it."""

    text: Annotated[Words, Field(min_length=1, max_length=4_000)]
    is_visible: bool = False


class ProductOut(Schema):
    id: int
    name: str
    category: str
    unit: str
    recommended_price: str
    price: str | None
    in_stock: bool


class Products(Schema):
    items: list[ProductOut]
    next: int | None


class TermsIn(Schema):
    """``price``: rubles as text, null for the recommended one; what is left out stays."""

    product_id: Number
    price: Annotated[Words, Field(max_length=20)] | None = None
    in_stock: bool | None = None


class TermsRows(Schema):
    items: Annotated[list[TermsIn], Field(min_length=1, max_length=MOST_ROWS)]


class TermsSet(Schema):
    """Products that changed, and those that somebody else changed at the same moment."""

    changed: list[int]
    moved: list[int]


api = NinjaAPI(
    title="СУЗ: интерфейс для систем дилеров",
    version="1",
    urls_namespace="api-1",
    docs_url=None,
    description="Предложения и заказы дилера, цены и наличие. Сам дилер — тот, чей токен.",
)
router = Router()
REFUSALS = {code: Problem for code in (401, 403, 404, 409, 422, 429)}


@router.get("/offers", response={200: Summaries, **REFUSALS}, auth=READ, operation_id="offers")
def offers(request: HttpRequest, after: Number | None = None, limit: int = PAGE):
    """Orders that the dealer may accept now, newest first."""
    catch_up(now=timezone.now(), dealer_id=request.user.dealer_id)
    return _page(_tab(request, Tab.AVAILABLE), after, limit)


@router.get("/orders", response={200: Summaries, **REFUSALS}, auth=READ, operation_id="orders")
def orders(
    request: HttpRequest,
    status: Status | None = None,
    changed_since: datetime | None = None,
    after: Number | None = None,
    limit: int = PAGE,
):
    """The dealer's own orders, newest first; ``changed_since`` leaves out those without news."""
    found = Order.objects.alive().filter(dealer=request.user.dealer_id)
    if status is not None:
        found = found.filter(status=status)
    if changed_since is not None:
        if timezone.is_naive(changed_since):
            changed_since = timezone.make_aware(changed_since)
        news = HistoryEntry.objects.filter(order=OuterRef("pk"), created_at__gte=changed_since)
        found = found.filter(Exists(news))
    return _page(found, after, limit)


@router.get(
    "/orders/{number}", response={200: OrderOut, **REFUSALS}, auth=READ, operation_id="order"
)
def order(request: HttpRequest, number: Number):
    """All of an order that is offered to the dealer or its own."""
    return _shown(request, number)


@router.get(
    "/reasons", response={200: list[ReasonOut], **REFUSALS}, auth=READ, operation_id="reasons"
)
def reasons(request: HttpRequest):
    """Reasons in use, for declining, giving up and cancelling."""
    kinds = (ReasonKind.DECLINE, ReasonKind.GIVE_UP, ReasonKind.CANCEL)
    rows = ReasonRow.objects.filter(is_active=True, kind__in=kinds)
    return [{"id": row.pk, "kind": row.kind, "text": row.text} for row in rows]


@router.post(
    "/orders/{number}/accept",
    response={200: OrderOut, **REFUSALS},
    auth=ORDERS,
    operation_id="accept",
)
def accept(request: HttpRequest, number: Number, data: Shown):
    """Take an offered order; taking it twice is taking it once."""
    settings = SystemSettings.load()
    if settings.dealers_see_only_own:
        visible_order(request.user, number, settings)
    catch_up(now=timezone.now(), order_ids=[number])
    accepting.accept_offer(order_id=number, cycle=data.cycle, **_actor(request))
    return _shown(request, number)


@router.post(
    "/orders/{number}/decline",
    response={204: None, **REFUSALS},
    auth=ORDERS,
    operation_id="decline",
)
def decline(request: HttpRequest, number: Number, data: Because):
    """Say no to an offered order."""
    visible_order(request.user, number, SystemSettings.load())
    accepting.decline_offer(order_id=number, reason_id=data.reason_id, **_actor(request))
    return Answer(204, None)


@router.post(
    "/orders/{number}/give-up",
    response={204: None, **REFUSALS},
    auth=ORDERS,
    operation_id="give_up",
)
def give_up(request: HttpRequest, number: Number, data: Because):
    """Put an accepted order back; it goes to other dealers."""
    visible_order(request.user, number, SystemSettings.load())
    accepting.give_up(order_id=number, reason_id=data.reason_id, **_actor(request))
    return Answer(204, None)


@router.post(
    "/orders/{number}/status",
    response={200: OrderOut, **REFUSALS},
    auth=ORDERS,
    operation_id="status",
)
def status(request: HttpRequest, number: Number, data: Step):
    """Take a step that the dealer's page offers; a status that it has already is a success."""
    take_step(
        number=number,
        status=data.status,
        earned=data.earned,
        reason_id=data.reason_id,
        **_actor(request),
    )
    return _shown(request, number)


@router.post(
    "/orders/{number}/comments",
    response={204: None, **REFUSALS},
    auth=ORDERS,
    operation_id="comment",
)
def comment(request: HttpRequest, number: Number, data: Comment):
    """Write a comment to an own order."""
    comments.add_comment(
        order_id=number, text=data.text, is_visible=data.is_visible, **_actor(request)
    )
    return Answer(204, None)


@router.get("/products", response={200: Products, **REFUSALS}, auth=READ, operation_id="products")
def products(request: HttpRequest, after: Number | None = None, limit: int = PAGE):
    """The manufacturer's products on sale with the dealer's own prices and stock, by id."""
    rows = Product.objects.on_sale().select_related("family__category").order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    limit = _limited(limit)
    rows = list(rows[: limit + 1])
    page, dealer = rows[:limit], request.user.dealer
    terms = terms_of(dealer, [row.pk for row in page])
    items = [
        {
            "id": row.pk,
            "name": row.name,
            "category": row.family.category.name,
            "unit": row.unit,
            "recommended_price": rubles(row.recommended_price),
            "price": rubles(terms[row.pk].price) if dealer.own_prices else None,
            "in_stock": terms[row.pk].in_stock,
        }
        for row in page
    ]
    return {"items": items, "next": page[-1].pk if len(rows) > limit else None}


@router.put("/prices", response={200: TermsSet, **REFUSALS}, auth=PRICES, operation_id="prices")
def prices(request: HttpRequest, data: TermsRows):
    """Set prices and stock of at most 2,000 products: all rows, or none with a reason for each."""
    rows = [
        Wanted(row.product_id, row.in_stock, row.price, "price" in row.model_fields_set)
        for row in data.items
    ]
    saved = set_terms(rows=rows, by=request.user)
    return {"changed": list(saved.changed), "moved": list(saved.moved)}


def _actor(request):
    return {"by": request.user, "now": timezone.now()}


def _tab(request, tab):
    return orders_of_tab(request.user, tab, SystemSettings.load())


def _limited(limit):
    return min(max(limit, 1), MOST_ON_PAGE)


def _page(found, after, limit):
    limit = _limited(limit)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("region", "place").order_by("-pk")[: limit + 1])
    items = [
        {
            "number": row.pk,
            "status": row.status,
            "created_at": moment(row.created_at),
            "region": row.region.name,
            "city": row.place.name,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": rows[limit - 1].pk if len(rows) > limit else None}


def _shown(request, number):
    settings = SystemSettings.load()
    seen = visible_order(request.user, number, settings)
    return order_json(seen, card_of(seen, request.user, settings, {}))


def _answer(request, status, code, message, rows=()):
    content = {"code": code, "message": message, "rows": list(rows)}
    return api.create_response(request, content, status=status)


@api.exception_handler(ValidationError)
def _invalid(request, error):
    rows = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors
    ]
    return _answer(request, 422, "invalid", _("The request is not as described."), rows)


@api.exception_handler(RowsRefused)
def _rows(request, error):
    rows = [
        {"row": one.row, "product_id": one.product_id, "message": one.message}
        for one in error.faults
    ]
    return _answer(request, 422, "invalid", str(error), rows)


@api.exception_handler(AuthenticationError)
def _unauthorised(request, error):
    return _answer(request, 401, "unauthorised", _("There is no such token, or it is revoked."))


@api.exception_handler(HttpError)
def _refusal(request, error):
    codes = {403: "forbidden", 429: "limited"}
    return _answer(request, error.status_code, codes.get(error.status_code, "invalid"), str(error))


@api.exception_handler(Http404)
@api.exception_handler(OrderNotFound)
def _missing(request, error):
    return _answer(request, 404, "missing", _("There is no such order."))


@api.exception_handler(OrderGone)
def _gone(request, error):
    return _answer(request, 409, "gone", error.message)


@api.exception_handler(OrderError)
def _refused(request, error):
    return _answer(request, 409, "refused", error.message)


api.add_router("", router)
