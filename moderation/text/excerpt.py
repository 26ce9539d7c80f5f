"""What a page is called, and the words around its link to an article."""

from justhtml import Element, Node, Text

from moderation.text.clean import clean_text, cut
from moderation.text.tree import BLOCKS, Document, label, raw_text, walk

TITLE_CHARACTERS = 200
SIDE_CHARACTERS = 100  # of text on either side of the link
LINK_CHARACTERS = 100  # of the link's own text
_BLOCKS_UP = 3
_WORD_SEARCH = 25  # how far back a cut may go to spare a word


def title(document: Document) -> str:
    """Return the page's title: ``<title>``, else ``og:title``, else the first ``<h1>``; or ""."""
    named = _first_label(document, "title")
    named = named or clean_text(document.meta("property", "og:title"), lines=False)
    return cut(named or _first_label(document, "h1"), TITLE_CHARACTERS)


def around(link: Element) -> str:
    """Return the words around a link: its paragraph, at most some 100 characters to each side.

    Plain text, cut at the ends of words. Pingback 1.0 leaves the excerpt to the receiver;
    a paragraph is the nearest block around the link, whatever tags stand in between.
    """
    before: list[str] = []
    inside: list[str] = []
    after: list[str] = []
    current = before
    for step in walk(_block_of(link)):
        if step.node is link:
            current = inside if step.entering else after
        if isinstance(step.node, Text):
            current.append(step.node.data or "")
        elif step.node.name == "br" or step.node.name in BLOCKS:
            current.append(" ")
    return between("".join(before), "".join(inside), "".join(after))


def between(before: str, link: str, after: str) -> str:
    """Join the end of one text, the link's words and the beginning of another text."""
    head = _last_words(before, SIDE_CHARACTERS)
    tail = _first_words(after, SIDE_CHARACTERS)
    middle = cut(" ".join(link.split()), LINK_CHARACTERS)
    if before[-1:].isspace() or link[:1].isspace():
        head += " "
    if after[:1].isspace() or link[-1:].isspace():
        tail = " " + tail
    return clean_text(" ".join((head + middle + tail).split()), lines=False)


def _first_label(document: Document, name: str) -> str:
    return next(filter(None, (label(element) for element in document.named(name))), "")


def _block_of(link: Element) -> Node:
    """Find the nearest block around a link that says more than the link itself does."""
    said = raw_text(link)
    block: Node = link
    node, tries = link.parent, 0
    while node is not None and node.name != "html" and tries < _BLOCKS_UP:
        if node.name in BLOCKS:
            block, tries = node, tries + 1
            if raw_text(node) != said:
                break
        node = node.parent
    return block


def _last_words(text: str, limit: int) -> str:
    words = " ".join(text[-20 * limit :].split())
    if len(words) <= limit:
        return words
    end = words[-limit:]
    if words[-limit - 1] == " ":
        return end.lstrip()
    space = end.find(" ", 0, _WORD_SEARCH)
    return end[space + 1 :] if space >= 0 else end


def _first_words(text: str, limit: int) -> str:
    words = " ".join(text[: 20 * limit].split())
    if len(words) <= limit:
        return words
    end = words[:limit]
    if words[limit] == " ":
        return end.rstrip()
    space = end.rfind(" ", limit - _WORD_SEARCH)
    return end[:space] if space >= 0 else end
