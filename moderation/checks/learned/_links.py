"""Where the links of a text lead, how they were written, and what the name of a host gives away."""

import re
from dataclasses import dataclass
from typing import NamedTuple

MAX_LINKS = 20  # looked at; all are counted, up to MAX_COUNTED
MAX_COUNTED = 100
_MAX_ADDRESS = 1000  # characters
_MAX_ANCHOR = 300

_OPENER = re.compile(r"<a\s|\[url|\]\(|https?://|www\.", re.IGNORECASE)
_HINTS = ("://", "www.", "](", "[url", "<a")
_HREF = re.compile(r"""href\s{0,4}=\s{0,4}["']?\s{0,4}([^"'\s>]+)""", re.IGNORECASE)
_ANCHOR_END = re.compile(r"</a", re.IGNORECASE)
_URL_END = re.compile(r"\[/url", re.IGNORECASE)
_BARE = re.compile(rf"""[^\s<>"'\])]{{1,{_MAX_ADDRESS}}}""")
_IN_PARENTHESES = re.compile(rf"\s{{0,4}}([^\s)]{{1,{_MAX_ADDRESS}}})")
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}:)?//(?:[^/?#@\s]{0,200}@)?((?:[^\W_]|[._-]){1,253}|\[[0-9a-f:.]{2,45}\])",
    re.IGNORECASE,
)
_PATH = re.compile(r"//[^/?#]*([^#]*)")
_NAME_PARTS = re.compile(r"[^\W\d_]{3,}")

# Under these, names are given out one label lower. Where a list of all is wanted, there is the
# Public Suffix List; this knows the kinds: two letters for a country, below them what is general.
_SECOND = {
    *("ac", "co", "com", "edu", "go", "gob", "gov", "gv", "id", "in", "ltd", "me", "mil", "ne"),
    *("net", "nom", "or", "org", "plc", "sch", "web"),
}
_SHARED = {  # places where anybody has a name of their own
    *("blogspot.com", "wordpress.com", "github.io", "gitlab.io", "netlify.app", "vercel.app"),
    *("tumblr.com", "livejournal.com", "weebly.com", "wixsite.com", "pages.dev", "web.app"),
    *("substack.com", "neocities.org", "home.blog", "typepad.com", "medium.com", "blogspot.de"),
}


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    anchor: str
    form: str  # html, bbcode, markdown or bare


class Place(NamedTuple):
    """Where an address leads, in small letters: host, what of it was registered, path and query."""

    host: str
    own: str
    path: str


def links_of(text: str) -> tuple[list[Link], str]:
    """The links of a text, in order, and the text without their addresses, anchors left in."""
    lower = text.lower()
    if not any(map(lower.__contains__, _HINTS)):
        return [], text
    found: list[Link] = []
    plain: list[str] = []
    at = 0
    for opener in _OPENER.finditer(text):
        if opener.start() < at:
            continue
        if len(found) == MAX_COUNTED:
            break
        read = _READERS[opener.group()[:2].lower()](text, opener.start(), at)
        if read is None:
            continue
        start, end, link = read
        plain += (text[at:start], f" {link.anchor} ")
        found.append(link)
        at = end
    if not found:
        return found, text
    plain.append(text[at:])
    return found, "".join(plain)


Read = tuple[int, int, Link] | None  # where the link starts and ends


def _html(text: str, start: int, _floor: int) -> Read:
    end = text.find(">", start, start + _MAX_ADDRESS * 2)
    href = _HREF.search(text, start, end) if end > 0 else None
    if href is None:
        return None
    close = _ANCHOR_END.search(text, end, end + _MAX_ANCHOR)
    anchor = text[end + 1 : close.start()] if close else ""
    after = close.end() + 1 if close else end + 1
    return start, after, Link(href.group(1), anchor, "html")


def _bbcode(text: str, start: int, _floor: int) -> Read:
    end = text.find("]", start, start + _MAX_ADDRESS)
    if end < 0:
        return None
    close = _URL_END.search(text, end, end + _MAX_ANCHOR)
    anchor = text[end + 1 : close.start()] if close else ""
    address = text[start + 4 : end].strip("= \"'") or anchor
    after = close.end() + 1 if close else end + 1
    return start, after, Link(address, "" if address == anchor else anchor, "bbcode")


def _markdown(text: str, middle: int, floor: int) -> Read:
    start = text.rfind("[", max(floor, middle - _MAX_ANCHOR), middle)
    address = _IN_PARENTHESES.match(text, middle + 2)
    if start < 0 or address is None:
        return None
    end = text.find(")", address.end(), address.end() + _MAX_ANCHOR)
    after = end + 1 if end > 0 else address.end()
    return start, after, Link(address.group(1), text[start + 1 : middle], "markdown")


def _bare(text: str, start: int, _floor: int) -> Read:
    address = _BARE.match(text, start)
    if address is None:
        return None
    return start, address.end(), Link(address.group().rstrip(".,;:!?"), "", "bare")


_READERS = {"<a": _html, "[u": _bbcode, "](": _markdown, "ht": _bare, "ww": _bare}


def host_of(address: str) -> str:
    """The host of an address in lower case, without ``www.``; "" where there is none."""
    match = _HOST.match(address.strip() if "//" in address else f"//{address.strip()}")
    if match is None:
        return ""
    host = match.group(1).lower().strip(".")
    return host.removeprefix("www.")


def path_of(address: str) -> str:
    """What stands behind the host: path and query."""
    match = _PATH.search(address if "//" in address else f"//{address}")
    return match.group(1).strip("/") if match else ""


def place_of(address: str) -> Place:
    """Host, registered name and path of an address."""
    host = host_of(address) if address else ""
    return Place(host, registrable(host), path_of(address).lower() if address else "")


def registrable(host: str) -> str:
    """The part of a host's name that somebody registered, by the rule of two labels."""
    labels = host.split(".")
    if len(labels) < 3 or labels[-1].isdigit() or ":" in host:
        return host
    two = ".".join(labels[-2:])
    under = (len(labels[-1]) == 2 and labels[-2] in _SECOND) or two in _SHARED
    return ".".join(labels[-3:]) if under else two


def name_parts(own: str) -> list[str]:
    """The words that a registered name is made of, as far as signs and digits part them."""
    return _NAME_PARTS.findall(own.partition(".")[0][:60])


def name_pieces(own: str) -> list[str]:
    """Overlapping fives of letters of a registered name: cheap-pills1 is much like cheap-pills2."""
    name = own.partition(".")[0][:40]
    return [name[at : at + 5] for at in range(len(name) - 4)]
