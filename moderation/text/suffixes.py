"""Which ends of host names are nobody's own: the public suffix list, as its package carries it."""

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import StringIO
from pathlib import Path

from publicsuffixlist import PSLFILE

_IP = re.compile(r"[0-9.]+|.*:.*")


class Names:
    """A set of names in one string: as objects the ten thousand of the list take 1.5 MB."""

    def __init__(self, names: Iterable[str]) -> None:
        text, ends = StringIO(), array("I")
        text.write("\n")
        for name in names:  # one by one: all at once would leave holes behind
            text.write(f"{name}\n")
            ends.append(text.tell())
        self._text = text.getvalue()
        self._last = (1 << (2 * len(ends)).bit_length()) - 1
        self._starts = array("I", bytes(4 * (self._last + 1)))  # by hash; 0: nobody
        start = 1
        for end in ends:
            at = hash(self._text[start : end - 1]) & self._last
            while self._starts[at]:
                at = (at + 1) & self._last
            self._starts[at], start = start, end

    def __contains__(self, name: str) -> bool:
        at = hash(name) & self._last
        while start := self._starts[at]:
            if self._text.startswith(f"{name}\n", start):
                return True
            at = (at + 1) & self._last
        return False


def _rules() -> Iterator[str]:
    """The rules of the list, with names as hosts come to us: in ASCII."""
    with Path(PSLFILE).open(encoding="utf-8") as lines:
        for line in lines:
            rule = line.rstrip().partition(" ")[0].lower()
            if rule and not rule.startswith("//"):
                yield rule if rule.isascii() else ".".join(map(_in_ascii, rule.split(".")))


def _in_ascii(label: str) -> str:
    return label if label.isascii() else label.encode("idna").decode()


@lru_cache(maxsize=1)
def _list() -> Names:
    """Read the list, once it is asked for: 20 ms."""
    return Names(_rules())


def load() -> None:
    """Have the list ready: who would be the first to ask waits for nothing then."""
    _list()


def _public(host: str) -> int:
    """How many labels at the end of a host are a public suffix; 0 where none are.

    The longest rule counts. `*.ck` says that `ck` is one too, and `!www.ck` that this is none.
    """
    rules, labels = _list(), host.split(".")
    for number in range(len(labels), 0, -1):
        name = ".".join(labels[-number:])
        if f"!{name}" in rules:
            return number - 1
        if f"*.{name}" in rules:
            return min(number + 1, len(labels))
        if name in rules:
            return number
    return 0


def is_public(host: str) -> bool:
    """Tell whether anybody may have a name under this host: ``co.uk``, ``github.io``."""
    return _IP.fullmatch(host) is None and _public(host) == host.count(".") + 1


def domain_of(host: str) -> str:
    """Return the name that somebody registered, or was given, and that all below it belongs to.

    The host itself where the list knows nothing of it.

    >>> domain_of("a.b.example.co.uk")
    'example.co.uk'
    >>> domain_of("www.alice.github.io")
    'alice.github.io'
    """
    if _IP.fullmatch(host):
        return host
    labels, public = host.split("."), _public(host)
    return ".".join(labels[-public - 1 :]) if 0 < public < len(labels) else host


def bare(host: str) -> str:
    """Leave out ``www.``, unless what is left would be a public suffix.

    >>> bare("www.alice.example"), bare("www.github.io")
    ('alice.example', 'www.github.io')
    """
    rest = host.removeprefix("www.")
    return host if rest == host or "." not in rest or is_public(rest) else rest
