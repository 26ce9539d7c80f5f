"""What a fetched page says: bytes in, facts out; pure, and run where it may be killed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape
from itertools import islice

from moderation.domain.comment import Type
from moderation.domain.ping import ArticleFacts, SourceFacts
from moderation.net.charset import decode
from moderation.net.contract import NotHtml, Page
from moderation.text import bridges, excerpt, links, microformats, sketch, tree
from moderation.text.clean import ELLIPSIS, clean_text, cut
from moderation.text.urls import host_of
from moderation.text.words import fold

_HTML = ("text/html", "application/xhtml+xml", "")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_WALKED = 60_000  # steps through a page for a sample of its words
_LINKS_TRIED = 5  # for words around one; the first may stand in an empty corner


def read_source(
    page: Page, targets: Sequence[str], now: datetime, known: Sequence[int] = ()
) -> SourceFacts:
    """Look whether a page links to one of the targets, and read who says what there.

    HTML, plain text and JSON are looked through (Webmention §3.2.2); raises `NotHtml`
    for any other type. `known` is the sample of an earlier look. Nothing that the page
    names is fetched.
    """
    if page.content_type in _HTML:
        body = decode(page.body, page.charset)
        if not _worth_parsing(body, page.url, targets):
            return SourceFacts(links=False)
        document = tree.Document.parse(body)
        facts = _read_html(document, page.url, targets, now)
        return (
            _sampled(facts, tree.words(document.root, steps=_WALKED), known)
            if facts.links
            else facts
        )
    if page.content_type == "text/plain":
        body = decode(page.body, page.charset, look_inside=False)
        return _sampled(_read_text(body, targets), body, known)
    if page.content_type.startswith("application/") and page.content_type.endswith("json"):
        return _read_json(page.body, targets)
    raise NotHtml(f"of type {page.content_type[:80]}")


def read_article(page: Page, now: datetime) -> ArticleFacts:
    """Read title, date and canonical address of the owner's page; raises `NotHtml`."""
    if page.content_type not in _HTML:
        raise NotHtml(f"of type {page.content_type[:80]}")
    document = tree.Document.parse(decode(page.body, page.charset))
    entry = microformats.first_entry(document, page.url)
    title = entry.text("name") if entry else ""
    title = title or clean_text(document.meta("property", "og:title"), lines=False)
    published_at = microformats.published(entry, now) if entry else None
    if published_at is None:
        named = document.meta("property", "article:published_time")
        published_at = microformats.parse_date(named, now)
    return ArticleFacts(
        title=cut(title, excerpt.TITLE_CHARACTERS) or excerpt.title(document),
        published_at=published_at,
        canonical=_canonical(document, page.url),
    )


def _read_html(
    document: tree.Document, url: str, targets: Sequence[str], now: datetime
) -> SourceFacts:
    if document.meta("http-equiv", "status").strip().startswith("410"):
        return SourceFacts(links=False, gone=True)
    linking = links.linking(document, url, targets)
    if not linking:
        return SourceFacts(links=False)
    title = excerpt.title(document)
    words = _first(excerpt.around(element) for element in islice(linking, _LINKS_TRIED))
    language = _language(document)
    entry = microformats.first_entry(document, url)
    link = links.shown(linking[0])
    if entry is None:
        return SourceFacts(links=True, title=title, excerpt=words, language=language, link=link)
    card = microformats.author(entry)
    kind = microformats.type_of(entry, targets)
    said = bridges.Said(microformats.addresses_of(entry), microformats.authors_of(entry), kind)
    bridged = bridges.bridged(url, said)
    return SourceFacts(
        links=True,
        title="" if bridged else _title(title, entry),
        excerpt=words,
        author_name=card.name,
        author_url=bridged.profile or bridged.post if bridged else card.url,
        published_at=microformats.published(entry, now),
        type=kind,
        content=microformats.content(entry) if kind in (Type.REPLY, Type.RSVP) else "",
        language=language,
        bridged=bridged,
        link=link,
    )


def _title(title: str, entry: microformats.Entry) -> str:
    """Leave out a title that is but the beginning of what follows it: a note has none."""
    start = fold(title.rstrip(ELLIPSIS + "."))
    return "" if start and fold(microformats.content(entry)).startswith(start) else title


def _sampled(facts: SourceFacts, text: str, known: Sequence[int]) -> SourceFacts:
    """Add a sample of all the page's words, and how much is left of the `known` one."""
    found = sketch.runs(text)
    return replace(facts, sketch=sketch.sketch(found), kept=sketch.kept(known, found))


def _read_text(body: str, targets: Sequence[str]) -> SourceFacts:
    found = links.in_plain_text(body, targets)
    if found is None:
        return SourceFacts(links=False)
    start, end = found
    words = excerpt.between(body[:start], body[start:end], body[end:])
    return SourceFacts(links=True, excerpt=words, link="its address, in plain text")


def _read_json(body: bytes, targets: Sequence[str]) -> SourceFacts:
    try:
        found = links.in_json(body, targets)
        return SourceFacts(links=found, link="a property of the JSON" if found else "")
    except ValueError:
        return SourceFacts(links=False)


def _worth_parsing(body: str, url: str, targets: Sequence[str]) -> bool:
    """Tell by a mere search whether a page can link to a target at all, or call itself gone.

    On the target's own host links may be relative, and an international name has more
    than one spelling: such pages are always parsed.
    """
    hosts = {host_of(target) for target in targets}
    if host_of(url) in hosts or any("xn--" in host for host in hosts):
        return True
    lower = body.lower()
    if "http-equiv" in lower and "410" in lower:
        return True
    return any(host in lower or host in unescape(lower) for host in hosts)


def _canonical(document: tree.Document, url: str) -> str:
    base = document.base(url)
    named = (
        tree.absolute(tree.attribute(element, "href"), base)
        for element in document.named("link")
        if "canonical" in tree.attribute(element, "rel").lower().split()
        and tree.attribute(element, "href")
    )
    return _first(named)


def _language(document: tree.Document) -> str:
    named = _first(tree.attribute(element, "lang") for element in document.named("html"))
    return named if _LANGUAGE.fullmatch(named) else ""


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")
