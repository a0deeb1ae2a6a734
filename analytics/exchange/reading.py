"""What 1C sends: prices and stock of offers.xml, statuses of orders."""

import io
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from catalog.importing.cells import Refused, price, product_number
from suz.common.xml import BadXml, EntitiesDefined, root_of

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 20_000


class BadFile(Exception):
    """The file cannot be read; the message is for people."""


@dataclass(frozen=True)
class OfferRow:
    """An offer: its number of ours (Артикул) where it has one, name, price and stock where told."""

    row: int
    number: int | None
    name: str
    price: str | None
    in_stock: bool | None
    fault: str = ""


def read_offers(content):
    """[OfferRow] of «ПакетПредложений» or «ИзмененияПакетаПредложений». Raises BadFile."""
    root = _parse(content)
    package = next(
        (one for one in root if _name(one) in ("ПакетПредложений", "ИзмененияПакетаПредложений")),
        None,
    )
    if package is None:
        # The catalogue itself says neither prices nor stock.
        if any(_name(one) in ("Каталог", "Классификатор") for one in root):
            return []
        raise BadFile(_("The file has no package of offers."))
    found = [
        one for child in package if _name(child) == "Предложения" for one in child
        if _name(one) == "Предложение"
    ]  # fmt: skip
    if len(found) > MOST_ROWS:
        raise BadFile(_("The file has more than 20,000 offers: let 1C send it in parts."))
    return [_offer(number, one) for number, one in enumerate(found, 1)]


def read_statuses(content):
    """[(order's number as text, name of its status)] of documents that 1C sends. Raises BadFile."""
    found = []
    for document in _parse(content).iter("{*}Документ"):
        number = _text(document, "Ид") or _text(document, "Номер") or ""
        status, is_cancelled = "", False
        for fact in document.iterfind("{*}ЗначенияРеквизитов/{*}ЗначениеРеквизита"):
            name, value = _text(fact, "Наименование"), _text(fact, "Значение") or ""
            if name in ("Статус заказа", "Статус заказа ИД"):
                status = value
            elif name == "Отменен":
                is_cancelled = value.lower() == "true"
        if number and (status or is_cancelled):
            found.append((number, "Отменён" if is_cancelled else status))
    return found


def _parse(content):
    try:
        root = root_of(_unpacked(content))
    except EntitiesDefined as error:
        message = _("The file defines entities of its own, which is not accepted.")
        raise BadFile(message) from error
    except BadXml as error:
        raise BadFile(_("The file is damaged or no CommerceML.")) from error
    if _name(root) != "КоммерческаяИнформация":
        raise BadFile(_("The file is damaged or no CommerceML."))
    return root


def _unpacked(content):
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if one.filename.lower().endswith(".xml")]
            if len(files) != 1 or files[0].file_size > MOST_UNPACKED:
                raise BadFile(_("An archive must hold one file of at most 50 MB."))
            with archive.open(files[0]) as file:
                # What the directory of the archive says may be a lie.
                unpacked = file.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadFile(_("The archive is damaged.")) from error
    if len(unpacked) > MOST_UNPACKED:
        raise BadFile(_("An archive must hold one file of at most 50 MB."))
    return unpacked


def _offer(row, offer):
    name = _text(offer, "Наименование") or ""
    try:
        number = product_number(_text(offer, "Артикул") or "")
    except Refused:
        number = None
    told, fault = None, ""
    prices = [_text(one, "ЦенаЗаЕдиницу") for one in offer.iterfind("{*}Цены/{*}Цена")]
    if prices and prices[0]:
        try:
            told = str(price(prices[0].replace("\u00a0", "").replace(" ", "")))
        except Refused:
            fault = _("The price is no sum of rubles.")
    stock = _stock(offer)
    return OfferRow(row, number, name, told, stock, fault)


def _stock(offer):
    amounts = [_text(offer, "Количество")]
    amounts += [one.get("КоличествоНаСкладе") for one in offer.iterfind("{*}Склад")]
    amounts += [
        "".join(one.itertext()) for one in offer.iterfind("{*}Остатки/{*}Остаток//{*}Количество")
    ]
    known = [_amount(one) for one in amounts if one is not None and one.strip()]
    known = [one for one in known if one is not None]
    return any(one > 0 for one in known) if known else None


def _amount(text):
    try:
        return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def _name(element):
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element, name):
    child = element.find(f"{{*}}{name}")
    return None if child is None else "".join(child.itertext()).strip() or None
