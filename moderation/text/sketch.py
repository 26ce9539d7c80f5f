"""How much of what a page said is still there: a sample of its words, kept small and compared."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from zlib import crc32

from moderation.text.words import UNSPACED

SIZE = 64  # numbers kept of a page
RUN = 3  # words that make one number, so that common words alone are nothing in common
WORDS = 50_000  # of a page that are looked at
TOO_FEW = 8  # numbers: of a page with hardly any words nothing can be told

# Words, and single letters of scripts that are written without spaces.
_WORD = re.compile(rf"{UNSPACED.pattern}|[^\W\d_]+")


def runs(text: str) -> frozenset[int]:
    """A number for every three words in a row; digits, which count and date, are left out."""
    words = [match.group() for match in islice(_WORD.finditer(text.lower()), WORDS)]
    return frozenset(
        crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)
    )


def sketch(found: Iterable[int]) -> tuple[int, ...]:
    """A fair sample of a page: of all its numbers the smallest."""
    return tuple(sorted(found)[:SIZE])


def kept(known: Sequence[int], found: frozenset[int]) -> float | None:
    """Which part of a page's sample is still found, 0.0 to 1.0; None where it is too small.

    A page that only grew has all of it, a page that was put in its place next to nothing.
    """
    if len(known) < TOO_FEW:
        return None
    return sum(number in found for number in known) / len(known)
