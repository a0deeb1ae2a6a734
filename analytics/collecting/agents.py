"""What a visitor looks with, by the User-Agent header."""

import re
from functools import lru_cache

from crawleruseragents import is_crawler

from analytics.models import Device

# Programs that the library's list of crawlers does not hold, and browsers without a person.
PROGRAMS = re.compile(
    r"bot\b|crawl|spider|headless|phantomjs|selenium|playwright|python|curl|wget|httpclient|okhttp"
    r"|java/|go-http|libwww|monitor|preview",
    re.IGNORECASE,
)
TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
MOBILE = re.compile(r"mobi|iphone|ipod|android|opera mini|windows phone", re.IGNORECASE)
LONGEST = 400


def is_bot(agent):
    """Whether a program sends this header; a browser always has one that is not empty."""
    return not agent or _is_bot(agent[:LONGEST])


def device_of(agent):
    """The kind of device, a computer where nothing says otherwise."""
    if TABLET.search(agent[:LONGEST]):
        return Device.TABLET
    return Device.MOBILE if MOBILE.search(agent[:LONGEST]) else Device.DESKTOP


# Hundreds of patterns: each of the few thousand headers in use is tried once a process.
@lru_cache(maxsize=4_096)
def _is_bot(agent):
    return bool(PROGRAMS.search(agent)) or is_crawler(agent)
