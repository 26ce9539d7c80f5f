"""Pages of bridges: which person's post one shows, and how far its own address vouches for that.

Bridgy (``brid.gy/comment/mastodon/@me@inst.example/1/2``) shows answers to an account's posts on
a social network; Bridgy Fed (``ap.brid.gy/convert/web/https://inst.example/…``,
``bsky.brid.gy/convert/web/at://did:plc:…``) shows posts of the fediverse and of Bluesky. What
such a page says of itself is believed of pages at these hosts alone: anybody may write an h-entry
that claims somebody else's address. And whoever runs a server of their own can have *it* tell a
bridge what they like. So a claim is vouched for only where the page's address names the host
that it claims; where it does not, what is earned is earned by way of that bridge's account.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from moderation.domain.comment import REACTIONS, Type
from moderation.domain.ping import Bridged
from moderation.text.escapes import raise_escapes
from moderation.text.urls import MAX_LENGTH, HttpUrl, host_of, parse_http_url

HOST = "brid.gy"

_ACCOUNT = re.compile(r"/(?:post|comment|like|react|repost|rsvp)/([a-z]+)/([^/]+)/.+")
_CONVERTED = re.compile(r"/convert/[a-z]+/(.+)", re.S)
_ONE_SLASH = re.compile(r"(https?|at):/(?!/)")  # two slashes have become one on the way
_AT_POST = re.compile(r"at://(did:[\w:.%-]+)/app\.bsky\.feed\.post/(\w+)")
_SKY_POST = re.compile(r"/profile/([\w:.-]+)/post/(\w+)/?")
_TOOT = re.compile(r"/(?:@|users/)([\w.-]+)(?:/(?:statuses/)?(\d+))?/?")
# Networks that are one host; of all others everybody may run a server.
_SILOS = {
    "facebook": "www.facebook.com",
    "flickr": "www.flickr.com",
    "github": "github.com",
    "instagram": "www.instagram.com",
    "reddit": "www.reddit.com",
}


def is_bridge(host: str) -> bool:
    """Tell whether a host shows other people's posts as pages of its own."""
    return host == HOST or host.endswith("." + HOST)


@dataclass(frozen=True, slots=True)
class Said:
    """What a bridge's page says: addresses of the post and of its author, as the page has them."""

    posts: Sequence[str]  # u-url, and u-uid where that is an address
    authors: Sequence[str]
    type: Type


def bridged(page_url: str, said: Said) -> Bridged | None:
    """Tell whose post a page shows, or None for what is no page of a bridge (or names nobody).

    `page_url` is where the page was read at last, after all redirects: a bridge's address
    that leads elsewhere is not the bridge.
    """
    try:
        page = parse_http_url(page_url)
    except ValueError:
        return None
    if page.scheme != "https" or page.authority != page.host or not is_bridge(page.host):
        return None
    origin = _converted(page)
    posts = [name for raw in said.posts if (name := name_of(raw)) and not _at_bridge(name)]
    profiles = [name for raw in said.authors if (name := name_of(raw)) and not _at_bridge(name)]
    if said.type in REACTIONS:
        return _reaction(page, origin, profiles, said.type)
    if origin:  # the bridge itself says which post it is
        posts = [origin, *(p for p in posts if p != origin and _may_be(p, origin))]
    if not posts:
        return None
    host = host_of(posts[0])
    own = _profile_of(posts[0])
    profile = next((p for p in profiles if host_of(p) == host), own)
    return Bridged(
        post=_shown(posts, said.posts),
        profile=_shown([profile], said.authors),
        names=tuple(dict.fromkeys(posts)),
        place=_place(page, origin, own or profile or posts[0]),
        vouched=_vouches(page, origin, host),
    )


def name_of(raw: str) -> str:
    """Write the address of a post or person so that two spellings of one are equal; "" for none.

    Mastodon's two (``/users/ana/statuses/1`` and ``/@ana/1``) are one, http is https, and a
    record of Bluesky is the page that shows it. The fragment stays: it may be an answer's.
    """
    name = _named(raw)
    return name if len(name) <= MAX_LENGTH else ""


def _named(raw: str) -> str:
    record = _AT_POST.fullmatch(raw.strip())
    if record is not None:
        return f"https://bsky.app/profile/{record[1].lower()}/post/{record[2]}"
    try:
        url = parse_http_url(raw.strip())
    except ValueError:
        return ""
    toot = _TOOT.fullmatch(url.path)
    sky = _SKY_POST.fullmatch(url.path) if url.host == "bsky.app" else None
    if sky is not None:
        return f"https://bsky.app/profile/{sky[1].lower()}/post/{sky[2]}"
    if toot is not None and url.query is None and url.fragment is None:
        number = f"/{toot[2]}" if toot[2] else ""
        return f"https://{url.authority}/@{toot[1].lower()}{number}"
    return raise_escapes("https://" + url.text.partition("://")[2])


def alike(a: str, b: str) -> bool:
    """Tell whether two bridges say the same: the words are, but for names and addresses.

    Each bridge writes these in its own way, and one may cut a long text.
    """
    first, second = list(_words(a)), list(_words(b))
    shorter = min(len(first), len(second))
    return first == second or (shorter >= 8 and first[:shorter] == second[:shorter])


def _words(text: str) -> Iterator[str]:
    for word in text.casefold().split():
        if not word.startswith("@") and "/" not in word and "." not in word[:-1]:
            yield word.strip(".,;:!?…")


def _reaction(page: HttpUrl, origin: str, profiles: Sequence[str], kind: Type) -> Bridged | None:
    """A like has no page of its own: it is one a person, whatever shows it."""
    host = host_of(origin)
    profile = next((p for p in profiles if not host or host_of(p) == host), "")
    profile = profile or next(iter(profiles), "")
    if not profile:
        return None
    return Bridged(
        post=profile,
        profile=profile,
        names=(f"{kind} {profile}",),
        place=_place(page, origin, profile),
        vouched=_vouches(page, origin, host_of(profile)),
    )


def _converted(page: HttpUrl) -> str:
    """The post that Bridgy Fed's address names, or ""."""
    found = _CONVERTED.fullmatch(page.path) if page.host != HOST else None
    if found is None:
        return ""
    inner = _ONE_SLASH.sub(r"\1://", unquote(found[1]), count=1)
    return name_of(inner + ("" if page.query is None else "?" + page.query))


def _account(page: HttpUrl) -> tuple[str, str]:
    """The network and the account that Bridgy's address names: ("mastodon", "@me@inst")."""
    found = _ACCOUNT.fullmatch(page.path) if page.host in (HOST, "www." + HOST) else None
    return (found[1], unquote(found[2]).lower()) if found is not None else ("", "")


def _vouches(page: HttpUrl, origin: str, host: str) -> bool:
    """Whether a page's own address names the host whose person it claims to show."""
    network, account = _account(page)
    if network == "mastodon":
        return account.rpartition("@")[2] == host
    return host in (host_of(origin), _SILOS.get(network)) if host else False


def _place(page: HttpUrl, origin: str, profile: str) -> str:
    """Where the person's posts stand, as an address that ends in "/".

    Where the page does not tell the person, it is the post: a place that nobody comes from twice.
    """
    home = profile.partition("#")[0].partition("?")[0].rstrip("/") + "/"
    if _vouches(page, origin, host_of(profile)):
        return home
    network, account = _account(page)
    by_way = f"{network}/{account}" if network else page.host
    return f"https://{HOST}/{by_way}/{home.partition('://')[2]}"


def _may_be(post: str, origin: str) -> bool:
    """Whether an address may be another name of the post that the bridge itself names."""
    numbered = _profile_of(origin) != ""  # the last segment is the post's own number
    same = post.rpartition("/")[2] == origin.rpartition("/")[2]
    return host_of(post) == host_of(origin) and (same or not numbered)


def _profile_of(post: str) -> str:
    """The person's address, where the post's own tells it; else ""."""
    url = parse_http_url(post)
    toot = _TOOT.fullmatch(url.path)
    sky = _SKY_POST.fullmatch(url.path) if url.host == "bsky.app" else None
    if sky is not None:
        return f"https://bsky.app/profile/{sky[1]}"
    return f"{url.origin}/@{toot[1]}" if toot is not None else ""


def _shown(names: Sequence[str], written: Iterable[str]) -> str:
    """Of the spellings of an address the one that the page links to, else our own."""
    wanted = set(filter(None, names))
    links = (raw for raw in written if raw.lower().startswith("http") and name_of(raw) in wanted)
    return next(links, next(iter(filter(None, names)), ""))


def _at_bridge(name: str) -> bool:
    return is_bridge(host_of(name))
