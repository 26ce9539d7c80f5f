"""Which part of the web one author owns: the place that an address speaks for."""

import re
from urllib.parse import unquote

from moderation.domain.trust import SourcePlace
from moderation.text.suffixes import bare, is_public
from moderation.text.urls import DEFAULT_PORTS, HttpUrl, parse_http_url

# "/users/alice/…": the second segment names the author, on any host.
NAMING = frozenset(
    [
        "u",
        "user",
        "users",
        "author",
        "authors",
        "people",
        "person",
        "profile",
        "profiles",
        "member",
        "members",
        "view",
    ]
)
# Hosts of many authors whose addresses begin with the author's name …
BY_NAME = frozenset(
    [
        "ameblo.jp",
        "are.na",
        "bitbucket.org",
        "blog.csdn.net",
        "blog.naver.com",
        "codeberg.org",
        "d.hatena.ne.jp",
        "dev.to",
        "facebook.com",
        "geocities.ws",
        "gist.github.com",
        "git.sr.ht",
        "github.com",
        "gitlab.com",
        "hackmd.io",
        "instagram.com",
        "ko-fi.com",
        "letterboxd.com",
        "m.facebook.com",
        "micro.blog",
        "note.com",
        "pinterest.com",
        "posthaven.com",
        "qiita.com",
        "soundcloud.com",
        "speakerdeck.com",
        "tumblr.com",
        "twitch.tv",
        "twitter.com",
        "users.livejournal.com",
        "vimeo.com",
        "write.as",
        "x.com",
        "zenn.dev",
    ]
)
# … and those, with all hosts below, of whose addresses only some name the author: by a mark
# (``/@alice/``, ``~alice``) or a word (``/users/alice/``).
BY_MARK = frozenset(
    [
        "blogger.com",
        "bsky.app",
        "fandom.com",
        "flickr.com",
        "groups.google.com",
        "habr.com",
        "hackernoon.com",
        "hashnode.com",
        "linkedin.com",
        "lobste.rs",
        "medium.com",
        "open.substack.com",
        "quora.com",
        "reddit.com",
        "sites.google.com",
        "teletype.in",
        "threads.net",
        "tiktok.com",
        "velog.io",
        "vk.com",
        "wattpad.com",
        "wikimedia.org",
        "wikipedia.org",
        "youtube.com",
    ]
)
# Whoever is named in an address at these, it need not be who wrote the page: bridges, archives,
# shorteners, documents that anybody shares.
NOBODYS = frozenset(
    [
        "archive.is",
        "archive.org",
        "archive.ph",
        "archive.today",
        "bit.ly",
        "brid.gy",
        "buff.ly",
        "docs.google.com",
        "drive.google.com",
        "feeds.feedburner.com",
        "goo.gl",
        "is.gd",
        "lnkd.in",
        "news.ycombinator.com",
        "ow.ly",
        "pastebin.com",
        "rentry.co",
        "t.co",
        "telegra.ph",
        "tinyurl.com",
        "translate.google.com",
    ]
)
# Here each author has a host below; these themselves are nobody's.
FRONTS = frozenset(
    [
        "angelfire.com",
        "dreamwidth.org",
        "livejournal.com",
        "neocities.org",
        "substack.com",
        "tripod.com",
        "typepad.com",
        "weebly.com",
        "wordpress.com",
    ]
)
_SHARED = BY_NAME | BY_MARK | NOBODYS | FRONTS
_YEAR = re.compile(r"[0-9]{4}")
LIMIT = 200  # characters of a path prefix; nobody's name is longer


def place_of(source: str) -> SourcePlace | None:
    """Return the place whose past speaks for a source, or None where none does.

    It is what one author owns: the whole host for permalinks at its root or under a year,
    one segment for a longer path (``/blog/``), the author's path where an address names one
    (``/~alice/``, ``/@alice/``, ``/users/alice/``). On hosts of many authors, which are
    listed here, and on public suffixes, only the author's path is anybody's.

    >>> str(place_of("https://www.alice.example/2026/05/bees"))
    'alice.example/'
    >>> str(place_of("https://medium.com/@alice/bees-12ab"))
    'medium.com/@alice/'
    >>> place_of("https://medium.com/p/12ab") is None
    True
    """
    try:
        url = parse_http_url(source)
    except ValueError:
        return None
    host, segments = bare(url.host), _segments(url)
    if segments is None or _below(host, NOBODYS):
        return None
    path = _named(segments) or _of_host(host, segments)
    return _placed(url, path) if path else None


def exact_place(address: str) -> SourcePlace | None:
    """The place that an address names itself, taken as it stands: host and all of its path.

    >>> str(exact_place("https://inst.example/@me"))
    'inst.example/@me/'
    """
    try:
        url = parse_http_url(address)
    except ValueError:
        return None
    segments = _segments(url)
    return None if segments is None else _placed(url, "/".join(segments))


def is_shared(host: str) -> bool:
    """Whether what stands at a host is of many authors, so that the host speaks for nobody."""
    return host in _SHARED


def _segments(url: HttpUrl) -> list[str] | None:
    """The parts of a path without escapes; None where a server may read it as another path."""
    segments = [unquote(part, errors="replace") for part in url.path.split("/") if part]
    odd = any(part in (".", "..") or "/" in part or "\\" in part for part in segments)
    return None if odd else segments


def _placed(url: HttpUrl, path: str) -> SourcePlace | None:
    host = bare(url.host)
    port = "" if url.port == DEFAULT_PORTS[url.scheme] else f":{url.port}"
    whole = f"/{path}/" if path.strip("/") else "/"
    if len(whole) > LIMIT or not whole.isprintable():
        return None
    return SourcePlace(f"[{host}]{port}" if ":" in host else host + port, whole)


def _named(segments: list[str]) -> str:
    """The author's path where the address itself marks a name; "" where it marks none."""
    for at, segment in enumerate(segments[:3]):
        if segment[0] in "~@" and len(segment) > 1:
            return "/".join(segments[: at + 1])
        if segment.lower() in NAMING and len(segments) > at + 1:
            return "/".join(segments[: at + 2])
    return ""


def _of_host(host: str, segments: list[str]) -> str:
    """The path that is one author's by the kind of host; "" where none is."""
    if host in BY_NAME:
        return segments[0] if segments else ""
    if host in FRONTS or _below(host, BY_MARK) or is_public(host):
        return ""
    if len(segments) < 2 or _YEAR.fullmatch(segments[0]):
        return "/"
    return segments[0]


def _below(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host is one of these, or lies below one."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in hosts for at in range(len(labels)))
