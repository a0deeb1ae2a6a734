"""What logs must not keep, and how their lines are written."""

import json
import logging
import re
from datetime import UTC, datetime

from suz.common.masking import without_contacts

# A personal link opens an order; what people search for is often a phone.
LINK = re.compile(r"(/(?:o|news|survey)/)[^/\s'\"?]+")
QUERY = re.compile(r"(/[^\s'\"?]*)\?[^\s'\"]+")
# Secrets that we give out ourselves.
TOKEN = re.compile(r"(?:suz_|whsec_)[\w+/=-]{8,}")
# How lines of our own begin: their values were cleaned one by one, and their time is no phone.
OWN = ("timestamp=", "{")


class WithoutSecrets(logging.Filter):
    """Takes personal links, queries, tokens and contacts out of a line."""

    def filter(self, record):
        text = record.getMessage()
        record.msg = _clean(text) if text.startswith(OWN) else clean(text)
        record.args = ()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, also for what libraries log."""

    def format(self, record):
        text = record.getMessage()
        if text.startswith("{"):
            return text
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": text,
        }
        if record.exc_info:
            line["exception"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def masked(_logger, _method, event):
    """For structlog, before the time is added: cleans every text of an event."""
    return {name: cleaned(value) for name, value in event.items()}


def clean(text):
    """A text without personal links, queries, tokens, phones and addresses of mail."""
    return without_contacts(_clean(text))


def cleaned(value):
    """The same of every text within dictionaries and lists."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    return value


def _clean(text):
    return TOKEN.sub("…", QUERY.sub(r"\1?…", LINK.sub(r"\1…", text)))
