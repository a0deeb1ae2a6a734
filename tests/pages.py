"""Reading pages as a person does."""

import re
from html import unescape


def text_of(response):
    """The words of a page or mail, with every run of spaces (narrow ones too) made one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))
