"""Patterns by which owners name sources: a host and a path, each with ``*`` for anything."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from moderation.text.hosts import normal_host
from moderation.text.suffixes import bare
from moderation.text.urls import HttpUrl

LIMIT = 300  # characters
STARS = 8
_SCHEME = re.compile(r"https?://", re.I)
_STARRED_HOST = re.compile(r"[a-z0-9*.-]+")
_MANY_SLASHES = re.compile("/{2,}")
_AFTER = frozenset("/?")  # what may follow a path that is a prefix


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which sources are meant.

    ``spam.example`` is that host, with and without ``www.``; ``*.spam.example`` also all
    hosts below it. A path without ``*`` means everything below it too; with one, it is the
    whole path and query. Letter case, scheme and port make no difference.
    """

    host: str
    path: str = "/"

    def __str__(self) -> str:
        return self.host if self.path == "/" else self.host + self.path

    @property
    def starred(self) -> bool:
        """Whether its host has stars that no look-up by name finds: other than ``*.`` in front."""
        return "*" in self.host.removeprefix("*.")

    def fits(self, url: HttpUrl) -> bool:
        """Whether an address is one of those meant; in time that grows with its length."""
        return self._fits_host(url.host) and self._fits_path(_plain(url.path, url.query))

    def _fits_host(self, host: str) -> bool:
        if bare(host) == self.host or host == self.host:
            return True
        return "*" in self.host and (host == self.host[2:] or glob(self.host, host))

    def _fits_path(self, path: str) -> bool:
        wanted = self.path
        if "*" in wanted:
            return glob(wanted, path)
        stem = wanted.rstrip("/")
        return path == stem or (path.startswith(stem) and path[len(stem)] in _AFTER)


def read_pattern(raw: str) -> Pattern:
    """Read what an owner typed, an address or a pattern; raises ValueError with a sentence."""
    text = _SCHEME.sub("", raw.strip(), count=1).partition("#")[0]
    if not text or len(text) > LIMIT or not text.isprintable() or " " in text:
        raise ValueError(f"Write a host or an address, of at most {LIMIT} characters.")
    if text.count("*") > STARS:
        raise ValueError(f"A pattern has at most {STARS} stars.")
    cut = min((at for at in (text.find("/"), text.find("?")) if at >= 0), default=len(text))
    host = _read_host(text[:cut])
    path, _, query = text[cut:].partition("?")
    pattern = Pattern(host, _plain(path or "/", query or None))
    if not pattern.path.isprintable():
        raise ValueError("A path has signs that can be printed, behind escapes too.")
    if not pattern.host.strip("*.") and not pattern.path.strip("*/"):
        raise ValueError("That would mean every source there is.")
    return pattern


def _read_host(raw: str) -> str:
    host = raw.lower().rstrip(".")
    if "*" not in host:
        name, _, port = host.rpartition(":")
        named = normal_host(name if name and port.isdigit() and "]" not in port else host)
        return bare(named)
    start, rest = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    if start and "*" not in rest:
        return start + normal_host(rest)
    if not _STARRED_HOST.fullmatch(host):
        raise ValueError("A host with stars is written in a-z, 0-9, dots and hyphens.")
    return host


def _plain(path: str, query: str | None) -> str:
    """Write path and query so that two spellings of one are equal."""
    whole = _MANY_SLASHES.sub("/", unquote(path, errors="replace"))
    if query is not None:
        whole += "?" + unquote(query, errors="replace")
    return (whole if whole.startswith("/") else "/" + whole).casefold()


def glob(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern says, ``*`` being anything; no step is taken back."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    last = rest.pop()
    at, end = len(first), len(text) - len(last)
    if end < at or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in rest:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
