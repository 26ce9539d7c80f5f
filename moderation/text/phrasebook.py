"""Many phrases looked for at once: by their first word, in one walk over a text."""

import re
from collections.abc import Iterable, Iterator

from moderation.text.words import UNSPACED, is_boundary

_UNSPACED_RANGES = UNSPACED.pattern[1:-1]
# Where a phrase may begin: a letter of an unspaced script, a word, any other sign.
_BEGINNING = re.compile(rf"[{_UNSPACED_RANGES}]|(?:(?![{_UNSPACED_RANGES}])\w)+|[^\w\s]")


class Phrasebook:
    """Folded phrases. Finding costs by the length of the text, hardly by their number.

    It finds what `words.contains_phrase` finds, which looks for one.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_beginning: dict[str, dict[int, set[str]]] = {}
        for phrase in phrases:
            beginning = _BEGINNING.match(phrase)
            if beginning is not None:
                lengths = self._by_beginning.setdefault(beginning.group(), {})
                lengths.setdefault(len(phrase), set()).add(phrase)

    def __bool__(self) -> bool:
        return bool(self._by_beginning)

    def find(self, folded_text: str) -> Iterator[str]:
        """Every phrase that stands in a folded text as whole words, each once."""
        seen: set[str] = set()
        for word in _BEGINNING.finditer(folded_text):
            for length, phrases in self._by_beginning.get(word.group(), {}).items():
                end = word.start() + length
                phrase = folded_text[word.start() : end]
                if phrase in phrases and phrase not in seen and is_boundary(folded_text, end):
                    seen.add(phrase)
                    yield phrase
