"""Whether a page links to an article: what counts as a link, and what it is compared with."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from justhtml import Element

from moderation.text.clean import clean_text, cut
from moderation.text.tree import MAX_DEPTH, Document, absolute, attribute
from moderation.text.urls import as_given, host_of

# Webmention §3.2.2 asks for an exact match in "a", "img", "video" and other elements.
_ADDRESS_OF = {
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "video": "src",
    "audio": "src",
    "source": "src",
    "blockquote": "cite",
    "q": "cite",
    "del": "cite",
    "ins": "cite",
}
_IN_TEXT = re.compile(r"https?://[^\s<>\"'`{}|\\^]{1,2048}", re.I)
_AFTER_URL = re.compile(r"[^\w/&=#%-]")  # what ends a sentence, not an address
_SHOWN = 300  # characters of an address
_ENDINGS = 8  # of such characters at the most


def addresses(targets: Iterable[str]) -> frozenset[str]:
    """Write targets in the form in which two addresses of one page are equal."""
    return frozenset(filter(None, (_normal(target) for target in targets)))


def linking(document: Document, page_url: str, targets: Sequence[str]) -> list[Element]:
    """List the elements of a page that link to one of the targets, in document order.

    Relative addresses count, against ``<base>``; entities and quoting are the parser's
    affair. A longer address that begins like the target is another page. Comments,
    scripts, templates, ``<noscript>`` and bare text hold no links.
    """
    wanted = addresses(targets)
    hosts = {host_of(target) for target in targets}
    base = document.base(page_url)
    known: dict[str, bool] = {}
    found: list[Element] = []
    for element in document.elements:
        href = attribute(element, _ADDRESS_OF.get(element.name, ""))
        if not href:
            continue
        if href not in known:
            known[href] = _may_point_to(href, hosts) and _normal(absolute(href, base)) in wanted
        if known[href]:
            found.append(element)
    return found


def shown(element: Element) -> str:
    """Write a linking element for people: ``<a href="…">``."""
    name = _ADDRESS_OF[element.name]
    address = cut(clean_text(attribute(element, name), lines=False), _SHOWN)
    return f'<{element.name} {name}="{address}">'


def in_plain_text(body: str, targets: Sequence[str]) -> tuple[int, int] | None:
    """Find an address of the target in plain text; returns where it begins and ends.

    Punctuation after an address is not part of it, and neither is a bracket around it.
    """
    wanted = addresses(targets)
    for match in _IN_TEXT.finditer(body):
        candidate = match.group()
        for _ in range(_ENDINGS):
            if _normal(candidate) in wanted:
                return match.start(), match.start() + len(candidate)
            if not _AFTER_URL.fullmatch(candidate[-1]):
                break
            candidate = candidate[:-1]
    return None


def in_json(body: bytes, targets: Sequence[str]) -> bool:
    """Tell whether a JSON document has a property whose value is the target, at any depth.

    Raises ValueError for what is no JSON.
    """
    wanted = addresses(targets)
    try:
        document = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("not a JSON document") from error
    return any(_normal(value) in wanted for value in _strings(document))


def _strings(document: object) -> Iterator[str]:
    """List the values of properties that are strings, alone or in a list."""
    stack: list[tuple[object, int, bool]] = [(document, 0, False)]
    while stack:
        value, depth, in_property = stack.pop()
        if isinstance(value, str) and in_property and value[:4].lower() == "http":
            yield value
        elif depth >= MAX_DEPTH:
            continue
        elif isinstance(value, dict):
            stack.extend((inner, depth + 1, True) for inner in value.values())
        elif isinstance(value, list):
            stack.extend((inner, depth + 1, in_property) for inner in value)


def _may_point_to(href: str, hosts: set[str]) -> bool:
    """Rule out the many links that plainly lead elsewhere, before the exact look."""
    if "//" not in href[:10] or not href.isascii():
        return True
    lower = href.lower()
    return any(host in lower for host in hosts)


def _normal(address: str) -> str:
    try:
        return as_given(address)
    except ValueError:
        return ""
