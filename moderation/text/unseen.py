"""Signs that nobody sees, made visible for who has to judge a name: zero widths and their like."""

import re
from collections.abc import Iterator

# No ink, and in a name no use: soft hyphens, zero widths, directions, fillers, tags.
_SIGNS = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
    # Joiners shape the letters of some scripts and join emoji; between others they do nothing.
    "|(?<=[\\u0021-\\u024f\\u0370-\\u052f])[\u200c\u200d]+"
)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Take a text apart: what is seen as it stands, and each unseen sign as ``U+200B`` (True)."""
    at = 0
    for found in _SIGNS.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield from ((f"U+{ord(sign):04X}", True) for sign in found.group())
        at = found.end()
    if at < len(text):
        yield text[at:], False
