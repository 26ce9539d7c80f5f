"""What is different between two texts, word by word, for people to read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from moderation.text.words import UNSPACED

MOST_EDITS = 150  # words; past that two texts have little in common, and stand one after the other
_LETTER = UNSPACED.pattern  # of scripts without spaces each letter counts as a word
_WORD = re.compile(rf"{_LETTER}\s*|\S+?(?={_LETTER})|\S+\s*|\s+")


class Part(StrEnum):
    """What became of some words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row, with the white space after them."""

    part: Part
    text: str


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Tell two texts as one: what stayed, what went, what came.

    What stayed is given as it stands now; white space alone makes no difference.
    """
    old, new = (_WORD.findall(f"{text.rstrip()} ") if text else [] for text in (before, after))
    # Of a changed passage all that went stands before all that came.
    ordered: list[tuple[Part, str]] = []
    for same, passage in groupby(_steps(old, new), key=lambda step: step[0] is Part.SAME):
        steps = list(passage)
        ordered += steps if same else sorted(steps, key=lambda step: step[0] is Part.NEW)
    return tuple(
        Piece(part, "".join(text for _, text in steps))
        for part, steps in groupby(ordered, key=lambda step: step[0])
    )


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Part, str]]:
    """Go from the old words to the new ones; what begins and ends alike is set aside first."""
    bare_old, bare_new = [w.strip() for w in old], [w.strip() for w in new]
    head = _common(bare_old, bare_new)
    tail = _common(bare_old[head:][::-1], bare_new[head:][::-1])
    left, right = len(old) - tail, len(new) - tail
    yield from ((Part.SAME, word) for word in new[:head])
    path = _shortest(bare_old[head:left], bare_new[head:right])
    if path is None:
        yield from ((Part.GONE, word) for word in old[head:left])
        yield from ((Part.NEW, word) for word in new[head:right])
    else:
        for part, at in path:
            yield part, (old if part is Part.GONE else new)[head + at]
    yield from ((Part.SAME, word) for word in new[right:])


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words two texts begin with together."""
    pairs = zip(a, b, strict=False)
    return next((at for at, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _shortest(a: Sequence[str], b: Sequence[str]) -> list[tuple[Part, int]] | None:
    """The fewest words to take out and put in (Myers 1986), each with its place in its text;
    None where it would be more than `MOST_EDITS`: both time and memory are bounded by that."""
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(a) + len(b), MOST_EDITS) + 1):
        trail.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(a) and y >= len(b):
                return _walked_back(trail, len(a), len(b))
    return None


def _walked_back(trail: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[Part, int]]:
    path: list[tuple[Part, int]] = []
    for edits in range(len(trail) - 1, -1, -1):
        reach, diagonal = trail[edits], x - y
        down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        from_x = reach[diagonal + 1] if down else reach[diagonal - 1]
        from_y = from_x - (diagonal + 1 if down else diagonal - 1)
        while x > from_x and y > from_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            path.append((Part.SAME, y))
        if edits:
            path.append((Part.NEW, from_y) if down else (Part.GONE, from_x))
        x, y = from_x, from_y
    return path[::-1]
