"""Where an address stands bare in a text, and where it ends: before the full stop, most often."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.text.urls import safe_link

_START = re.compile("https?(?=://)", re.I)
# Neither brackets, quotes and other delimiters nor the punctuation of scripts without spaces.
_REST = re.compile(
    '://[^\\s\x00-\x20<>"`\\[\\]{}|^\\\\\xab\xbb\u2018-\u201f\u2026\u2039\u203a\u3000-\u303f'
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]{1,2048}"  # longer is no address
)
_NEXT = re.compile("[,;]+https?://", re.I)
_TRAILING = ".,;:!?'*_~&"


@dataclass(frozen=True, slots=True)
class BareLink:
    scheme: str  # as typed
    start: int
    end: int
    text: str  # as typed
    href: str


def find_bare_link(text: str, colon: int, limit: int) -> BareLink | None:
    """Read the address whose scheme ends at `colon`, of the text up to `limit`.

    Punctuation at its end belongs to the sentence; a closing parenthesis to the address
    only when it was opened there.
    """
    start = colon - (5 if text[max(colon - 1, 0)] in "sS" else 4)
    if start < 0 or text[start:colon].lower() not in ("http", "https"):
        return None
    if start and text[start - 1].isalnum():
        return None
    rest = _REST.match(text, colon, limit)
    if rest is None:
        return None
    following = _NEXT.search(rest.group())
    end = _trimmed(text, colon + 3, colon + following.start() if following else rest.end())
    href = safe_link(text[start:end].replace("&amp;", "&"))
    return BareLink(text[start:colon], start, end, text[start:end], href) if href else None


def bare_links(text: str) -> Iterator[BareLink]:
    """Yield the bare addresses of a text in order."""
    at = 0
    while (found := _START.search(text, at)) is not None:
        link = find_bare_link(text, found.end(), len(text))
        if link is None:
            at = found.end()
        else:
            yield link
            at = link.end


def _trimmed(text: str, start: int, end: int) -> int:
    """Move the end back over what belongs to the sentence."""
    unopened = text.count(")", start, end) - text.count("(", start, end)
    while end > start:
        last = text[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end
