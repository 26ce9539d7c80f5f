"""How passages stand in a letter's text part: on one line, as an excerpt, quoted, folded."""

import re
import textwrap

from moderation.text.clean import ELLIPSIS, clean_text, cut

COLUMNS = 72
EXCERPT_LIMIT = 600  # characters
EXCERPT_LINES = 24

_OPENING = re.compile(r"> |- |[A-Z][A-Za-z-]*(?: [a-z]+)?: +")
_LABELLED_ADDRESS = re.compile(r"[A-Z][a-z ]+: +https?://\S+")


def one_line(text: str, limit: int) -> str:
    """Make one line of text without control and direction characters, cut to `limit`."""
    return cut(clean_text(text.encode("utf-8", "replace").decode(), lines=False), limit)


def excerpted(text: str) -> tuple[str, bool]:
    """Cut a comment's text for a letter; the second is whether something is missing.

    The text is the source as it was sent, with every address in it, which is what a
    moderator needs to see; a run of empty lines is one.
    """
    clean = clean_text(text.encode("utf-8", "replace").decode(), lines=True)
    whole = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", clean)
    short = "\n".join(whole.split("\n")[:EXCERPT_LINES])
    short = cut(short, EXCERPT_LIMIT)
    if short == whole:
        return whole, False
    return short.removesuffix(ELLIPSIS).rstrip() + ELLIPSIS, True


def quoted(text: str) -> str:
    """Mark every line as somebody else's, so that none can pass for ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def folded(text: str) -> str:
    """Break the lines of a text part at `COLUMNS`.

    What continues stands below what began, right of a label, a bullet or a quotation mark,
    so that no name is long enough to begin a line of ours. Addresses are left whole and
    beside their label, and so are words of scripts without spaces.
    """
    return "\n".join(_folded(line) for line in text.splitlines())


def _folded(line: str) -> str:
    if len(line) <= COLUMNS or _LABELLED_ADDRESS.fullmatch(line):
        return line
    opening = _OPENING.match(line)
    mark = opening[0] if opening else ""
    return textwrap.fill(
        line,
        COLUMNS,
        subsequent_indent=mark if mark == "> " else " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
