"""How typed text is read: CommonMark without images, headings and HTML, with a few inline tags."""

import re
from collections.abc import Iterable
from functools import cache
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from moderation.text.bare_links import find_bare_link
from moderation.text.sanitize import Writer
from moderation.text.urls import safe_link

# The inline tags WordPress allowed; nothing in them may be "<" or ">", so a search for
# their end stops at the next of either and the whole text is looked through once.
TYPED_TAG = re.compile(
    r"<(/?)(a|b|blockquote|cite|code|del|em|i|q|s|strong)((?:\s[^<>]*)?)>", re.I | re.A
)
_ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"']+))?""")
_CODE_END = re.compile("</code>", re.I)
_MAX_NESTING = 40


def write_markdown(text: str, writer: Writer) -> None:
    """Read typed text and write what it means."""
    lines = text.split("\n")
    for token in _parser().parse(text):
        if token.type == "inline":
            _write_inline(token.children or (), writer)
        elif token.type in ("fence", "code_block"):
            _write_code_block(token.content, writer)
        elif token.type == "hr":
            _write_rule(token, lines, writer)
        elif token.hidden:  # a paragraph of a tight list
            continue
        elif token.nesting == 1:
            writer.open(token.tag)
        elif token.nesting == -1:
            writer.close(token.tag)


def href_of(attributes: str) -> str:
    """Return the value of the first `href` in the inside of a tag, or ""."""
    for name, value in _ATTRIBUTE.findall(attributes):
        if name.lower() == "href":
            quoted = value[:1] in ("'", '"')
            return unescape(value[1:-1] if quoted else value).strip()
    return ""


class _Parser(MarkdownIt):
    """MarkdownIt with our notion of a link: what `safe_link` does not take is no link."""

    def validateLink(self, url: str) -> bool:
        return bool(url)

    def normalizeLink(self, url: str) -> str:
        return safe_link(url, mail=True)

    def normalizeLinkText(self, link: str) -> str:
        return link


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.disable(["heading", "lheading", "html_block", "image"])
    parser.enable("strikethrough")
    parser.inline.ruler.at("html_inline", _typed_tag)
    parser.inline.ruler.after("text", "bare_link", _bare_link)
    return parser


def _write_inline(tokens: Iterable[Token], writer: Writer) -> None:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            writer.line_break()
        elif token.type == "code_inline":
            writer.open("code")
            for at, line in enumerate(token.content.split("\n")):
                if at:
                    writer.line_break()
                writer.text(line)
            writer.close("code")
        elif token.nesting == 1 or token.info == "open":
            writer.open(token.tag, str(token.attrs.get("href", "")))
        elif token.nesting == -1 or token.info == "close":
            writer.close(token.tag)
        else:
            writer.text(token.content)


def _write_code_block(content: str, writer: Writer) -> None:
    writer.open("pre")
    writer.open("code")
    writer.text(content)
    writer.close("pre")


def _write_rule(token: Token, lines: list[str], writer: Writer) -> None:
    """Show ``* * *`` as it was typed: a rule across the page is not ours to draw."""
    line = lines[token.map[0]].rstrip() if token.map else token.markup
    before = line.rstrip(token.markup[:1] + " \t")
    writer.paragraph_break()
    writer.text(line[len(before) :])
    writer.paragraph_break()


def _typed_tag(state: StateInline, silent: bool) -> bool:
    """Understand ``<em>``, ``</em>``, ``<a href="…">``; text in ``<code>`` is as it stands."""
    found = TYPED_TAG.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    tag, closing = found.group(2).lower(), bool(found.group(1))
    end = _end_of_code(state, found.end()) if tag == "code" and not closing else None
    if end is not None:
        if not silent:
            state.push("code_inline", "code", 0).content = state.src[found.end() : end.start()]
        state.pos = end.end()
        return True
    if not silent:
        # No nesting for the parser's own count: typed tags need not be balanced.
        token = state.push("typed_tag", tag, 0)
        token.info = "close" if closing else "open"
        if tag == "a":
            token.attrs = {} if closing else {"href": href_of(found.group(3))}
            state.linkLevel = max(0, state.linkLevel + (-1 if closing else 1))
    state.pos = found.end()
    return True


def _end_of_code(state: StateInline, start: int) -> re.Match[str] | None:
    """Find the next ``</code>``; where there is none ahead, that is known without a search."""
    known = state.env.get("last_code_end")
    if known is None or known[0] is not state.src:
        ends = [found.start() for found in _CODE_END.finditer(state.src)]
        known = state.env["last_code_end"] = (state.src, ends[-1] if ends else -1)
    if known[1] < start:
        return None
    return _CODE_END.search(state.src, start, state.posMax)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Make a link of ``https://…``; called at its colon, the scheme is pending text already."""
    if state.src[state.pos] != ":" or state.linkLevel:
        return False
    link = find_bare_link(state.src, state.pos, state.posMax)
    if link is None or not (silent or state.pending.endswith(link.scheme)):
        return False
    if not silent:
        state.pending = state.pending[: -len(link.scheme)]
        state.push("link_open", "a", 1).attrs = {"href": link.href}
        state.push("text", "", 0).content = link.text
        state.push("link_close", "a", -1)
    state.pos = link.end
    return True
