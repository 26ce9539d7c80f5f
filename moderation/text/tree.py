"""How a parsed page is walked: in order, never too deep, without what nobody sees."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from justhtml import Element, JustHTML, Node, Text

from moderation.text.clean import clean_text
from moderation.text.urls import parse_http_url

MAX_DEPTH = 256  # what lies deeper is not there; nothing here is recursive
UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "select"})
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "details", "div", "fieldset", "footer"}
    | {"figcaption", "figure", "form", "header", "hr", "html", "main", "nav", "p", "pre", "section"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "dd", "dl", "dt", "li", "ol", "ul"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
_WHITE = re.compile(r"\s+")
_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")


class Document:
    """A parsed page and the list of its elements, made once, in document order."""

    __slots__ = ("_named", "elements", "root")

    def __init__(self, root: Node) -> None:
        self.root = root
        self.elements = list(elements(root))
        self._named: dict[str, list[Element]] = {}
        for element in self.elements:
            if element.namespace in (None, "html"):
                self._named.setdefault(element.name, []).append(element)

    @classmethod
    def parse(cls, html: str) -> "Document":
        """Parse a page as browsers do; never raises for what it says."""
        return cls(JustHTML(html, sanitize=False).root)

    def named(self, name: str) -> Sequence[Element]:
        """List the HTML elements of a name; SVG's own `title` is none."""
        return self._named.get(name, ())

    def meta(self, key: str, value: str) -> str:
        """Return the content of the first ``<meta KEY="VALUE">``, both in any case."""
        for element in self.named("meta"):
            if attribute(element, key).strip().lower() == value and attribute(element, "content"):
                return attribute(element, "content")
        return ""

    def base(self, page_url: str) -> str:
        """Return what relative addresses are relative to: ``<base href>``, else the page."""
        for element in self.named("base"):
            if "href" in element.attrs:
                return absolute(attribute(element, "href"), page_url) or page_url
        return page_url


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a walk: a node is entered, or an element left."""

    node: Node | Text
    entering: bool


def walk(root: Node) -> Iterator[Step]:
    """Go through a tree in document order; elements are left as well as entered.

    Into scripts, templates and their like it does not go: they are entered and left.
    """
    stack: list[tuple[Node | Text, int, bool]] = [(root, 0, True)]
    while stack:
        node, depth, entering = stack.pop()
        yield Step(node, entering)
        if not entering or not isinstance(node, Node):
            continue
        stack.append((node, depth, False))
        if node.children and depth < MAX_DEPTH and node.name not in UNSEEN:
            stack.extend([(child, depth + 1, True) for child in reversed(node.children)])


def elements(root: Node) -> Iterator[Element]:
    """List the elements of a tree in document order, the root among them."""
    stack: list[tuple[Node, int]] = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, Element):
            yield node
        if node.children and depth < MAX_DEPTH and node.name not in UNSEEN:
            inside = [(child, depth + 1) for child in node.children if isinstance(child, Element)]
            stack.extend(reversed(inside))


def attribute(element: Element, name: str) -> str:
    """Return an attribute, "" when it is absent or has no value."""
    return element.attrs.get(name) or ""


def raw_text(root: Node, *, lines: bool = False) -> str:
    """Return the text of a tree as one would read it.

    White space is folded; where blocks meet there is a space, with `lines` an empty
    line (and a line break for ``<br>``).
    """
    block, line = ("\n\n", "\n") if lines else (" ", " ")
    pieces: list[str] = []
    for step in walk(root):
        name = step.node.name
        if isinstance(step.node, Text):
            pieces.append(_WHITE.sub(" ", step.node.data or ""))
        elif name == "br" and step.entering:
            pieces.append(line)
        elif name in BLOCKS:
            pieces.append(block)
    return _folded("".join(pieces), lines=lines)


def words(root: Node, *, steps: int) -> str:
    """Return what is written in a tree, from its beginning and for so many steps of the walk."""
    walked = islice(walk(root), steps)
    return " ".join(step.node.data or "" for step in walked if isinstance(step.node, Text))


def text(root: Node, *, lines: bool = False) -> str:
    """Return the text of a tree, cleaned as the text of strangers is."""
    return clean_text(raw_text(root, lines=lines), lines=lines)


def label(element: Element) -> str:
    """Return what an element is called: its text, else the first image's alternative text."""
    if element.name in ("img", "area"):
        return clean_text(attribute(element, "alt"), lines=False)
    if element.name == "abbr" and attribute(element, "title"):
        return clean_text(attribute(element, "title"), lines=False)
    if element.name in ("data", "input"):
        return clean_text(attribute(element, "value"), lines=False)
    named = text(element)
    if not named:
        alternatives = (attribute(e, "alt") for e in elements(element) if e.name == "img")
        named = clean_text(next(filter(None, alternatives), ""), lines=False)
    return named


def absolute(href: str, base: str) -> str:
    """Make an address of an attribute absolute, or "" where no http address comes of it."""
    href = href.strip(" \t\n\r\f").translate(_TAB_OR_NEWLINE).replace(" ", "%20")
    try:
        return parse_http_url(urljoin(base, href)).text
    except ValueError:
        return ""


def _folded(joined: str, *, lines: bool) -> str:
    if not lines:
        return " ".join(joined.split())
    paragraphs = (
        "\n".join(folded for line in block.split("\n") if (folded := " ".join(line.split())))
        for block in joined.split("\n\n")
    )
    return "\n\n".join(filter(None, paragraphs))
