"""A dealer in the words of schema.org, for search engines.

A script of this type is data: browsers do not run it, and the content security policy, which
forbids scripts inside pages, does not apply to it.
"""

import json
from urllib.parse import urljoin

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dealers.ratings import BEST, WORST

# Nothing in the data can end the script.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def absolute(path):
    """The whole address of a path of ours, as the public knows the site."""
    return urljoin(settings.PUBLIC_URL, path)


def local_business(profile, address):
    """The script element for a dealer with its outlets; ``address`` is that of its page."""
    dealer = profile.dealer
    facts = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "@id": address,
        "url": address,
        "name": dealer.name,
        "description": dealer.description,
        "logo": absolute(dealer.logo.url) if dealer.logo else "",
        "sameAs": dealer.website,
        "telephone": [str(phone.number) for phone in profile.phones],
        "areaServed": profile.territory,
        "department": [_outlet(dealer, near.outlet) for near in profile.outlets],
    }
    if not dealer.has_few_ratings:
        facts["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(dealer.rating),
            "ratingCount": dealer.rating_count,
            "bestRating": BEST,
            "worstRating": WORST,
        }
    if profile.nearest:
        facts["address"] = _address(profile.nearest)
    text = json.dumps({key: value for key, value in facts.items() if value}, ensure_ascii=False)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        SafeString(text.translate(ESCAPES)),
    )


def _outlet(dealer, outlet):
    facts = {
        "@type": "LocalBusiness",
        "name": dealer.name,
        "address": _address(outlet),
        "telephone": str(outlet.phone),
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": outlet.latitude,
            "longitude": outlet.longitude,
        },
    }
    return {key: value for key, value in facts.items() if value}


def _address(outlet):
    city = outlet.city
    return {
        "@type": "PostalAddress",
        "addressCountry": "RU",
        "addressRegion": (city.parent or city).name,
        "addressLocality": city.name,
        "streetAddress": outlet.address,
    }
