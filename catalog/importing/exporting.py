"""Price lists and reports of uploads for download."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from lxml import etree

from catalog.importing.models import RowKind
from catalog.importing.services.reading import terms_of
from catalog.importing.wording import column_text, reason_text
from catalog.models import Product

YML = "yml"
CHUNK = 1_000


def price_list_titles():
    """Headings of a downloaded price list, which an upload recognises again."""
    return [
        _("Product number"),
        _("Collection"),
        pgettext("product", "Name"),
        _("Recommended price, ₽"),
        _("Price, ₽"),
        _("Stock"),
    ]


def price_list_rows(dealer):
    """Every product on sale with the dealer's own price (empty: recommended) and its stock.

    The dealer's related products are among them.
    """
    for product, terms in _lines(dealer):
        in_stock = terms.in_stock if terms else dealer.whole_line
        yield [
            product.pk,
            product.family.category.name,
            product.name,
            product.recommended_price,
            terms.price if terms else None,
            _("yes") if in_stock else _("no"),
        ]


def price_list_yml(dealer, *, now):
    """The same as YML; a product without an own price has no <price>."""
    root = etree.Element("yml_catalog", date=timezone.localtime(now).strftime("%Y-%m-%d %H:%M"))
    shop = etree.SubElement(root, "shop")
    etree.SubElement(shop, "name").text = dealer.name
    etree.SubElement(shop, "company").text = dealer.name
    currencies = etree.SubElement(shop, "currencies")
    etree.SubElement(currencies, "currency", id="RUR", rate="1")
    categories = etree.SubElement(shop, "categories")
    offers = etree.SubElement(shop, "offers")
    known = set()
    for product, terms in _lines(dealer):
        category = product.family.category
        if category.pk not in known:
            known.add(category.pk)
            etree.SubElement(categories, "category", id=str(category.pk)).text = category.name
        in_stock = terms.in_stock if terms else dealer.whole_line
        offer = etree.SubElement(
            offers, "offer", id=str(product.pk), available="true" if in_stock else "false"
        )
        etree.SubElement(offer, "name").text = product.name
        if terms and terms.price is not None:
            etree.SubElement(offer, "price").text = str(terms.price)
        etree.SubElement(offer, "currencyId").text = "RUR"
        etree.SubElement(offer, "categoryId").text = str(category.pk)
        # Not a price of the dealer's: readers of YML take only <price> for one.
        recommended = etree.SubElement(offer, "param", name=_("Recommended price, ₽"))
        recommended.text = str(product.recommended_price)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def report_titles():
    """Headings of an upload's report."""
    return [
        _("Row"),
        _("Outcome"),
        _("As written"),
        _("Product number"),
        _("Product"),
        _("Old price, ₽"),
        _("New price, ₽"),
        _("Was in stock"),
        _("In stock"),
        _("Column"),
        _("Reason"),
        _("Written"),
    ]


def report_rows(upload):
    """A line for each row of the file, one for each fault of a rejected one; faults come first."""
    rows = upload.rows.select_related("product")
    bad = (RowKind.REJECTED, RowKind.SKIPPED)
    for row in rows.filter(kind__in=bad).order_by("row").iterator(CHUNK):
        for field, reason, value, detail in row.faults:
            yield [
                row.row,
                row.get_kind_display(),
                row.title,
                row.product_id,
                row.product and row.product.name,
                *[None] * 4,
                column_text(upload, field),
                reason_text(reason, detail),
                value,
            ]
    for row in rows.exclude(kind__in=bad).order_by("row").iterator(CHUNK):
        yield [
            row.row,
            row.get_kind_display(),
            row.title,
            row.product_id,
            row.product.name,
            row.old_price,
            row.new_price,
            _yes_or_no(row.old_in_stock),
            _yes_or_no(row.new_in_stock),
        ]


def _yes_or_no(value):
    return None if value is None else _("yes") if value else _("no")


def _lines(dealer):
    terms = terms_of(dealer.pk)
    products = Product.objects.sold_by(dealer).select_related("family__category")
    order = ("family__category__position", "family__category", "family__position", "family")
    for product in products.order_by(*order, "position", "id").iterator(CHUNK):
        yield product, terms.get(product.pk)
