"""Texts that administrators write: words and ``{{ variables }}``, nothing else.

No tags, no filters, no attributes: a text can show what the event offers and nothing more. Values
are put in as they are; what shows a text as HTML escapes it whole.
"""

import re

from django.utils.translation import gettext as _

from notifications.events import VARIABLES, variables_of

VARIABLE = re.compile(r"\{\{[ \t]*([a-z_]+)[ \t]*\}\}")
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def fill(text, words):
    """The text with the values of its variables; one that has none stands for nothing."""
    return VARIABLE.sub(lambda found: str(words.get(found[1], "")), text)


def problems(text, allowed):
    """What is wrong with a text, in sentences; empty where nothing is."""
    found = []
    for name in dict.fromkeys(VARIABLE.findall(text)):
        if name not in allowed:
            found.append(
                _("There is no variable “%(name)s” here. There are: %(names)s.")
                % {"name": name, "names": ", ".join(allowed)}
            )
    rest = VARIABLE.sub("", text)
    if brace := BRACES.search(rest):
        line = rest.count("\n", 0, brace.start()) + 1
        found.append(
            _("Line %(line)d: “%(brace)s” stands alone. A variable is written {{ name }}.")
            % {"line": line, "brace": brace[0]}
        )
    return found


def examples(event, audience):
    """The variables of a text with what they mean and what they look like."""
    return [(name, VARIABLES[name]) for name in variables_of(event, audience)]
