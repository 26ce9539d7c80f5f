"""How alike two texts are, by a few numbers made of each: for finding what is nearly the same."""

import re
import struct
from hashlib import blake2b
from itertools import pairwise
from operator import eq

from moderation.text.words import fold

FEWEST_WORDS = 10  # shorter ones are anybody's: "Thanks, that helped me a lot!"
MOST_WORDS = 1000  # looked at
BINS = 32
BANDS = 16  # of two bins each: two texts that agree in one are compared
_GONE = re.compile(r"(?:https?://|www\.)[^\s<>\"'\])]+", re.I)  # hosts change within a wave
_WORD = re.compile(r"\w+")
_STEP = 0x9E3779B9
_FORM = struct.Struct(f">{BINS}I")
_BAND = BINS * 4 // BANDS  # bytes


def sketch(text: str) -> bytes:
    """Reduce a text to 32 numbers, b"" where it is too short to tell it from others.

    Each pair of words falls into one of 32 bins; of each bin the least number stays (one
    permutation hashing). Texts that have a share s of their pairs in common agree in about
    a share s of the bins. Addresses of links, case, accents and disguises do not count.
    """
    words = _WORD.findall(fold(_GONE.sub(" ", text)))[:MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return b""
    least: list[int | None] = [None] * BINS
    for number in map(key_of, {f"{first} {second}" for first, second in pairwise(words)}):
        into, value = number % BINS, (number >> 16) & 0xFFFFFFFF
        now = least[into]
        if now is None or value < now:
            least[into] = value
    return _FORM.pack(*_filled(least))


def bands(of_text: bytes) -> tuple[int, ...]:
    """The keys under which a sketch is found again: one for every two of its numbers."""
    pieces = (of_text[at * _BAND : (at + 1) * _BAND] for at in range(BANDS))
    return tuple(key_of(f"{at}:{piece.hex()}") for at, piece in enumerate(pieces) if piece)


def likeness(one: bytes, other: bytes) -> float:
    """The share of their numbers in which two sketches agree, 0.0 to 1.0."""
    if not one or not other or len(one) != len(other):
        return 0.0
    agree: int = sum(map(eq, _FORM.unpack(one), _FORM.unpack(other)))
    return agree / BINS


def key_of(words: str) -> int:
    """A whole number of 63 bits that stands for some words: the same in every process."""
    digest = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _filled(least: list[int | None]) -> list[int]:
    """Lend an empty bin the number of the next full one, marked by the distance."""
    found = []
    for into in range(BINS):
        step = 0
        while (value := least[(into + step) % BINS]) is None:
            step += 1
        found.append((value + step * _STEP) & 0xFFFFFFFF)
    return found
