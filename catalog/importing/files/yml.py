"""YML, the XML of price aggregators: <offer id available><name/><price/></offer>."""

from catalog.importing.files.limits import MAX_ROWS, Failure, Unreadable
from catalog.importing.files.tables import gather
from suz.common.xml import BadXml, EntitiesDefined, root_of

# The names of the elements are the headings of the columns.
HEADINGS = ["id", "name", "price", "available"]
STOCK_ELEMENTS = ("count", "quantity", "stock_quantity", "quantity_in_stock")


def read_yml(content):
    """The offers of a YML file as a table with HEADINGS; an offer's number is its place from 1.

    Nothing outside the file is read, and a file that defines entities is refused.
    """
    try:
        root = root_of(content)
    except EntitiesDefined as error:
        raise Unreadable(Failure.ENTITIES) from error
    except BadXml as error:
        raise Unreadable(Failure.BROKEN) from error
    offers = list(root.iter("{*}offer"))
    if not offers:
        raise Unreadable(Failure.NO_OFFERS)
    if len(offers) > MAX_ROWS:
        raise Unreadable(Failure.TOO_MANY_ROWS)
    rows = [(0, HEADINGS), *enumerate(map(_cells, offers), start=1)]
    return gather("yml", rows)


def _cells(offer):
    return [
        offer.get("id"),
        _text(offer, "name") or _text(offer, "model"),
        _text(offer, "price"),
        _stock(offer),
    ]


def _stock(offer):
    for name in STOCK_ELEMENTS:
        if (text := _text(offer, name)) is not None:
            return text
    return offer.get("available")


def _text(offer, name):
    element = offer.find(f"{{*}}{name}")
    return None if element is None else "".join(element.itertext()).strip() or None
