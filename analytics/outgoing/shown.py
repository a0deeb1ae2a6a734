"""What a log may keep of another system's answer."""

import json
import re

from analytics.models import Dispatch
from suz.common.masking import without_contacts
from suz.common.text import HIDDEN

LENGTH = Dispatch._meta.get_field("answer").max_length
# So much of an answer is looked at.
READ = 4_000
# Shorter words of a customer would be found everywhere.
SHORTEST = 3


def shown_answer(body, hides):
    """The beginning of an answer in one line, without contacts and without the words ``hides``."""
    text = body[:READ].decode("utf-8", "replace")
    try:
        # Letters that are written as numbers would hide a name from us.
        text = json.dumps(json.loads(body[:READ]), ensure_ascii=False)
    except ValueError:
        text = re.sub(r"\\u[0-9a-fA-F]{4}", "…", text)
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    for word in sorted({word.strip() for word in hides if word}, key=len, reverse=True):
        if len(word) >= SHORTEST:
            text = re.sub(re.escape(word), HIDDEN, text, flags=re.IGNORECASE)
    return " ".join(without_contacts(text).split())[:LENGTH]
