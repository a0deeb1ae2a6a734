"""What the page of an order's lines shows beside the fields: the answer, line by line."""

from dataclasses import dataclass, field
from decimal import Decimal

from catalog.models import Service
from orders.line_edits import is_same, pair_lines
from orders.line_facts import Answered, facts_of, facts_of_wanted, recheck_order
from orders.rechecking import Choice, Recheck


@dataclass
class Row:
    """A row of the form with what became of it; ``low`` and ``high`` are rubles a unit.

    ``number`` is the row's in the form. ``was`` is what the order had in its place (LineFacts) and
    ``is_changed`` whether that differs. ``is_lacking``: the dealer, or every dealer, lacks it.
    """

    form: object
    number: int
    product: object = None
    was: object = None
    is_changed: bool = False
    is_lacking: bool = False
    quantity: int = 0
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def total_low(self):
        return self.low * self.quantity

    @property
    def total_high(self):
        return self.high * self.quantity


@dataclass
class Panel:
    """The answer as a person reads it; empty while the form cannot be understood.

    ``before`` is the order's sum of now, ``difference`` what a dealer that has everything adds to
    it. ``sellers`` are (dealer id, name, sum) of others that have everything.
    """

    answer: Recheck | None = None
    dealer: str = ""
    lacks: list[str] = field(default_factory=list)
    nobody_has: list[str] = field(default_factory=list)
    before_low: Decimal | None = None
    before_high: Decimal | None = None
    is_changed: bool = False
    sellers: list[tuple] = field(default_factory=list)
    choices: tuple = ()

    @property
    def difference(self):
        return self.answer.own.quote.total - self.before_high

    @property
    def can_return(self):
        return Choice.RETURN in self.choices

    @property
    def can_assign(self):
        return Choice.ASSIGN in self.choices


def page_of(order, lines, rows, services, user, *, now):
    """(rows, panel) for a form: with ``rows`` unbound or wrong there are no answers.

    ``lines`` are the order's; ``services`` those wanted, or None where unreadable.
    """
    shown = [Row(form, number) for number, form in enumerate(rows.forms)]
    for row in shown:
        row.product = None if row.form.is_new else row.form.product
    panel = Panel(**_sums_before(order), dealer=order.dealer.name if order.dealer_id else "")
    wanted = _wanted(rows, lines)
    if not wanted:
        return shown, panel
    answered = recheck_order(order, lines, wanted, services, now=now)
    _fill_rows(shown, order, lines, wanted, answered.answer)
    _fill_panel(panel, order, lines, wanted, services, answered, user)
    return shown, panel


def _wanted(rows, lines):
    """What the form asks for; a form not sent yet asks for the order as it is."""
    if not rows.is_bound:
        return _unsent(rows)
    return rows.wanted if rows.is_valid() else ()


def _unsent(rows):
    """The pairs of a form made from rows that were checked before."""
    wanted = {}
    for form in rows.forms:
        if form.is_new or form.is_removed or form.product is None:
            continue
        quantity = str(form["quantity"].value() or "")
        if not (quantity.isascii() and quantity.isdigit() and 0 < len(quantity) < 8):
            return ()
        _product, before = wanted.get(form.product.pk, (None, 0))
        wanted[form.product.pk] = (form.product, before + int(quantity))
    return tuple(wanted.values())


def _sums_before(order):
    if order.dealer_id:
        total = order.goods_total + order.services_total
        return {"before_low": total, "before_high": total}
    return {"before_low": order.price_min, "before_high": order.price_max}


def _fill_rows(shown, order, lines, wanted, answer):
    before = facts_of(lines, priced=order.dealer_id is not None)
    after = facts_of_wanted(wanted, lines)
    pairs = {new.product_id: old for old, new in pair_lines(before, after) if new}
    places = {product.pk: index for index, (product, _quantity) in enumerate(wanted)}
    lacking = set(answer.own.products) if answer.own else set(answer.unavailable)
    for row in shown:
        if row.product is None or row.form.is_removed or row.product.pk not in places:
            continue
        index = places[row.product.pk]
        row.quantity = wanted[index][1]
        row.was = pairs.get(row.product.pk)
        row.is_changed = not is_same(row.was, after[index])
        row.is_lacking = row.product.pk in lacking
        row.low, row.high = answer.line_range(index)


def _fill_panel(panel, order, lines, wanted, services, answered: Answered, user):
    answer = answered.answer
    names = {product.pk: product.name for product, _quantity in wanted}
    panel.answer = answer
    panel.choices = answer.choices(by_manufacturer=user.is_manufacturer)
    panel.sellers = [
        (one.dealer_id, answered.names[one.dealer_id], one.total) for one in answer.others
    ]
    panel.nobody_has = [names[pk] for pk in answer.unavailable]
    if answer.own:
        panel.lacks = [names[pk] for pk in answer.own.products]
        panel.lacks += [str(Service(code).label) for code in answer.own.services]
    before = sorted((line.product_id, line.quantity) for line in lines)
    after = sorted((product.pk, quantity) for product, quantity in wanted)
    panel.is_changed = before != after or set(order.services) != set(services)
