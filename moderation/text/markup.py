"""How a comment's text becomes safe HTML, and that HTML text again."""

import re
from html import unescape

from moderation.domain.comment import Format
from moderation.text.bare_links import bare_links
from moderation.text.markdown import href_of, write_markdown
from moderation.text.prose import is_prose, write_prose
from moderation.text.sanitize import ALLOWED, BREAKING, SYNONYMS, Writer, sanitize

RENDER_VERSION = 1  # grows when `render` makes something else of the same text

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)/?>", re.I | re.A)
_BREAKS = re.compile(r"\n(?:[ \t]*\n)+|\n")
_ANY_TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
_HREF = re.compile(r'<a\s[^<>]*?href="([^"<>]*)"')
_WHITE = re.compile(r"\s+")
# Tags WordPress may have stored that mean nothing here; others were typed as text.
_MEANINGLESS = "abbr acronym big font img ins small span sub sup u"
_KNOWN = ALLOWED | BREAKING | SYNONYMS.keys() | set(_MEANINGLESS.split())


def render(text: str, format: Format) -> str:
    """Make HTML that is safe to show; "" when nothing in the text can be seen.

    Elements: ``p br a b strong i em s del code pre blockquote q cite ul ol li``; the one
    attribute is an http, https or mailto `href`, with ``rel="nofollow ugc noopener"``.
    Time is linear in the length of the text whatever is in it, and so no format has a
    limit here. Derived: kept beside the text under `RENDER_VERSION`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode()  # halves of characters become "?"
    if format is Format.HTML:
        return sanitize(text)
    writer = Writer()
    if format is Format.MARKDOWN:
        write = write_prose if is_prose(text) else write_markdown
        write(text, writer)
    elif format is Format.WORDPRESS:
        _write_wordpress(text, writer)
    else:
        _write_plain(text, writer)
    return writer.html()


def plain(html: str) -> str:
    """Return what a reader sees of HTML that `render` made: lines, paragraphs by blank lines."""
    pieces: list[str] = []
    at = 0
    preformatted = False
    for tag in _ANY_TAG.finditer(html):
        pieces.append(_visible(html[at : tag.start()], preformatted))
        at = tag.end()
        closing, name = tag.groups()
        if name == "pre":
            preformatted = not closing
        if name == "br" or (name == "li" and not closing):
            pieces.append("\n")
        elif name in ("p", "pre", "blockquote", "ul", "ol"):
            pieces.append("\n\n")
    pieces.append(_visible(html[at:], preformatted))
    lines = [line.strip() for line in "".join(pieces).split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip("\n")


def links_of(html: str) -> tuple[str, ...]:
    """Return the addresses HTML that `render` made links to, in order, repeated ones too."""
    return tuple(unescape(href) for href in _HREF.findall(html))


def _visible(text: str, preformatted: bool) -> str:
    return unescape(text if preformatted else _WHITE.sub(" ", text))


def _write_plain(text: str, writer: Writer) -> None:
    """Write text whose blank lines part paragraphs; bare addresses become links."""
    at = 0
    for found in _BREAKS.finditer(text):
        _write_line(text[at : found.start()], writer)
        at = found.end()
        if "\n" in found.group()[1:]:
            writer.paragraph_break()
        else:
            writer.line_break()
    _write_line(text[at:], writer)


def _write_line(line: str, writer: Writer) -> None:
    at = 0
    if not any(writer.inside(tag) for tag in ("a", "code", "pre")):
        for link in bare_links(line):
            writer.text(line[at : link.start])
            writer.open("a", link.href)
            writer.text(link.text)
            writer.close("a")
            at = link.end
    if line[at:]:
        writer.text(line[at:])


def _write_wordpress(text: str, writer: Writer) -> None:
    """Write text as WordPress stored it: its tags, entities, blank lines and bare addresses."""
    at = 0
    for tag in _TAG.finditer(text):
        closing, name, attributes = tag.group(1), tag.group(2).lower(), tag.group(3)
        if name not in _KNOWN:
            continue
        _write_plain(unescape(text[at : tag.start()]), writer)
        at = tag.end()
        if closing:
            writer.close(name)
        else:
            writer.open(name, href_of(attributes))
    _write_plain(unescape(text[at:]), writer)
