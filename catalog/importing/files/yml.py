"""YML, the XML of price aggregators: <offer id available><name/><price/></offer>."""

from lxml import etree

from catalog.importing.files.limits import MAX_ROWS, Failure, Unreadable
from catalog.importing.files.tables import gather

# The names of the elements are the headings of the columns.
HEADINGS = ["id", "name", "price", "available"]
STOCK_ELEMENTS = ("count", "quantity", "stock_quantity", "quantity_in_stock")


def read_yml(content):
    """The offers of a YML file as a table with HEADINGS; an offer's number is its place from 1.

    Nothing outside the file is read, and a file that defines entities is refused.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Unreadable(Failure.BROKEN) from error
    definitions = root.getroottree().docinfo.internalDTD
    if definitions is not None and any(True for _entity in definitions.iterentities()):
        raise Unreadable(Failure.ENTITIES)
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
