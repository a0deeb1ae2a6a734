"""YML feeds: what the shop and each dealer sell, for Yandex and price aggregators."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from lxml import etree

from catalog.assortment import load_terms
from catalog.models import Product
from catalog.templatetags.storefront import product_url
from dealers.models import Dealer

# A feed is built at most so often; aggregators come a few times a day.
FRESH = timedelta(minutes=30)
DOCTYPE = '<!DOCTYPE yml_catalog SYSTEM "shops.dtd">'


@require_safe
def shop_feed(request):
    """The manufacturer's products at recommended prices."""
    return _answer(request, "shop", lambda now: build(None, now=now))


@require_safe
def dealer_feed(request, slug):
    """What a dealer has, at its prices; 404 for one that is not in the shop."""
    dealer = Dealer.objects.selling().filter(slug=slug).select_related("main_region").first()
    if dealer is None:
        raise Http404
    return _answer(request, f"dealer-{dealer.pk}", lambda now: build(dealer, now=now))


def build(dealer, *, now):
    """The feed as bytes; ``dealer`` None: the manufacturer's own at recommended prices."""
    products = list(
        Product.objects.on_sale().select_related("family__category").order_by("position", "pk")
    )
    terms = None
    if dealer is not None:
        place = dealer.main_region
        terms = load_terms([dealer], [one.pk for one in products], place=place, now=now)[dealer.pk]
    date = timezone.localtime(now).isoformat(timespec="minutes")
    root = etree.Element("yml_catalog", date=date)
    shop = etree.SubElement(root, "shop")
    name = dealer.name if dealer else "Магазин производителя"
    for tag, text in (("name", name), ("company", name), ("url", settings.PUBLIC_URL)):
        etree.SubElement(shop, tag).text = text
    currencies = etree.SubElement(shop, "currencies")
    etree.SubElement(currencies, "currency", id="RUR", rate="1")
    categories = etree.SubElement(shop, "categories")
    offers = etree.SubElement(shop, "offers")
    known = set()
    for product in products:
        category = product.family.category
        if category.pk not in known:
            known.add(category.pk)
            etree.SubElement(categories, "category", id=str(category.pk)).text = category.name
        offers.append(_offer(product, category, terms))
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", doctype=DOCTYPE, pretty_print=True
    )


def _offer(product, category, terms):
    price, full, available = product.recommended_price, product.recommended_price, True
    if terms is not None:
        available = terms.has(product.pk)
        price = terms.price(product.pk, product.recommended_price)
        full = terms.full_price(product.pk, product.recommended_price)
    offer = etree.Element("offer", id=str(product.pk), available="true" if available else "false")
    texts = [
        ("url", settings.PUBLIC_URL + product_url(product)),
        ("price", f"{price:.2f}"),
        ("oldprice", f"{full:.2f}" if full > price else ""),
        ("currencyId", "RUR"),
        ("categoryId", str(category.pk)),
        ("picture", settings.PUBLIC_URL + product.picture.url if product.picture else ""),
        ("name", product.name),
        ("vendorCode", str(product.pk)),
    ]
    for tag, text in texts:
        if text:
            etree.SubElement(offer, tag).text = text
    sizes = (
        ("Длина", product.length_mm, "мм"),
        ("Ширина", product.width_mm, "мм"),
        ("Толщина", product.thickness_mm, "мм"),
    )
    for name, value, unit in sizes:
        if value is not None:
            param = etree.SubElement(offer, "param", name=name, unit=unit)
            param.text = f"{value.normalize():f}"
    if product.colour:
        etree.SubElement(offer, "param", name="Цвет").text = product.colour
    return offer


def _answer(request, code, work):
    key, now = f"feed:{code}", timezone.now()
    kept = cache.get(key)
    if kept is None:
        kept = (work(now), now)
        cache.set(key, kept, FRESH.total_seconds())
    content, at = kept
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Last-Modified": http_date(at.timestamp())}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(content, content_type="application/xml; charset=utf-8", headers=headers)
