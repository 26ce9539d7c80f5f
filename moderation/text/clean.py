"""How text from outside is made fit to keep and to show: what is taken out, how it is cut."""

import re
import unicodedata
from collections.abc import Iterator

MARKS_PER_CHARACTER = 4  # of combining marks; living scripts stay below it
ELLIPSIS = "…"

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
# Code points that are no characters (XML forbids two of them, and feeds are XML).
_NONCHARACTERS = [
    *range(0xFDD0, 0xFDF0),
    *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)),
]
_OVERRIDES = [0x202D, 0x202E]  # show letters in an order nobody wrote: never kept
_EMBEDDINGS = [0x202A, 0x202B]
_ISOLATES = [0x2066, 0x2067, 0x2068]
_POP_EMBEDDING, _POP_ISOLATE = 0x202C, 0x2069
_BIDI_MARKS = [0x061C, 0x200E, 0x200F]  # invisible letters with a direction: harmless in a body
_BIDI = [*_OVERRIDES, *_EMBEDDINGS, *_ISOLATES, _POP_EMBEDDING, _POP_ISOLATE]

_UNSEEN = dict.fromkeys([*_CONTROLS, *_NONCHARACTERS, *_OVERRIDES])
_IN_LINE = _UNSEEN | dict.fromkeys([*_BIDI, *_BIDI_MARKS])
_IN_LINES = {point: None for point in _UNSEEN if chr(point) not in "\n\t"}
# Where a line ends, as Unicode (UAX 14) and old systems write it.
_LINE_ENDS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_WHITE = re.compile("[\n\t]+")
# What has no ink: alone or at an end it only pretends that something is there.
_BLANK = "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2800\u3164\ufeff\uffa0"
_ENDS = _BLANK + " \t\n\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_ENDS += "\u202f\u205f\u3000"
_HALF = re.compile("[\ud800-\udfff]")
_ANY_BIDI = re.compile(f"[{''.join(map(chr, _BIDI))}]")
_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MARKS_PER_CHARACTER + 1}}}")
_PLAIN_LINE = re.compile(r"[\x20-\x7e]*")
_PLAIN_LINES = re.compile(r"[\x20-\x7e\n\t]*")


def clean_text(raw: str, *, lines: bool) -> str:
    """Clean a body (`lines=True`) or a name, title or other single line.

    Comes back in NFC and trimmed, without NUL, controls (a body keeps newline and tab),
    noncharacters and bidirectional overrides; line ends become ``\\n`` in a body and a
    space in a line; at most four combining marks follow a character. A line loses all
    bidirectional controls. A body keeps marks, embeddings and isolates, but only those
    that are closed on their own line, so that no text around it changes its order.
    Cleaning twice changes nothing more. Never cuts; raises ValueError for lone
    surrogates, which no encoding can carry.
    """
    plain = _PLAIN_LINES if lines else _PLAIN_LINE
    if plain.fullmatch(raw):
        return raw.strip()
    if _HALF.search(raw):
        raise ValueError("The text holds half a character (a lone surrogate).")
    text = _LINE_ENDS.sub("\n", raw)
    if not lines:
        text = _WHITE.sub(" ", text)
    text = text.translate(_IN_LINES if lines else _IN_LINE)
    if lines:
        text = "\n".join(_balanced(line) for line in text.split("\n"))
    # Before normalising too: sorting a long run of marks costs the square of its length.
    text = unicodedata.normalize("NFC", cap_marks(text))
    return cap_marks(text).strip(_ENDS)


def without_controls(text: str) -> str:
    """Take out of a piece of a body what `clean_text` would (entities can bring it back)."""
    return text if _PLAIN_LINES.fullmatch(text) else text.translate(_IN_LINES)


def cap_marks(text: str) -> str:
    """Leave at most four combining marks on a character."""
    if not _MARKS.search(text):  # no mark is a letter, a digit or white space
        return text
    return "".join(_capped(text))


def cut(text: str, limit: int) -> str:
    """Shorten a line to at most `limit` characters, the last an ellipsis where it was cut.

    For protocols that bid us to shorten; what people typed is never cut. Does not part a
    character from its combining marks, nor an emoji sequence.
    """
    if len(text) <= limit:
        return text
    end = max(limit - len(ELLIPSIS), 0)
    keep = end
    while keep and _joined(text[keep - 1], text[keep]):
        keep -= 1
    return (text[: keep or end].rstrip() + ELLIPSIS)[: max(limit, 0)]


def _capped(text: str) -> Iterator[str]:
    marks = 0
    for c in text:
        marks = marks + 1 if _is_mark(c) else 0
        if marks <= MARKS_PER_CHARACTER:
            yield c


def _is_mark(c: str) -> bool:
    return c >= "\u0300" and unicodedata.category(c) in ("Mn", "Me")


def _joined(before: str, after: str) -> bool:
    """Tell whether two neighbours are seen as one character."""
    return (
        before == "\u200d"
        or after == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or (after >= "\u0300" and unicodedata.category(after)[0] == "M")
    )


def _balanced(line: str) -> str:
    """Drop the directional controls of a line that are not opened and closed in order."""
    if not _ANY_BIDI.search(line):
        return line
    dropped: set[int] = set()
    opened: list[tuple[int, int]] = []  # (position, what closes it)
    for at, c in enumerate(line):
        point = ord(c)
        if point in _EMBEDDINGS:
            opened.append((at, _POP_EMBEDDING))
        elif point in _ISOLATES:
            opened.append((at, _POP_ISOLATE))
        elif point in (_POP_EMBEDDING, _POP_ISOLATE):
            if opened and opened[-1][1] == point:
                opened.pop()
            else:
                dropped.add(at)
    dropped.update(at for at, _ in opened)
    return "".join(c for at, c in enumerate(line) if at not in dropped)
