"""How the path and query of an address are spelled: percent-encoding and dot segments."""

import re
from urllib.parse import quote

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_DOT = re.compile("%2[Ee]")
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")
# RFC 3986 §3.3 and §3.4; quote() itself spares letters, digits and _.-~
_PATH_SAFE = "/%:@!$&'()*+,;="
_QUERY_SAFE = _PATH_SAFE + "?"


def encode_path(text: str) -> str:
    """Escape what may not stand in a path (as UTF-8); escapes that are there stay."""
    return quote(_LONE_PERCENT.sub("%25", text), safe=_PATH_SAFE)


def encode_query(text: str) -> str:
    """Escape what may not stand in a query or fragment; escapes that are there stay."""
    return quote(_LONE_PERCENT.sub("%25", text), safe=_QUERY_SAFE)


def raise_escapes(text: str) -> str:
    """Write escapes in upper case: ``%e2`` and ``%E2`` are one."""
    return _ESCAPE.sub(lambda found: found.group().upper(), text)


def fewest_escapes(text: str) -> str:
    """Undo escapes of unreserved characters, put the others in upper case (RFC 3986 §6.2.2)."""

    def normal(found: re.Match[str]) -> str:
        c = chr(int(found.group(1), 16))
        return c if _UNRESERVED.fullmatch(c) else found.group().upper()

    return _ESCAPE.sub(normal, text)


def resolve_dots(path: str) -> str:
    """Resolve dot segments, escaped ones too, as browsers do (RFC 3986 §5.2.4)."""
    done: list[str] = []
    segments = path.split("/")[1:]
    for at, segment in enumerate(segments):
        dots = _DOT.sub(".", segment)
        if dots == ".." and done:
            done.pop()
        if dots not in (".", ".."):
            done.append(segment)
        elif at == len(segments) - 1:
            done.append("")
    return "/" + "/".join(done)
