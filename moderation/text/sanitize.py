"""What markup may reach a reader: the allow-list, and a writer that writes nothing else."""

from functools import cache
from html import escape

import nh3

from moderation.text.clean import without_controls
from moderation.text.urls import safe_link

CONTAINERS = frozenset({"blockquote", "ul", "ol", "li"})  # hold blocks
LISTS = frozenset({"ul", "ol"})
BLOCKS = CONTAINERS | {"p", "pre"}
INLINE = frozenset({"a", "b", "strong", "i", "em", "s", "del", "code", "q", "cite"})
ALLOWED = BLOCKS | INLINE | {"br"}
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"
MAX_DEPTH = 48  # elements within elements; deeper ones are left out, their text stays

# Written the old way; shown the new way.
SYNONYMS = {"strike": "s", "tt": "code", "kbd": "code", "samp": "code"}
# Elements whose content is no text for readers.
SILENT = frozenset({"script", "style", "title"})
# Elements between which readers see a break, though we do not keep them.
_BREAKING = (
    "address article aside body center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr main nav section summary table tbody td th thead tr"
)
BREAKING = frozenset(_BREAKING.split())

NO_BLANKS = LISTS | {"blockquote", ""}  # white space right inside these is not seen

_BR = "<br>\n"


class Writer:
    """Takes text and tags in any order, hostile ones too, and writes balanced, safe HTML.

    Because what it writes is always well nested and never deep, the parser inside the
    sanitiser never comes near the inputs it needs the square or the cube of their length
    for. Everything is linear. Text outside a block gets a paragraph; empty elements are
    not written; a block closes what is inline, as it would in a browser.
    """

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[tuple[str, int]] = []  # (tag, length of _out when it had been opened)

    def text(self, data: str) -> None:
        """Write text; it is escaped here and nowhere else."""
        data = without_controls(data)
        if self.inside("pre"):
            if self._top == "pre" and self._top_is_empty():
                data = data.lstrip("\n")  # parsers drop the first anyway
        elif not data.strip():
            if self._top in NO_BLANKS or (self._top in BLOCKS and self._top_is_empty()):
                return
        else:
            self._need_paragraph()
            if self._top in BLOCKS and self._top_is_empty():
                data = data.lstrip(" \t\n")
        if data:
            self._out.append(escape(data, quote=False))

    def line_break(self) -> None:
        """Break the line; at the edges of a paragraph there is none to break."""
        if self.inside("pre"):
            self.text("\n")
        elif self._top not in NO_BLANKS and not self._top_is_empty():
            self._out.append(_BR)

    def paragraph_break(self) -> None:
        """End the paragraph, if one is open; the next text begins another."""
        if self.inside("pre"):
            self.text("\n\n")
            return
        self._close_inline()
        if self._top == "li" and not self._top_is_empty() and not self._out[-1].endswith("\n"):
            self._out.append(_BR)

    def open(self, tag: str, href: str = "") -> None:
        """Open an element; what is not allowed here is left out, and its text stays."""
        tag = SYNONYMS.get(tag, tag)
        if tag in BLOCKS:
            self._open_block(tag)
        elif tag == "a":
            href = safe_link(href, mail=True)
            self.close("a")
            if href:
                self._need_paragraph()
                self._push("a", f'<a href="{escape(href)}">')
        elif tag in INLINE:
            self._need_paragraph()
            self._push(tag, f"<{tag}>")
        elif tag == "br":
            self.line_break()
        elif tag in BREAKING:
            self.paragraph_break()

    def close(self, tag: str) -> None:
        """Close the innermost such element and all within it; without one, nothing."""
        tag = SYNONYMS.get(tag, tag)
        if self.inside(tag):
            while self._pop() != tag:
                pass
        elif tag in BREAKING:
            self.paragraph_break()

    def inside(self, tag: str) -> bool:
        return any(tag == opened for opened, _ in self._open)

    def html(self) -> str:
        """Close what is open and return all, once more through the allow-list of nh3."""
        while self._open:
            self._pop()
        return _cleaner().clean("".join(self._out)).strip()

    @property
    def _top(self) -> str:
        return self._open[-1][0] if self._open else ""

    def _top_is_empty(self) -> bool:
        return bool(self._open) and self._open[-1][1] == len(self._out)

    def _need_paragraph(self) -> None:
        if self._top in LISTS:
            self._push("li", "<li>")
        elif self._top in ("", "blockquote"):
            self._push("p", "<p>")

    def _open_block(self, tag: str) -> None:
        self._close_inline()
        if tag == "li":
            if self._top == "li":
                self._pop()
            if self._top not in LISTS:
                self._push("ul", "<ul>")
        elif self._top in LISTS:
            self._push("li", "<li>")
        self._push(tag, f"<{tag}>")

    def _close_inline(self) -> None:
        """Close up to the nearest element that may hold blocks."""
        while self._open and self._top not in CONTAINERS:
            self._pop()

    def _push(self, tag: str, written: str) -> None:
        if len(self._open) < MAX_DEPTH or tag in ("p", "li"):
            self._out.append(written)
            self._open.append((tag, len(self._out)))

    def _pop(self) -> str:
        tag, start = self._open.pop()
        if tag in BLOCKS:
            while len(self._out) > start and self._out[-1] == _BR:
                self._out.pop()
        if len(self._out) == start:
            self._out.pop()
        else:
            self._out.append(f"</{tag}>\n" if tag in BLOCKS else f"</{tag}>")
        return tag


def sanitize(html: str) -> str:
    """Make foreign HTML safe to show: the allow-list, well nested, links rewritten.

    The input is read by an HTML tokeniser and written anew, so it may be of any length
    and as hostile as it likes; tokenising and writing are linear.
    """
    from justhtml import stream  # imported here: a tenth of a second that most verbs never need

    writer = Writer()
    silent = ""
    for event in stream(html):
        if silent:
            if event[0] == "end" and event[1] == silent:
                silent = ""
        elif event[0] == "text":
            writer.text(event[1])
        elif event[0] == "end":
            writer.close(event[1])
        elif event[0] == "start":
            tag, attributes = event[1]
            if tag in SILENT:
                silent = tag
            else:
                writer.open(tag, attributes.get("href") or "")
    return writer.html()


@cache
def _cleaner() -> nh3.Cleaner:
    """The second wall: were the writer ever wrong, nothing outside the list would pass."""
    return nh3.Cleaner(
        tags=set(ALLOWED),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel=REL,
    )
