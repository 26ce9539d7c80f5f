"""What a search looks for: typed words as terms, and a text's tokens, by which they are indexed.

Both are made of folded text (`words.fold`). A token is a run of letters and digits, as far as
40 characters; of scripts without spaces, and of pictures, each two characters that stand
together and the last one alone. A term is a word as typed, found where a token begins with
it, or a phrase in quotes, found as it stands. What the index offers for a term is never too
little; `Term.is_in` tells whether it is there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moderation.text.words import UNSPACED, fold

VERSION = 1  # of `tokens`: what was indexed by another one is indexed anew
LONGEST = 40  # characters of a token
MOST_TERMS = 10
MOST_LOOKED_UP = 8  # tokens of one term: those of a long phrase say enough

_ALONE = UNSPACED.pattern[1:-1] + "\u2190-\u2bff\U0001f000-\U0001faff"
# Letters and digits; of Indic scripts with their vowel signs, but not the full stops.
_LETTER = f"(?:[^\\W_{_ALONE}]|[\u0900-\u0963\u0966-\u0dff])"
_RUN = re.compile(f"({_LETTER}+)|([{_ALONE}]+)")
_ASCII_RUN = re.compile("[a-z0-9]+")
_FIRST = re.compile(_LETTER)
_IN_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # nor may an engine be asked for it
_QUOTES = re.compile('["\u201c-\u201f\xab\xbb]')
_AROUND = ".,;:!?\u2026'\u2018\u2019()[]{}<>|*^~`"  # of a typed word: not meant
_DASHES, _MARKS = "[-\u2010\u2013]", "['\u2019]"
_ALIKE = dict.fromkeys("-\u2010\u2013", _DASHES) | dict.fromkeys("'\u2019", _MARKS)
_REPLACED = re.compile("[-\\u2010\\u2013'\\u2019]")  # for which others may stand


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the index is asked for: a token, or all that begin with it."""

    token: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to be found."""

    looked_up: tuple[Wanted, ...]  # the rarest first, as far as that can be guessed
    stretch: str  # signs that stand together in every text it is in
    pattern: re.Pattern[str]

    def is_in(self, folded: str) -> bool:
        return self.pattern.search(folded) is not None


def tokens(folded: str) -> set[str]:
    """What a folded text is indexed by."""
    if folded.isascii():  # the same, quicker
        return {run[:LONGEST] for run in _ASCII_RUN.findall(folded)}
    found: set[str] = set()
    for run in _RUN.finditer(folded):
        letters, alone = run.groups()
        if letters:
            found.add(letters[:LONGEST])
        else:
            found.update(_pairs(alone))
    return found


def read(typed: str) -> tuple[str, ...]:
    """Part what somebody typed into folded terms for `term`; a phrase begins with a quote.

    What holds neither letter, digit nor picture asks for nothing and is left out, so that
    nothing may be left. A quote without its twin is nothing, nor is any other sign.
    """
    parts = _QUOTES.split(fold(_IN_NO_TEXT.sub(" ", typed)))
    last = len(parts) - 1
    found: list[str] = []
    for number, part in enumerate(parts):
        if number % 2 and number != last:
            phrase = " ".join(part.split())
            found += [f'"{phrase}'] if _RUN.search(phrase) else []
        else:
            found += (word for word in part.split() if _RUN.search(word))
    return tuple(dict.fromkeys(found))


def term(given: str) -> Term | None:
    """Make a term of one that `read` made, or of a folded word; None where it asks for nothing."""
    whole = given.startswith('"')
    literal = given[1:] if whole else given.strip(_AROUND)
    runs = list(_RUN.finditer(literal))
    if not runs:
        return None
    last = runs[-1]
    # The word may go on behind its last letter; one letter alone begins too many.
    goes_on = not whole and last.end() == len(literal) and len(last.group()) > 1
    wanted: list[Wanted] = []
    for run in runs:
        letters, alone = run.groups()
        if letters:
            wanted.append(Wanted(letters[:LONGEST], goes_on and run is last))
        elif len(alone) == 1:
            wanted.append(Wanted(alone, begins=True))
        else:
            wanted += (Wanted(pair) for pair in _pairs(alone) if len(pair) == 2)
    wanted = list(dict.fromkeys(wanted))
    wanted.sort(key=lambda one: (one.begins, -len(one.token)))
    return Term(
        looked_up=tuple(wanted[:MOST_LOOKED_UP]),
        stretch=max(_REPLACED.split(literal), key=len),
        pattern=_pattern(literal, closed=not goes_on),
    )


def terms(given: Iterable[str]) -> tuple[Term, ...]:
    """Make terms of what `read` made."""
    return tuple(made for each in given if (made := term(each)) is not None)


def _pattern(literal: str, *, closed: bool) -> re.Pattern[str]:
    before = f"(?<!{_LETTER})" if _FIRST.match(literal) else ""
    after = f"(?!{_LETTER})" if closed and _FIRST.match(literal[-1]) else ""
    middle = "".join(_ALIKE.get(sign) or re.escape(sign) for sign in literal)
    return re.compile(before + middle + after)


def _pairs(alone: str) -> Iterator[str]:
    """Each character with the next one; the last one has none."""
    return (alone[at : at + 2] for at in range(len(alone)))
