"""Reading documents of TwiML: the verbs that the simulator knows. Pure."""

from lxml import etree

PARSER = {"resolve_entities": False, "no_network": True, "huge_tree": False}


def verbs_of(content):
    """The verbs of a document as plain data; raises ValueError for what is none."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**PARSER))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(str(error)) from error
    return [_plain(element) for element in root if isinstance(element.tag, str)]


def _plain(element):
    children = [_plain(child) for child in element if isinstance(child.tag, str)]
    return {
        "verb": element.tag,
        "text": " ".join((element.text or "").split()),
        "attributes": dict(element.attrib),
        "children": children,
    }


def words_of(verb):
    """What a verb says, its children's words included."""
    if verb["verb"] == "Say":
        return [verb["text"]]
    return [text for child in verb["children"] for text in words_of(child)]
