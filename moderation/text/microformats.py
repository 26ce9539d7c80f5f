"""What a page says of itself in microformats2: the first h-entry, its author, date and relation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from justhtml import Element

from moderation.domain.comment import Type
from moderation.text.clean import ELLIPSIS, clean_text, cut
from moderation.text.links import addresses
from moderation.text.tree import (
    MAX_DEPTH,
    UNSEEN,
    Document,
    absolute,
    attribute,
    elements,
    label,
    text,
)
from moderation.text.urls import as_given

NAME_CHARACTERS = 100
SUMMARY_CHARACTERS = 500
CONTENT_CHARACTERS = 2000  # of a reply; beyond it the summary, else its beginning
CONTENT_LINES = 40  # likewise: a column of single letters is long, too
_ROOT = re.compile("h-[a-z]+(?:-[a-z]+)*")
_PROPERTY = re.compile("(?:p|u|dt|e)-([a-z]+(?:-[a-z]+)*)")
# Before microformats2 there were these; themes of old blogs still speak so.
_OLD = {
    "hentry": "h-entry",
    "hfeed": "h-feed",
    "vcard": "h-card",
    "author": "p-author",
    "fn": "p-name",
    "url": "u-url",
    "entry-title": "p-name",
    "entry-summary": "p-summary",
    "entry-content": "e-content",
    "published": "dt-published",
}
_RSVP = frozenset({"yes", "no", "maybe", "interested"})
# In the order in which they are asked; a post that answers is a reply, whatever else it is.
_RELATIONS = (
    ("in-reply-to", Type.REPLY),
    ("repost-of", Type.REPOST),
    ("like-of", Type.LIKE),
    ("bookmark-of", Type.BOOKMARK),
)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """Who wrote it, as the page claims: any page may claim anybody."""

    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The first h-entry of a page, as far as this service looks."""

    root: Element
    properties: tuple[tuple[str, Element], ...]  # in document order, without the prefix
    base: str
    old: bool  # in the classes of before microformats2

    def all(self, name: str) -> Iterator[Element]:
        """List the elements of a property."""
        return (element for named, element in self.properties if named == name)

    def text(self, name: str) -> str:
        """Return the first value of a property that is no empty text, in one line."""
        return next(filter(None, (label(e) for e in self.all(name))), "")


def first_entry(document: Document, page_url: str) -> Entry | None:
    """Find the first h-entry: of a permalink page that is the post itself."""
    for old in (False, True):
        for element in document.elements:
            if "h-entry" in _classes(element, old=old):
                found = tuple(_properties(element, old=old))
                return Entry(element, found, document.base(page_url), old)
    return None


def type_of(entry: Entry, targets: Sequence[str]) -> Type:
    """Say what an entry is to the target: only a property that names the target counts."""
    wanted = addresses(targets)
    for name, kind in _RELATIONS:
        if any(_normal(url) in wanted for e in entry.all(name) for url in _urls(e, entry)):
            if kind is Type.REPLY and entry.text("rsvp").lower() in _RSVP:
                return Type.RSVP
            return kind
    return Type.MENTION


def author(entry: Entry) -> Card:
    """Name the author by the entry's own property, else by that of the feed around it.

    Authorship (indieweb.org/authorship-spec) up to step 3: an h-card is used as it is, an
    address is only an address, other text is the name. Pages named there are not fetched.
    """
    named = list(entry.all("author")) or _feed_authors(entry)
    cards = [e for e in named if "h-card" in _classes(e, old=entry.old)]
    for element in cards or named:
        card = _card(element, entry) if cards else _plain_author(element, entry)
        if card.name or card.url:
            return Card(cut(card.name, NAME_CHARACTERS), card.url)
    return Card()


def addresses_of(entry: Entry) -> list[str]:
    """List what an entry calls itself: its addresses, and its id where that is one."""
    named = [_url(e, entry) for e in entry.all("url")]
    ids = [_url(e, entry) or label(e) for e in entry.all("uid")]
    return [name for name in (*named, *ids) if name]


def authors_of(entry: Entry) -> list[str]:
    """List the addresses of an entry's author: a person may have more than one."""
    found: list[str] = []
    for element in list(entry.all("author")) or _feed_authors(entry):
        inside = _properties(element, old=entry.old)
        found += [_url(e, entry) for name, e in inside if name == "url"]
        found.append(_url(element, entry))
    return [address for address in found if address]


def published(entry: Entry, now: datetime) -> datetime | None:
    """Return when an entry says it was published; None when it does not, or not yet."""
    for element in entry.all("published"):
        moment = parse_date(_date_of(element), now)
        if moment is not None:
            return moment
    return None


def parse_date(value: str, now: datetime) -> datetime | None:
    """Read an ISO 8601 date or time, UTC where it names no zone; None in the future."""
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= moment <= now else None


def content(entry: Entry) -> str:
    """Return the text to show of a reply: whole content, else summary, else its beginning."""
    whole = next(filter(None, (text(e, lines=True) for e in entry.all("content"))), "")
    beginning = _first_lines(whole)
    if whole and len(whole) <= CONTENT_CHARACTERS and beginning == whole:
        return whole
    summary = entry.text("summary")
    if summary and len(summary) <= SUMMARY_CHARACTERS:
        return summary
    return cut(beginning or summary or entry.text("name"), CONTENT_CHARACTERS)


def _first_lines(whole: str) -> str:
    lines = whole.split("\n")
    full = [at for at, line in enumerate(lines) if line]
    if len(full) <= CONTENT_LINES:
        return whole
    return "\n".join(lines[: full[CONTENT_LINES - 1] + 1]) + ELLIPSIS


def _properties(root: Element, *, old: bool) -> Iterator[tuple[str, Element]]:
    """List the properties of a microformat; those of nested ones are their own."""
    stack = [(child, 1) for child in reversed(root.children)]
    while stack:
        node, depth = stack.pop()
        if not isinstance(node, Element) or node.name in UNSEEN:
            continue
        classes = _classes(node, old=old)
        for name in classes:
            match = _PROPERTY.fullmatch(name)
            if match is not None:
                yield match.group(1), node
        if depth < MAX_DEPTH and not any(_ROOT.fullmatch(name) for name in classes):
            stack.extend((child, depth + 1) for child in reversed(node.children))


def _classes(element: Element, *, old: bool) -> list[str]:
    given = attribute(element, "class").split()
    return [_OLD.get(name, "") for name in given] if old else given


def _card(element: Element, entry: Entry) -> Card:
    """Read an h-card, with what is implied where it names nothing outright."""
    inside = list(_properties(element, old=entry.old))
    name = next(filter(None, (label(e) for named, e in inside if named == "name")), "")
    url = next(filter(None, (_url(e, entry) for named, e in inside if named == "url")), "")
    if not url:
        only = [e for e in elements(element) if e.name == "a" and attribute(e, "href")]
        url = _url(only[0], entry) if len(only) == 1 else ""
    return Card(name or label(element), url)


def _plain_author(element: Element, entry: Entry) -> Card:
    name, url = label(element), _url(element, entry)
    if name.lower().startswith(("http://", "https://")):
        return Card(url=absolute(name, entry.base))
    return Card(name, url)


def _feed_authors(entry: Entry) -> list[Element]:
    node = entry.root.parent
    while node is not None:
        if isinstance(node, Element) and "h-feed" in _classes(node, old=entry.old):
            found = _properties(node, old=entry.old)
            return [e for name, e in found if name == "author"]
        node = node.parent
    return []


def _urls(element: Element, entry: Entry) -> Iterable[str]:
    """List the addresses of a relation: its own, or those of the nested h-cite."""
    nested = [e for name, e in _properties(element, old=entry.old) if name == "url"]
    return filter(None, (_url(e, entry) for e in (element, *nested)))


def _url(element: Element, entry: Entry) -> str:
    """Return the address an element stands for (microformats2, parsing a u- property)."""
    for name in ("href", "src", "data", "value"):
        if attribute(element, name):
            return absolute(attribute(element, name), entry.base)
    written = label(element)
    return absolute(written, entry.base) if written[:4].lower() == "http" else ""


def _date_of(element: Element) -> str:
    """Return the date an element stands for (microformats2, parsing a dt- property)."""
    for candidate in elements(element):  # a permalink often wraps its <time>
        for name in ("datetime", "value"):
            if attribute(candidate, name):
                return attribute(candidate, name)
    return clean_text(label(element), lines=False)


def _normal(url: str) -> str:
    try:
        return as_given(url)
    except ValueError:
        return ""
