"""Taking a person out of texts that stay for other reasons."""

import re

from suz.common.masking import without_phones

# What stands where something of a person was.
ERASED = "[удалено]"
SHORTEST_WORD = 3
# Endings that Russian gives to names, in place of the one that a name has.
ENDING = r"[а-яё]{0,3}"
OWN_ENDING = re.compile(r"(?:[иыо]й|[ая]я|[аяйь])$", re.IGNORECASE)
SHORTEST_STEM = 3
# Keys of facts that name others (a manager may bear the customer's first name) or a time, whose
# figures look like a phone's.
OTHERS = ("manager", "dealer", "kind", "field")
TIMES = ("_at", "_on")


class Words:
    """What a person is called and reached by; ``clean`` takes it out of a text.

    ``names`` are taken out word by word with Russian endings, ``exact`` (e-mails, addresses) as
    they are, in any case of letters; phones in any notation, whosever they are.
    """

    def __init__(self, *, names=(), exact=()):
        whole = {text.strip() for text in (*names, *exact) if len(text.strip()) >= SHORTEST_WORD}
        parts = {part for name in names for part in name.split() if len(part) >= SHORTEST_WORD}
        patterns = [re.escape(text) for text in sorted(whole, key=len, reverse=True)]
        patterns += [
            rf"\b{re.escape(_stem(part))}{ENDING}\b"
            for part in sorted(parts, key=len, reverse=True)
        ]
        self._found = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def clean(self, text):
        """The text without the person."""
        if self._found is not None:
            text = self._found.sub(ERASED, text)
        return without_phones(text)

    def clean_facts(self, value):
        """The same for everything in a JSON value, but for what names others."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list):
            return [self.clean_facts(one) for one in value]
        if isinstance(value, dict):
            return {
                key: one if key in OTHERS or key.endswith(TIMES) else self.clean_facts(one)
                for key, one in value.items()
            }
        return value


def _stem(word):
    """A name without its ending: what Преображенский and Преображенскому have in common."""
    stem = OWN_ENDING.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word
